// What strangers, accidents and full disks do to a server: each gets an error that names the thing,
// nothing recorded is lost, and the others play on. One server takes all of it and plays a battle
// at the end.
import assert from 'node:assert/strict';
import { execFile, execFileSync, spawn } from 'node:child_process';
import { createHmac } from 'node:crypto';
import dgram from 'node:dgram';
import { once } from 'node:events';
import { closeSync, existsSync, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs';
import { appendFile, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { WebSocket } from 'ws';
import { Server, demoCrate, dju, openBattle } from './support/server.mjs';

let folder;
let server;
let tracks;
let mediaPort;
let token;

before(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'dju-bad-input-'));
  const config = path.join(folder, 'config.toml');
  await writeFile(config, 'upload_megabytes = 1\nbattles_per_guest_hour = 100\n');
  mediaPort = await freeUdpPort();
  server = await Server.start({ dataDir: path.join(folder, 'a', 'data'), args: ['--config', config, '--media-port', `${mediaPort}`] });
  tracks = (await server.api('GET', '/tracks')).json.tracks;
  token = (await server.guest('Stranger')).token;
});
after(async () => {
  await server?.stop();
  await rm(folder, { recursive: true, force: true });
});

async function freeUdpPort() {
  const socket = dgram.createSocket('udp4');
  await new Promise((resolve) => socket.bind(0, '127.0.0.1', resolve));
  const { port } = socket.address();
  await new Promise((resolve) => socket.close(resolve));
  return port;
}

/** Asserts an answer in our one form of error, and that its message names the thing. */
function refused(answer, status, code, message) {
  assert.deepEqual([answer.status, answer.json?.error?.code], [status, code], answer.text);
  assert.match(answer.json.error.message, message);
}

async function upload(bytes, name, on = server) {
  return on.api('POST', '/tracks', {
    token: on === server ? token : (await on.guest('Uploader')).token,
    raw: bytes,
    headers: { 'content-type': 'application/octet-stream', 'x-filename': name },
  });
}

/** The job of an upload, ended. */
async function imported(bytes, name) {
  const answer = await upload(bytes, name);
  assert.equal(answer.status, 202, answer.text);
  return server.job(answer.json.job.id, token);
}

/** A WAV header that claims `dataBytes` of sound. */
function wavHeader(dataBytes, { rate = 48000, channels = 2, bits = 16 } = {}) {
  const header = Buffer.alloc(44);
  const frame = (channels * bits) / 8;
  header.write('RIFF', 0);
  header.writeUInt32LE(Math.min(0xffffffff, dataBytes + 36), 4);
  header.write('WAVEfmt ', 8);
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(1, 20);
  header.writeUInt16LE(channels, 22);
  header.writeUInt32LE(rate, 24);
  header.writeUInt32LE(rate * frame, 28);
  header.writeUInt16LE(frame, 32);
  header.writeUInt16LE(bits, 34);
  header.write('data', 36);
  header.writeUInt32LE(Math.min(0xffffffff, dataBytes), 40);
  return header;
}

/** A second of a tone as a WAV file; `seed` makes another track of it. */
function tone(seed = 1) {
  const frames = 48000;
  const samples = Buffer.alloc(frames * 4);
  for (let i = 0; i < frames * 2; ++i) samples.writeInt16LE(Math.round(8000 * Math.sin(i * 0.02 * seed)), i * 2);
  return Buffer.concat([wavHeader(samples.length), samples]);
}

async function everyFile(root) {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => !entry.isDirectory()).map((entry) => path.relative(root, path.join(entry.parentPath ?? entry.path, entry.name)));
}

/** Sends raw bytes over TCP and collects what comes until the other side closes. */
function raw(bytes) {
  const { hostname, port } = new URL(server.url);
  return new Promise((resolve, reject) => {
    const socket = net.connect(Number(port), hostname, () => socket.write(bytes));
    let answer = '';
    socket.on('data', (data) => (answer += data.toString('latin1')));
    socket.on('close', () => resolve(answer));
    socket.on('error', (error) => (answer ? resolve(answer) : reject(error)));
  });
}

async function alive(on = server) {
  const answer = await fetch(`${on.url}/health`);
  assert.equal(answer.status, 200);
  assert.equal(on.process.exitCode, null);
}

/** Runs `dju serve` where it cannot start; its exit status and what it says. */
async function startFails(args) {
  const child = spawn(dju, ['serve', ...args], { stdio: ['ignore', 'ignore', 'pipe'] });
  let text = '';
  child.stderr.on('data', (data) => (text += data));
  const [status] = await once(child, 'exit');
  return { status, text };
}

