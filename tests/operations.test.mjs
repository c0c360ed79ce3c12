// What an operator relies on: TLS, addresses, settings, probes, a clean stop, TURN credentials, the
// recordings and their sound.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createHmac, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import https from 'node:https';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { WebSocket } from 'ws';
import { missing } from './support/network.mjs';
import { Server, dju, openBattle, run } from './support/server.mjs';

let folder;
let server;
const kTurnSecret = 'a secret of the test';

before(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'dju-operations-'));
  const config = path.join(folder, 'config.toml');
  await writeFile(config, `turn_secret = "${kTurnSecret}"\nturn_urls = ["turn:turn.example.org:3478"]\n\n[[ice_server]]\nurls = ["stun:stun.example.org"]\n`);
  server = await Server.start({ dataDir: path.join(folder, 'data'), args: ['--config', config] });
});
after(async () => {
  await server?.stop();
  await rm(folder, { recursive: true, force: true });
});

/** GET over HTTPS without trust in the certificate; the answer's status and the certificate. */
function getInsecurely(url) {
  return new Promise((resolve, reject) => {
    const request = https.get(url, { rejectUnauthorized: false, agent: false }, (response) => {
      const certificate = response.socket.getPeerX509Certificate();
      response.resume().on('end', () => resolve({ status: response.statusCode, certificate }));
    });
    request.on('error', reject);
  });
}