test('files that are no music are refused by name and leave nothing behind', async () => {
  refused(await upload(Buffer.alloc(0), 'empty.mp3'), 400, 'invalid', /empty\.mp3.*0 bytes/);
  const whole = tone();
  for (const [name, bytes] of [
    ['noise.bin', Buffer.from(Array.from({ length: 5000 }, (_, i) => (i * 7919) % 251))],
    ['page.html', Buffer.from('<html><body>not music</body></html>')],
    ['zeros.mp3', Buffer.alloc(100000)],
    ['header-only.wav', whole.subarray(0, 44)],
    ['broken.flac', Buffer.concat([Buffer.from('fLaC'), Buffer.alloc(2000, 0x5a)])],
    ['broken.ogg', Buffer.concat([Buffer.from('OggS'), Buffer.alloc(2000, 0x11)])],
    ['broken.m4a', Buffer.concat([Buffer.from([0, 0, 0, 24]), Buffer.from('ftypM4A '), Buffer.alloc(500, 0xff)])],
  ]) {
    const job = await imported(bytes, name);
    assert.equal(job.state, 'failed', `${name}: ${JSON.stringify(job)}`);
    assert.ok(job.error.includes(name), job.error);
  }
  assert.deepEqual(await readdir(path.join(server.dataDir, 'tmp')), []);
  assert.equal((await server.api('GET', '/tracks')).json.total, tracks.length);
});

test('a header that lies about ten hours, and ten hours indeed', async () => {
  const lying = await imported(Buffer.concat([wavHeader(10 * 3600 * 48000 * 4), tone().subarray(44)]), 'lying.wav');
  if (lying.state === 'done') {
    const track = (await server.api('GET', `/tracks/${lying.result.trackId}`)).json;
    assert.ok(track.durationSeconds < 1.1, 'only what is there counts');
  } else {
    assert.match(lying.error, /lying\.wav/);
  }
  // 8 kHz, mono, 8 bits: 288 MB, none of it on the disk.
  const file = path.join(folder, 'ten-hours.wav');
  const size = 10 * 3600 * 8000;
  const sparse = openSync(file, 'w');
  writeSync(sparse, wavHeader(size, { rate: 8000, channels: 1, bits: 8 }));
  ftruncateSync(sparse, 44 + size);
  closeSync(sparse);
  const result = await new Promise((resolve) =>
    execFile(dju, ['import', file, '--data-dir', path.join(folder, 'long')], (error, stdout, stderr) => resolve({ error, text: stdout + stderr })));
  assert.ok(result.error, 'refused');
  assert.match(result.text, /ten-hours\.wav/);
  assert.match(result.text, /hour|7200|longer|long/);
});

test('an upload beyond the limit is refused and not kept', async () => {
  refused(await upload(Buffer.alloc(1024 * 1024 + 1), 'big.wav'), 413, 'too_large', /1048577.*1048576/);
  // The same without telling its length first.
  const piece = 'A'.repeat(64 * 1024);
  const chunked = `POST /api/v1/tracks HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\nTransfer-Encoding: chunked\r\n\r\n`;
  const answer = await raw(chunked + `10000\r\n${piece}\r\n`.repeat(17) + '0\r\n\r\n');
  assert.match(answer, /^HTTP\/1\.1 413/);
  assert.match(answer, /too_large/);
  assert.deepEqual(await readdir(path.join(server.dataDir, 'tmp')), []);
});

test('a file name is only shown: whatever it says, nothing is written outside the library', async () => {
  const outside = async () => (await everyFile(folder)).filter((file) => !file.startsWith(path.join('a', 'data')));
  const before = await outside();
  let seed = 2;
  for (const name of ['..%2F..%2F..%2Fescaped.wav', '%2Fetc%2Fescaped.wav', '..%5C..%5Cescaped.wav', 'a%00b.wav', '%FF%FE.wav', '..', `${'x'.repeat(3000)}.wav`]) {
    const job = await imported(tone(seed++), name);
    assert.equal(job.state, 'done', JSON.stringify(job));
    const track = await server.api('GET', `/tracks/${job.result.trackId}`);
    assert.equal(track.status, 200);
    assert.ok(!track.json.title.includes('/'), track.json.title);
  }
  assert.deepEqual(await outside(), before);
  assert.ok(!existsSync('/etc/escaped.wav'));
  for (const target of ['/api/v1/tracks/..%2F..%2Ftoken-secret/audio', '/../../../etc/passwd', '/%2e%2e/%2e%2e/etc/passwd', '/api/v1/recordings/..%2Flibrary/log'])
    assert.match(await raw(`GET ${target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer ${token}\r\n\r\n`), /^HTTP\/1\.1 40[04]/, target);
});

test('no token, a forged one, an expired one', async () => {
  const secret = readFileSync(path.join(server.dataDir, 'token-secret'));
  const signed = (claims, key = secret) => {
    const payload = JSON.stringify(claims);
    return `${Buffer.from(payload).toString('base64url')}.${createHmac('sha256', key).update(payload).digest('base64url')}`;
  };
  const claims = { id: 'g-1', name: 'Eve', exp: Math.floor(Date.now() / 1000) + 1000 };
  assert.equal((await server.api('GET', '/me', { token: signed(claims) })).json.name, 'Eve', 'the test signs as the server does');
  for (const [bad, reason] of [
    [undefined, /none given/],
    ['garbage', /malformed/],
    [`${token}x`, /signature/],
    [signed(claims, Buffer.alloc(32)), /signature/],
    [signed({ ...claims, exp: 1 }), /expired/],
    ['x'.repeat(5000), /too long/],
    ['.', /signature/],
  ]) {
    refused(await server.api('GET', '/me', { token: bad }), 401, 'unauthorized', reason);
    refused(await server.api('POST', '/battles', { token: bad, body: {} }), 401, 'unauthorized', reason);
    await assert.rejects(server.connect({ token: bad }), reason);
  }
  const answer = await server.api('POST', '/tracks', { raw: tone(), headers: { 'content-type': 'audio/wav', 'x-filename': 'a.wav' } });
  refused(answer, 401, 'unauthorized', /none given/);
});

test('unknown battle, track, recording, job, crate, path and method', async () => {
  for (const [method, where, message] of [
    ['GET', '/battles/b-none', /b-none/],
    ['POST', '/battles/b-none/end', /b-none/],
    ['GET', '/battles/b-none/listen.ogg', /b-none/],
    ['GET', '/tracks/none', /track none/],
    ['DELETE', '/tracks/none', /track none/],
    ['GET', '/tracks/none/waveform', /track none/],
    ['GET', '/recordings/b-none', /b-none/],
    ['GET', '/recordings/b-none/audio.flac', /b-none/],
    ['POST', '/recordings/b-none/replay', /b-none/],
    ['POST', '/recordings/b-none/verify', /b-none/],
    ['GET', '/jobs/none', /job none/],
    ['DELETE', '/crates/none', /crate none/],
    ['GET', '/nowhere', /nowhere/],
  ])
    refused(await server.api(method, where, { token }), 404, 'not_found', message);
  assert.equal((await server.api('PATCH', '/tracks', { token })).status, 405);
  refused(await server.api('GET', '/tracks?limit=many', { token }), 400, 'invalid', /limit/);
  refused(await server.api('GET', '/tracks?sort=colour', { token }), 400, 'invalid', /colour/);
});

test('bodies that make no sense', async () => {
  const post = (raw) => server.api('POST', '/battles', { token, raw, headers: { 'content-type': 'application/json' } });
  const depth = 200000;
  for (const body of ['', '{', 'null', '[]', '"x"', '{"name":7}', '{"format":"waltz"}', '{"rounds":9}', '{"decks":3}', '{"rounds":1e99}', '{"roundSeconds":-1}',
    '{"visibility":"maybe"}', '{"ranked":1}', '{"equalDelay":"yes"}', '{"name":"\\u0000"}', `{"name":"${'x'.repeat(33)}"}`, '[' .repeat(depth), '['.repeat(depth) + ']'.repeat(depth), '\xff\xfe'])
    refused(await post(body), 400, 'invalid', /./);
  refused(await post(`"${'x'.repeat(1024 * 1024)}"`), 413, 'too_large', /body/);
  for (const name of ['', '   ', 'x'.repeat(33), '\u0007', 7, null])
    refused(await server.api('POST', '/guests', { body: { name } }), 400, 'invalid', /name/);
  await alive();
});

test('heads that are too large, too long or half', async () => {
  assert.match(await raw(`GET /health HTTP/1.1\r\nHost: x\r\nX-Big: ${'x'.repeat(40000)}\r\n\r\n`), /^HTTP\/1\.1 4(31|00|13)/);
  assert.match(await raw(`GET /${'x'.repeat(9000)} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`), /^HTTP\/1\.1 4(14|31|00)/);
  assert.match(await raw('GARBAGE\r\n\r\n'), /^HTTP\/1\.1 400/);
  assert.match(await raw('POST /api/v1/guests HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\n'), /^HTTP\/1\.1 400/);
  // Half requests that never end hold nobody up.
  const { hostname, port } = new URL(server.url);
  const slow = Array.from({ length: 200 }, (_, i) => {
    const socket = net.connect(Number(port), hostname);
    socket.on('error', () => {});
    socket.write(i % 2 ? 'GET /health HT' : 'POST /api/v1/guests HTTP/1.1\r\nHost: x\r\nContent-Length: 50\r\n\r\n{"na');
    return socket;
  });
  await Promise.all(slow.map((socket) => (socket.readyState === 'open' ? undefined : once(socket, 'connect'))));
  await alive();
  assert.equal((await server.guest('Patient')).name, 'Patient');
  for (const socket of slow) socket.destroy();
});