test('--tls makes a certificate once; https and wss work with it', async () => {
  const own = await Server.start({ dataDir: path.join(folder, 'tls'), withTracks: false, args: ['--tls'] });
  assert.match(own.url, /^https:/);
  const first = await getInsecurely(`${own.url}/health`);
  assert.equal(first.status, 200);
  assert.ok(first.certificate.subjectAltName.includes('127.0.0.1'), first.certificate.subjectAltName);
  assert.ok(new X509Certificate(first.certificate.raw).checkHost('localhost'));
  const socket = new WebSocket(`${own.url.replace('https', 'wss')}/socket.io/?EIO=4&transport=websocket`, { rejectUnauthorized: false });
  const opened = await new Promise((resolve, reject) => socket.on('message', (data) => resolve(String(data))).on('error', reject));
  assert.match(opened, /^0\{.*"sid":/);
  socket.close();
  await own.stop();
  await own.launch(['--tls']);
  assert.equal((await getInsecurely(`${own.url}/health`)).certificate.fingerprint256, first.certificate.fingerprint256);
  await own.stop();
});

test('it listens where it is told to, and nowhere else', async () => {
  const own = await Server.start({ dataDir: path.join(folder, 'listen'), withTracks: false, args: ['--listen', '127.0.0.1'] });
  const port = new URL(own.url).port;
  assert.equal((await fetch(`http://127.0.0.1:${port}/health`)).status, 200);
  await assert.rejects(fetch(`http://[::1]:${port}/health`));
  await own.stop();
});

test('a machine without IPv6 serves on what it has', async (t) => {
  const reason = await missing(['unshare', 'ip', 'sysctl']);
  if (reason) return t.skip(reason);
  const data = path.join(folder, 'no-ipv6');
  const inside = `sysctl -wq net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.lo.disable_ipv6=1
    ip link set lo up; timeout --signal=TERM 3 "$0" serve --data-dir "$1" --port 0 --media-port 0`;
  const { stdout, stderr } = spawnSync('unshare', ['--net', 'bash', '-c', inside, dju, data], { encoding: 'utf8' });
  assert.match(stdout + stderr, /DJ Universe is at http:\/\/127\.0\.0\.1:\d+/);
  assert.doesNotMatch(stdout, /\[::1\]/);
  assert.match(stdout + stderr, /no IPv6: not listening on ::1/);
});

test('the example settings are accepted', async () => {
  const text = readFileSync(new URL('../deploy/config.example.toml', import.meta.url), 'utf8');
  const file = path.join(folder, 'example.toml');
  await writeFile(file, text.replace('/var/lib/dju', path.join(folder, 'example')).replace('listen = ["0.0.0.0", "::"]', 'listen = ["127.0.0.1"]'));
  const own = new Server();
  own.dataDir = path.join(folder, 'example');
  await own.launch(['--config', file]);
  assert.match(own.url, /^https:/);
  assert.equal((await getInsecurely(`${own.url}/ready`)).status, 200);
  await own.stop();
  assert.equal(own.process.exitCode, 0);
});

test('probes and figures', async () => {
  // Some figures appear with the first socket.
  const client = await server.connect(await server.guest('Figure'));
  assert.deepEqual(await (await fetch(`${server.url}/health`)).json(), { status: 'ok' });
  assert.deepEqual(await (await fetch(`${server.url}/ready`)).json(), { status: 'ready' });
  const answer = await fetch(`${server.url}/metrics`);
  assert.match(answer.headers.get('content-type'), /^text\/plain; version=0\.0\.4/);
  const page = await answer.text();
  for (const line of page.trim().split('\n'))
    assert.match(line, /^(# (HELP|TYPE) dju_\w+ .+|dju_\w+(\{([a-z_]+="[^"]*",?)+\})? (-?[0-9.e+-]+|\+Inf|NaN))$/);
  const table = readFileSync(new URL('../docs/operations.md', import.meta.url), 'utf8');
  for (const [, name] of table.matchAll(/`(dju_\w+)`/g)) assert.ok(page.includes(`\n# TYPE ${name} `), name);
  client.close();
});

test('TURN credentials verify by the shared secret', async () => {
  const guest = await server.guest('Behind a wall');
  const { iceServers } = (await server.api('GET', '/ice', { token: guest.token })).json;
  assert.deepEqual(iceServers[0], { urls: ['stun:stun.example.org'] });
  const { urls, username, credential } = iceServers[1];
  assert.deepEqual(urls, ['turn:turn.example.org:3478']);
  assert.equal(credential, createHmac('sha1', kTurnSecret).update(username).digest('base64'));
  const [expiry, player] = username.split(':');
  assert.equal(player, guest.playerId);
  assert.ok(Math.abs(Number(expiry) - Date.now() / 1000 - 12 * 3600) < 60);
});

/** Plays a second of a track on deck A of a new battle. */
async function played(on) {
  const [track] = (await on.api('GET', '/tracks')).json.tracks;
  const opened = await openBattle(on);
  const { battle, a } = opened;
  assert.ok((await a.command(battle.id, { control: 'load', deck: 'A', trackId: track.id })).success);
  assert.ok((await a.command(battle.id, { control: 'play', deck: 'A', value: 1 })).success);
  await a.until('deck-state-update', (update) => update.decks[0].positionFrames > 48000);
  return opened;
}

test('an operator, named by player id, may change a track that others may not', async () => {
  const guest = await server.guest('Operator to be');
  const [track] = (await server.api('GET', '/tracks')).json.tracks;
  const shift = () => server.api('PUT', `/tracks/${track.id}/grid`, { token: guest.token, body: { anchorSeconds: 0.2, bpm: track.bpm } });
  assert.equal((await shift()).status, 403);
  assert.equal((await server.api('GET', '/me', { token: guest.token })).json.operator, false);
  await server.stop();
  await server.launch(['--config', path.join(folder, 'config.toml'), '--operator', guest.playerId]);
  assert.equal((await server.api('GET', '/me', { token: guest.token })).json.operator, true);
  assert.equal((await shift()).json.anchorSeconds, 0.2);
});

test('SIGTERM ends the battles and closes their logs', async () => {
  const { battle } = await played(server);
  await server.stop('SIGTERM');
  assert.equal(server.process.exitCode, 0);
  const log = readFileSync(path.join(server.dataDir, 'recordings', `${battle.id}.djlog`), 'utf8').trimEnd();
  assert.match(log.split('\n').at(-1), /^\{"end":/);
  await server.launch(['--config', path.join(folder, 'config.toml')]);
  const recording = (await server.api('GET', `/recordings/${battle.id}`)).json;
  assert.equal(recording.ended, true);
  assert.ok(recording.durationSeconds > 1);
});

test('the sound of a recording: FLAC at both rates, Opus in ranges, stems', async (t) => {
  const { battle, a, b, c } = await played(server);
  await a.ask('battle-end', { battleId: battle.id });
  await a.until('recording-ready');
  const { token } = a.guest;
  const sound = async (name) => {
    const first = await server.api('GET', `/recordings/${battle.id}/${name}`, { token });
    if (first.status === 202) assert.equal((await server.job(first.json.id, token)).state, 'done');
    const answer = await fetch(`${server.url}/api/v1/recordings/${battle.id}/${name}`);
    assert.equal(answer.status, 200);
    return Buffer.from(await answer.arrayBuffer());
  };
  const probe = spawnSync('ffprobe', ['-version']).status === 0;
  if (!probe) t.diagnostic('ffprobe is missing: rates are not looked at');
  const { durationSeconds } = (await server.api('GET', `/recordings/${battle.id}`)).json;
  for (const [name, rate] of [['audio.flac?rate=48000', '48000'], ['audio.flac?rate=44100', '44100'], ['audio.opus', '48000']]) {
    const bytes = await sound(name);
    const file = path.join(folder, `sound-${rate}.${name.includes('opus') ? 'opus' : 'flac'}`);
    await writeFile(file, bytes);
    assert.equal(bytes.subarray(0, 4).toString(), name.includes('opus') ? 'OggS' : 'fLaC');
    if (!probe) continue;
    const { stdout } = await run('ffprobe', ['-v', 'error', '-show_entries', 'stream=sample_rate,channels:format=duration', '-of', 'json', file]);
    const found = JSON.parse(stdout);
    assert.deepEqual([found.streams[0].sample_rate, found.streams[0].channels], [rate, 2]);
    assert.ok(Math.abs(Number(found.format.duration) - durationSeconds) < 0.05, `${found.format.duration} of ${durationSeconds}`);
  }
  const whole = await sound('audio.opus');
  const part = await fetch(`${server.url}/api/v1/recordings/${battle.id}/audio.opus`, { headers: { range: 'bytes=100-199' } });
  assert.equal(part.status, 206);
  assert.equal(part.headers.get('content-range'), `bytes 100-199/${whole.length}`);
  assert.deepEqual(Buffer.from(await part.arrayBuffer()), whole.subarray(100, 200));
  assert.equal((await server.api('GET', `/recordings/${battle.id}`)).json.hasArchive, true, 'the archive was made');
  const out = path.join(folder, 'mix.flac');
  await run(dju, ['render', path.join(server.dataDir, 'recordings', `${battle.id}.djlog`), '--data-dir', server.dataDir, '-o', out, '--stems']);
  const made = (await readdir(folder)).filter((name) => name.endsWith('.flac') && name.startsWith('mix'));
  assert.ok(made.length >= 3, `the mix and a stem a deck: ${made}`);
  for (const client of [a, b, c]) client.close();
});