test('malformed frames, packets and events end at most the socket that sent them', async () => {
  const { a, battle, b, c } = await openBattle(server);
  const url = `${server.url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket`;
  const key = 'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n';
  const upgrade = `GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: x\r\n${key}\r\n`;
  // Unmasked; reserved opcode; reserved bits; a control frame of 200 bytes; a length of 2^63; text that is no UTF-8.
  for (const frame of ['8105hello', '8b80aaaaaaaa', 'f180aaaaaaaa', '89fe00c8aaaaaaaa', '82ffffffffffffffffffaaaaaaaa', '81820000000034ff']) {
    const bytes = frame === '8105hello' ? Buffer.from('810568656c6c6f', 'hex') : Buffer.from(frame, 'hex');
    assert.match(await raw(Buffer.concat([Buffer.from(upgrade), bytes])), /^HTTP\/1\.1 101/, frame);
  }
  const nested = '['.repeat(30000) + ']'.repeat(30000);
  const connect = `40/battle,${JSON.stringify({ token })}`;
  for (const packets of [
    ['9'], ['6'], ['2probe'], ['4'], ['4{"'], ['47/battle,1'], ['42/battle,["chat"]'],
    [connect, '42/battle,notjson'], [connect, '42/battle,[]'], [connect, '42/battle,[7]'], [connect, '42/battle,{"a":1}'],
    [connect, '42/battle,999999999999999999999["chat",{}]'], [connect, '43/battle,7[]'], [connect, '43/battle,[]'],
    [connect, '451-/battle,["chat",{"_placeholder":true,"num":0}]', '42/battle,["chat",{}]'],
    [connect, '459999999-/battle,["chat",{"_placeholder":true,"num":0}]'], [connect, '450-/battle,["chat",{"_placeholder":true,"num":5}]'],
    [connect, `42/battle,1["midi-command",{"battleId":"${battle.id}","command":${nested}}]`],
    [connect, `42/battle,["chat",${nested}]`], [connect, '42/battle,["connect"]'], [connect, '42/battle,["disconnect"]'],
    ['40/nowhere,{}'], ['40/battle,{'], ['40/battle,7'], ['40/battle,'], [connect, connect], [connect, 'x'.repeat(200000)],
  ]) {
    const socket = new WebSocket(url);
    socket.on('error', () => {});
    await once(socket, 'open');
    const closed = once(socket, 'close');
    for (const packet of packets) socket.send(packet);
    socket.send(Buffer.from([1, 2, 3]));
    socket.close();
    await closed;
  }
  assert.ok((await a.command(battle.id, { control: 'volume', deck: 'A', value: 0.5 })).success);
  await alive();
  for (const client of [a, b, c]) client.close();
});

test('malformed SDP at the WHEP endpoint and by socket', async () => {
  const { battle, a, b, c } = await openBattle(server);
  const whep = (body, query = '') => server.api('POST', `/battles/${battle.id}/stream${query}`, { token, raw: body, headers: { 'content-type': 'application/sdp' } });
  const browser = readFileSync(new URL('../fuzz/corpus/sdp/browser', import.meta.url), 'utf8');
  for (const offer of ['', 'v=0', 'garbage', '\0\0\0', 'v=0\r\n'.repeat(5000), browser.slice(0, browser.length / 2), browser.replaceAll('opus', 'G729'), browser.replace(/a=fingerprint.*/g, 'a=fingerprint:sha-256 zz')]) {
    // "unsupported" where the offer can be read but holds nothing that we could send.
    const answer = await whep(offer);
    const code = answer.status === 415 ? 'unsupported' : 'invalid';
    refused(answer, code === 'invalid' ? 400 : 415, code, /SDP|fingerprint/);
    const acknowledged = await c.ask('request-audio-stream', { battleId: battle.id, offer });
    assert.deepEqual([acknowledged.success, acknowledged.code], [false, code], JSON.stringify(acknowledged));
  }
  refused(await whep('x'.repeat(70000)), 413, 'too_large', /body/);
  refused(await whep(browser, '?frame=30'), 400, 'invalid', /frame/);
  refused(await whep(browser, '?bitrate=1'), 400, 'invalid', /bitrate/);
  for (const payload of [{ battleId: battle.id }, { battleId: battle.id, offer: 7 }, { battleId: battle.id, offer: {} }, 'x', null, []])
    assert.equal((await c.ask('request-audio-stream', payload)).success, false);
  refused(await server.api('DELETE', `/battles/${battle.id}/stream/none`, { token }), 404, 'not_found', /session/);
  assert.equal((await server.api('PATCH', `/battles/${battle.id}/stream/none`, { token, raw: 'x' })).status, 404);
  assert.equal((await c.ask('ice-candidate', 7)).success, false);
  for (const client of [a, b, c]) client.close();
});

test('garbage at the port of the sound', async () => {
  const socket = dgram.createSocket('udp4');
  const send = (bytes) => new Promise((resolve, reject) => socket.send(bytes, mediaPort, '127.0.0.1', (error) => (error ? reject(error) : resolve())));
  const request = readFileSync(new URL('../fuzz/corpus/stun/request', import.meta.url));
  const lying = Buffer.from(request);
  lying.writeUInt16BE(0xfffc, 2);
  for (let i = 0; i < 500; ++i) {
    await send(Buffer.from(Array.from({ length: (i * 37) % 1400 }, (_, k) => (k * 31 + i * 17) & 255)));
    await send(request.subarray(0, i % request.length));
    await send(lying);
    await send(Buffer.concat([Buffer.from([0x80, 0xc8, 0xff, 0xff]), Buffer.alloc(i % 64, 0xff)]));
    await send(Buffer.concat([Buffer.from([22, 254, 253, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255]), Buffer.alloc(i % 100)]));
  }
  socket.close();
  await alive();
  assert.match(await (await fetch(`${server.url}/metrics`)).text(), /^dju_viewers 0$/m);
});

test('foreign decks and values out of range are refused by field', async () => {
  const { battle, a, b, c } = await openBattle(server);
  for (const [command, message] of [
    [{ type: 'note', deck: 'A', note: -1 }, /note is -1/],
    [{ type: 'note', deck: 'A', note: 128 }, /note is 128/],
    [{ type: 'note', deck: 'A', note: 60.5 }, /note is 60\.5/],
    [{ type: 'note', deck: 'A', note: 60, velocity: 1000 }, /velocity is 1000/],
    [{ type: 'cc', deck: 'A', controller: 1e300, value: 1 }, /controller/],
    [{ type: 'cc', deck: 'A', controller: 7, value: 128 }, /value is 128|controller/],
    [{ type: 'pitch_bend', deck: 'A', value: 16384 }, /value is 16384/],
    [{ type: 'sysex', deck: 'A' }, /type is "sysex"/],
    [{ control: 'volume', deck: 'Z', value: 1 }, /deck is "Z"/],
    [{ control: 'volume', deck: 'A', value: 'loud' }, /value is "loud"/],
    [{ control: 'volume', deck: 'A' }, /value/],
    [{ control: 'load', deck: 'A', trackId: 'none' }, /none/],
    [{ control: 'load', deck: 'A', trackId: 'x'.repeat(1000) }, /trackId/],
    [{ control: 'x'.repeat(10000), deck: 'A', value: 1 }, /control is "xxx/],
    [[], /command/],
    [null, /command/],
  ]) {
    const answer = await a.command(battle.id, command);
    assert.equal(answer.success, false, JSON.stringify([command, answer]));
    assert.match(answer.error, message);
    assert.ok(answer.error.length < 400, answer.error);
  }
  // A number of the right kind beyond the range is brought into it, not refused into silence.
  for (const value of [1e308, -1e308]) {
    const answer = await a.command(battle.id, { control: 'volume', deck: 'A', value });
    assert.ok(!answer.success || (answer.value >= 0 && answer.value <= 1), JSON.stringify(answer));
  }
  assert.equal((await a.command(battle.id, { control: 'volume', deck: 'B', value: 0 })).code, 'forbidden');
  assert.equal((await c.command(battle.id, { control: 'volume', deck: 'A', value: 0 })).code, 'forbidden');
  assert.equal((await a.ask('midi-command', { battleId: 'b-none', command: {} })).code, 'not_found');
  for (const payload of [{ battleId: 7 }, 7, null, [], 'x', { battleId: battle.id, sent: 1e308, heard: -1e308, command: { control: 'volume', deck: 'A', value: 1 } }])
    await a.ask('midi-command', payload);
  assert.ok((await b.command(battle.id, { control: 'volume', deck: 'B', value: 0.5 })).success);
  for (const client of [a, b, c]) client.close();
});

test('a flood is cut to its limit and the other DJ is answered as before', async (t) => {
  const { battle, a, b, c } = await openBattle(server);
  const timed = async () => {
    const from = performance.now();
    assert.ok((await b.command(battle.id, { control: 'volume', deck: 'B', value: Math.random() })).success);
    return performance.now() - from;
  };
  const calm = [];
  for (let i = 0; i < 20; ++i) calm.push(await timed());
  const flood = (count) => Array.from({ length: count }, (_, i) => a.command(battle.id, { control: 'volume', deck: 'A', value: (i % 100) / 100 }));
  const answering = Promise.all(flood(1950));
  const during = [];
  for (let i = 0; i < 20; ++i) during.push(await timed());
  const answers = await answering;
  const taken = answers.filter((answer) => answer.success).length;
  assert.ok(taken >= 1000 && taken < 1950, `${taken} taken`);
  assert.ok(answers.filter((answer) => !answer.success).every((answer) => answer.code === 'too_many' && /500 a second/.test(answer.error)));
  // Who goes on is cut off, and may come back to the own deck.
  const cut = once(a.socket, 'disconnect');
  const lost = Promise.allSettled(flood(4000));
  for (let i = 0; i < 20; ++i) during.push(await timed());
  await cut;
  await lost;
  const back = await server.connect(a.guest);
  assert.equal((await back.ask('join-battle', { battleId: battle.id, role: 'dj' })).seat, 'A');
  back.close();
  const median = (list) => list.toSorted((x, y) => x - y)[list.length >> 1].toFixed(1);
  t.diagnostic(`the other DJ's median answer: ${median(calm)} ms before, ${median(during)} ms during 5,950 commands; ${taken} of the first 1,950 taken`);
  assert.ok((await timed()) > 0);
  for (const client of [a, b, c]) client.close();
});

test('chat and reactions have limits, and people vote once', async () => {
  const { battle, a, b, c } = await openBattle(server);
  const payload = (text) => ({ battleId: battle.id, text });
  for (const text of ['', 7, null, 'x'.repeat(281), '😀'.repeat(281)])
    assert.equal((await c.ask('chat', payload(text))).code, 'invalid', `${text}`.slice(0, 20));
  assert.ok((await c.ask('chat', payload('😀'.repeat(280)))).success);
  const said = await Promise.all(Array.from({ length: 8 }, () => c.ask('chat', payload('hello'))));
  assert.ok(said.some((answer) => answer.code === 'too_many' && /chat/.test(answer.error)));
  assert.ok((await b.ask('chat', payload('others may'))).success);
  assert.equal((await c.ask('reaction', { battleId: battle.id, kind: 'bomb' })).code, 'invalid');
  const reacted = await Promise.all(Array.from({ length: 20 }, () => c.ask('reaction', { battleId: battle.id, kind: 'fire', heard: 1e300 })));
  assert.ok(reacted.some((answer) => answer.code === 'too_many'));
  assert.equal((await c.ask('vote', { battleId: battle.id, choice: 'A' })).code, 'conflict', 'too early');
  assert.ok((await a.ask('battle-end', { battleId: battle.id })).success);
  await c.until('battle-end');
  assert.equal((await c.ask('vote', { battleId: battle.id, choice: 'C' })).code, 'invalid');
  assert.equal((await c.ask('vote', { battleId: battle.id, choice: 'A', round: 1e300 })).code, 'invalid', 'no such round');
  for (const [choice, extra] of [['A', { heard: 1e300 }], ['B', { heardIntervals: [[1, 'x'], 7, [1e300, 2]] }]])
    assert.ok((await c.ask('vote', { battleId: battle.id, choice, ...extra })).success);
  const again = await Promise.all(Array.from({ length: 8 }, () => c.ask('vote', { battleId: battle.id, choice: 'B' })));
  assert.ok(again.some((answer) => answer.code === 'too_many'));
  await c.until('recording-ready');
  const { votes } = (await server.api('GET', `/recordings/${battle.id}`)).json;
  assert.deepEqual(votes, { A: 0, B: 1, tie: 0 }, 'the last word of one person');
  for (const client of [a, b, c]) client.close();
});

test('an unlisted battle opens to its links only', async () => {
  const { battle, a, b, c, joined } = await openBattle(server, { name: 'Behind doors', format: 'free', visibility: 'unlisted' });
  assert.deepEqual(joined.map((answer) => answer.success), [true, true, true]);
  const stranger = await server.connect(await server.guest('Nosy'));
  for (const request of [{ role: 'spectator' }, { role: 'spectator', watch: 'guess' }, { role: 'dj', invite: 'guess' }, { role: 'dj' }, { watch: battle.invite }]) {
    const answer = await stranger.ask('join-battle', { battleId: battle.id, ...request });
    assert.equal(answer.code, 'forbidden', JSON.stringify(answer));
  }
  const listed = (await server.api('GET', '/battles')).json.battles.map((entry) => entry.id);
  assert.ok(!listed.includes(battle.id));
  refused(await server.api('GET', `/battles/${battle.id}/listen.ogg`, { token }), 403, 'forbidden', /audience link/);
  refused(await server.api('POST', `/battles/${battle.id}/stream`, { token, raw: 'v=0' }), 403, 'forbidden', /audience link/);
  refused(await server.api('POST', `/battles/${battle.id}/end`, { token }), 403, 'forbidden', /DJs/);
  const seen = (await server.api('GET', `/battles/${battle.id}`, { token })).json;
  assert.ok(!('invite' in seen) && !('watch' in seen));
  for (const client of [a, b, c, stranger]) client.close();
});

test('grids with absurd values, crates of somebody else, tracks of somebody else', async () => {
  const { trackId } = (await imported(tone(40), 'mine.wav')).result;
  const track = { id: trackId };
  const grid = (await server.api('GET', `/tracks/${track.id}/grid`)).json;
  for (const body of [{ anchorSeconds: 0, bpm: 0 }, { anchorSeconds: 0, bpm: -120 }, { anchorSeconds: 0, bpm: 1e9 }, { anchorSeconds: -1, bpm: 120 }, { anchorSeconds: 1e12, bpm: 120 },
    { anchorSeconds: 0, bpm: null }, { anchorSeconds: '0', bpm: '120' }, {}, [], 7])
    refused(await server.api('PUT', `/tracks/${track.id}/grid`, { token, body }), 400, 'invalid', /grid|anchorSeconds|bpm/);
  assert.deepEqual((await server.api('GET', `/tracks/${track.id}/grid`)).json, grid);
  const crate = (await server.api('POST', '/crates', { token, body: { name: 'Mine' } })).json;
  const other = (await server.guest('Thief')).token;
  refused(await server.api('PUT', `/crates/${crate.id}`, { token: other, body: { name: 'Theirs' } }), 403, 'forbidden', /somebody else/);
  refused(await server.api('DELETE', `/crates/${crate.id}`, { token: other }), 403, 'forbidden', /somebody else/);
  for (const body of [{ add: 'x' }, { add: [7] }, { name: '' }, { name: 'x'.repeat(200) }])
    refused(await server.api('PUT', `/crates/${crate.id}`, { token, body }), 400, 'invalid', /add|name/);
  refused(await server.api('DELETE', `/tracks/${track.id}`, { token: other }), 403, 'forbidden', /uploaded/);
  for (const [id, who] of [[track.id, other], [tracks[0].id, token]])
    refused(await server.api('PUT', `/tracks/${id}/grid`, { token: who, body: { anchorSeconds: 0.1, bpm: 120 } }), 403, 'forbidden', /uploaded it or an operator/);
  assert.deepEqual((await server.api('GET', `/tracks/${track.id}/grid`)).json, grid);
});

test('a full server says so and goes on', async () => {
  const full = await Server.start({ args: ['--max-battles', '1'], withTracks: false });
  try {
    const { battle, a, b, c } = await openBattle(full);
    const { token: other } = await full.guest('Late');
    refused(await full.api('POST', '/battles', { token: other, body: { name: 'Second' } }), 429, 'too_many', /full.*1 battles/);
    assert.ok((await a.command(battle.id, { control: 'volume', deck: 'A', value: 0.5 })).success);
    await a.ask('battle-end', { battleId: battle.id });
    await a.until('battle-end');
    assert.equal((await full.api('POST', '/battles', { token: other, body: { name: 'Second' } })).status, 201);
    for (const client of [a, b, c]) client.close();
  } finally {
    await full.close();
  }
});

// Names cost nothing: one network has so many votes, whoever they say they are.
test('the audience of one network votes so often and no more', async () => {
  const file = path.join(folder, 'voters.toml');
  await writeFile(file, 'voters_per_address = 3');
  const small = await Server.start({ args: ['--config', file], withTracks: false });
  try {
    const { battle, a, b, c } = await openBattle(small);
    const audience = [c];
    for (const name of ['Dan', 'Eve', 'Fay']) {
      const client = await small.connect(await small.guest(name));
      assert.ok((await client.ask('join-battle', { battleId: battle.id, role: 'spectator' })).success);
      audience.push(client);
    }
    assert.ok((await a.ask('battle-end', { battleId: battle.id })).success);
    await c.until('battle-end');
    const vote = (client, choice) => client.ask('vote', { battleId: battle.id, choice });
    for (const client of audience.slice(0, 3)) assert.ok((await vote(client, 'A')).success);
    const refusal = await vote(audience[3], 'B');
    assert.deepEqual([refusal.success, refusal.code], [false, 'too_many']);
    assert.match(refusal.error, /3 have voted from your network.*voters_per_address/);
    assert.deepEqual((await vote(c, 'tie')).votes, { A: 2, B: 0, tie: 1, total: 3 }, 'who has voted may think again');
    for (const client of [a, b, ...audience]) client.close();
  } finally {
    await small.close();
  }
});

test('a start that cannot succeed ends with status 1 and the way out', async () => {
  const { port } = new URL(server.url);
  const data = path.join(folder, 'other');
  const taken = await startFails(['--data-dir', data, '--port', port, '--media-port', '0']);
  assert.equal(taken.status, 1);
  assert.match(taken.text, new RegExp(`127\\.0\\.0\\.1:${port}.*in use.*--port`));
  const sound = await startFails(['--data-dir', data, '--port', '0', '--media-port', `${mediaPort}`]);
  assert.equal(sound.status, 1);
  assert.match(sound.text, new RegExp(`${mediaPort}.*(in use|media)`));
  const twice = await startFails(['--data-dir', server.dataDir, '--port', '0', '--media-port', '0']);
  assert.equal(twice.status, 1);
  assert.match(twice.text, new RegExp(`another server uses it \\(process ${server.process.pid}\\).*--data-dir`));
  const inFile = await startFails(['--data-dir', path.join(folder, 'config.toml', 'data'), '--port', '0']);
  assert.equal(inFile.status, 1);
  assert.match(inFile.text, /config\.toml.*--data-dir/);
  assert.equal((await startFails(['--listen', 'not-an-address', '--data-dir', data, '--port', '0', '--media-port', '0'])).status, 1);
  for (const [text, message] of [
    ['unknown_key = 1', /wrong\.toml:1: unknown_key/],
    ['port = "eighty"', /wrong\.toml:1: port: give a whole number/],
    ['\nmax_battles = 0', /wrong\.toml:2: max_battles/],
    ['port = ', /wrong\.toml:1/],
  ]) {
    const file = path.join(folder, 'wrong.toml');
    await writeFile(file, text);
    const wrong = await startFails(['--config', file, '--data-dir', data]);
    assert.equal(wrong.status, 1, wrong.text);
    assert.match(wrong.text, message);
  }
  const missing = await startFails(['--config', path.join(folder, 'missing.toml'), '--data-dir', data]);
  assert.notEqual(missing.status, 0);
  assert.match(missing.text, /missing\.toml/);
  await alive();
});

test('the folder of the data is made with its parents', async () => {
  const deep = await Server.start({ dataDir: path.join(folder, 'not', 'yet', 'there'), withTracks: false });
  await alive(deep);
  await deep.stop();
});

/** Mounts a small file system of its own at `where`; undefined where that is not allowed. */
async function smallDisk(where, megabytes) {
  await mkdir(where, { recursive: true });
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', where], { stdio: 'ignore' });
  } catch {
    return undefined;
  }
  return { unmount: () => execFileSync('umount', ['-l', where]), readOnly: () => execFileSync('mount', ['-o', 'remount,ro', where]) };
}

test('a disk that cannot be written stops the start', async (t) => {
  const where = path.join(folder, 'read-only');
  const disk = await smallDisk(where, 1);
  if (!disk) return t.skip('mounting needs root');
  try {
    disk.readOnly();
    const { status, text } = await startFails(['--data-dir', where, '--port', '0', '--media-port', '0']);
    assert.equal(status, 1);
    assert.match(text, /read-only.*(Read-only|cannot)/);
  } finally {
    disk.unmount();
  }
});

test('a disk that fills up during a battle loses nothing', async (t) => {
  const where = path.join(folder, 'small-disk');
  const disk = await smallDisk(where, 96);
  if (!disk) return t.skip('mounting needs root');
  let small;
  try {
    // Decoding needs more room than the sound: the library comes from another disk.
    const library = path.join(folder, 'library');
    execFileSync(dju, ['import', await demoCrate(), '--data-dir', library]);
    execFileSync('cp', ['-r', `${library}/.`, where]);
    small = await Server.start({ dataDir: where, withTracks: false });
    const list = (await small.api('GET', '/tracks')).json.tracks;
    const { battle, a, b, c } = await openBattle(small);
    assert.ok((await a.command(battle.id, { control: 'load', deck: 'A', trackId: list[0].id })).success);
    assert.ok((await a.command(battle.id, { control: 'play', deck: 'A', value: 1 })).success);
    const filler = path.join(where, 'filler');
    const fill = async () => {
      for (let size = 1 << 20; size >= 1; size >>= 1)
        for (;;) {
          try {
            await appendFile(filler, Buffer.alloc(size));
          } catch (error) {
            assert.equal(error.code, 'ENOSPC');
            break;
          }
        }
    };
    await fill();
    // The writer meets the full disk and the DJs are told; hands and sound go on.
    let told;
    const toldOnce = a.until('error').then((payload) => (told = payload));
    for (let i = 0; !told; ++i) {
      const answer = await a.command(battle.id, { control: 'volume', deck: 'A', value: (i % 50) / 50 });
      assert.ok(answer.success, JSON.stringify(answer));
    }
    await toldOnce;
    assert.match(told.message, /No space left/);
    const { token: late } = await small.guest('Late');
    refused(await small.api('POST', '/battles', { token: late, body: { name: 'No room' } }), 503, 'unavailable', /full|space/);
    refused(await upload(tone(), 'late.wav', small), 503, 'unavailable', /full|space/);
    const before = a.of('deck-state-update').at(-1).frame;
    await a.until('deck-state-update', (update) => update.frame > before + 24000);
    assert.ok((await a.ask('battle-end', { battleId: battle.id })).success);
    await alive(small);
    const end = await a.until('battle-end');
    // Room again: what waited is written, the recording is whole.
    await rm(filler);
    await a.until('recording-ready');
    const recording = (await small.api('GET', `/recordings/${battle.id}`)).json;
    assert.deepEqual([recording.ended, recording.hash], [true, end.hash]);
    const job = (await small.api('POST', `/recordings/${battle.id}/verify`, { token: late })).json;
    const verified = await small.job(job.id, late);
    assert.deepEqual([verified.state, verified.result?.verified], ['done', true], JSON.stringify(verified));
    for (const client of [a, b, c]) client.close();
  } finally {
    await small?.stop();
    disk.unmount();
  }
});

test('after all of this the server plays a battle', async () => {
  const { battle, a, b, c } = await openBattle(server);
  assert.ok((await a.command(battle.id, { control: 'load', deck: 'A', trackId: tracks[0].id })).success);
  assert.ok((await b.command(battle.id, { control: 'load', deck: 'B', trackId: tracks[1].id })).success);
  assert.ok((await a.command(battle.id, { control: 'play', deck: 'A', value: 1 })).success);
  await a.until('deck-state-update', (update) => update.decks[0].positionFrames > 24000);
  await b.ask('battle-end', { battleId: battle.id });
  const end = await c.until('battle-end', (payload) => payload.battleId === battle.id);
  await c.until('recording-ready', (payload) => payload.battleId === battle.id);
  const job = (await server.api('POST', `/recordings/${battle.id}/verify`, { token })).json;
  const verified = await server.job(job.id, token);
  assert.deepEqual([verified.result?.verified, verified.result?.hash], [true, end.hash], JSON.stringify(verified));
  const metrics = await (await fetch(`${server.url}/metrics`)).text();
  assert.match(metrics, /route="\/api\/v1\/battles",method="POST",status="2xx"\} [1-9]/);
  assert.ok(!/dju_http_requests_total\{[^}]*5xx[^}]*\} [1-9]/.test(metrics), 'no fault of ours');
  for (const client of [a, b, c]) client.close();
});
