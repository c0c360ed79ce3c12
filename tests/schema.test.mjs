// What the server really says against what the specifications promise: every event, every
// acknowledgement and every HTTP answer of one battle in rounds, with a stream and a replay.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { check, documents, resolve, validatorAt } from './support/schemas.mjs';
import { Server, openBattle } from './support/server.mjs';

const asyncapi = documents['asyncapi.yaml'];
const openapi = documents['openapi.yaml'];

let server;
before(async () => {
  server = await Server.start();
});
after(() => server?.close());

/** Name of an event → pointer to the schema of its payload, for one direction. */
function payloads(action) {
  const found = new Map();
  for (const operation of Object.values(asyncapi.operations)) {
    if (operation.action !== action) continue;
    const pointerOf = ({ $ref }) => `${asyncapi.channels.battle.messages[$ref.split('/').at(-1)].$ref.slice(1)}/payload`;
    const name = resolve(operation.messages[0], asyncapi).name;
    found.set(name, { payload: pointerOf(operation.messages[0]), reply: operation.reply && pointerOf(operation.reply.messages[0]) });
  }
  return found;
}
const sent = payloads('send');
const taken = payloads('receive');

/** Checks what `client` has heard; the names of the events. */
function checkHeard(client) {
  for (const { event, payload } of client.heard) {
    const schema = sent.get(event);
    assert.ok(schema, `${event} is not in asyncapi.yaml`);
    if (Buffer.isBuffer(payload)) continue; // the packed frame of docs/visualization.md
    check(validatorAt('asyncapi.yaml', schema.payload), payload, event);
  }
  return new Set(client.heard.map((entry) => entry.event));
}

/** Emits, checking payload (unless it is meant to be wrong) and acknowledgement. */
async function ask(client, event, payload, { valid = true } = {}) {
  const schema = taken.get(event);
  if (valid) check(validatorAt('asyncapi.yaml', schema.payload), payload, `${event}, sent`);
  const answer = await client.ask(event, payload);
  if (answer.success === false) check(validatorAt('asyncapi.yaml', '/components/schemas/Ack'), answer, `${event}, refused`);
  else check(validatorAt('asyncapi.yaml', schema.reply), answer, `${event}, acknowledged`);
  return answer;
}

const templates = Object.keys(openapi.paths).map((template) => ({
  template,
  pattern: new RegExp(`^${template.replace(/[.]/g, '\\.').replace(/\{[^}]+\}/g, '[^/]+')}$`),
}));

/** As server.api, with the answer held against openapi.yaml. */
async function api(method, where, options = {}) {
  const answer = await server.api(method, where, options);
  const at = `${method} ${where} → ${answer.status}`;
  const path = `/api/v1${where.split('?')[0]}`;
  const found = templates.find(({ pattern }) => pattern.test(path));
  const call = openapi.paths[found?.template]?.[method.toLowerCase()];
  assert.ok(call, `${at}: not in openapi.yaml`);
  assert.ok(call.responses[answer.status], `${at}: this status is not in openapi.yaml: ${answer.text.slice(0, 300)}`);
  const response = resolve(call.responses[answer.status], openapi);
  const type = answer.headers.get('content-type')?.split(';')[0];
  if (type !== 'application/json') return answer;
  const pointer = call.responses[answer.status].$ref?.slice(1)
    ?? `/paths/${found.template.replaceAll('/', '~1')}/${method.toLowerCase()}/responses/${answer.status}`;
  assert.ok(response.content?.[type], `${at}: ${type} is not in openapi.yaml`);
  check(validatorAt('openapi.yaml', `${pointer}/content/application~1json/schema`), answer.json, at);
  return answer;
}

test('a battle in rounds says what the documents say', async () => {
  const tracks = (await api('GET', '/tracks?sort=bpm')).json.tracks;
  const { battle, a, b, c } = await openBattle(server, { name: 'In words', format: 'rounds', rounds: 2, roundSeconds: 30 });
  const of = (fields) => ({ battleId: battle.id, ...fields });
  const command = (client, control) => ask(client, 'midi-command', of({ playerId: client.guest.playerId, command: control, sent: Date.now(), heard: 0 }));
  await ask(a, 'join-battle', of({ role: 'dj' }));
  await ask(c, 'join-battle', of({ role: 'spectator', watch: battle.watch }));
  assert.ok((await command(a, { control: 'load', deck: 'A', trackId: tracks[0].id })).success);
  assert.ok((await command(b, { control: 'load', deck: 'B', trackId: tracks[1].id })).success);
  assert.ok((await ask(a, 'battle-start', of({}))).success);
  await c.until('round');
  assert.ok((await command(a, { type: 'note', deck: 'A', note: 60, velocity: 127 })).success);
  assert.ok((await command(a, { control: 'headphone_mix', monitor: 'A', value: 1 })).success);
  assert.equal((await command(b, { control: 'crossfader', value: 1 })).success, false, 'the turn of A');
  await ask(a, 'midi-command', of({ command: { type: 'note', deck: 'A', note: 300 } }), { valid: false });
  await ask(c, 'chat', of({ text: 'What a start', heard: 100 }));
  await ask(c, 'reaction', of({ kind: 'fire', heard: 100 }));
  await ask(a, 'latency-report', of({ playoutMs: 40 }));
  await ask(a, 'watch-sound', of({ on: true }));
  await ask(a, 'watch-sound', of({ on: 'please' }), { valid: false });
  await ask(a, 'ping', { timestamp: 1 });
  assert.equal(typeof (await a.ask('ping', 1)), 'number');
  await ask(c, 'battle-state', of({}));
  await ask(c, 'ice-candidate', { candidate: 'candidate:1 1 udp 1 192.0.2.1 9 typ host', sdpMid: '0' });
  const offer = readFileSync(new URL('../fuzz/corpus/sdp/browser', import.meta.url), 'utf8');
  const streaming = await ask(c, 'request-audio-stream', of({ offer, frame: 60, bitrate: 128 }));
  assert.ok(streaming.success, JSON.stringify(streaming));
  await a.until('deck-state-update', (update) => update.decks[0].positionFrames > 48000);
  for (const event of ['spectrum-data', 'audio-visualization', 'visualization-data', 'beat-sync', 'presence']) await a.until(event);
  await c.until('reaction');
  await c.until('audio-stream-answer');
  await api('GET', '/battles');
  await api('GET', `/battles/${battle.id}`, { token: a.guest.token });
  await ask(a, 'battle-end', of({}));
  await c.until('battle-end');
  await c.until('recording-ready');
  await ask(c, 'vote', of({ choice: 'A', heardIntervals: [[0, 4800]], heard: 4800 }));
  await c.until('votes');
  await ask(c, 'leave-battle', of({}));

  const heard = new Set([a, b, c].flatMap((client) => [...checkHeard(client)]));
  // Held controls need two hands in one format, errors a closing socket, transitions more music (judge.test.mjs).
  const elsewhere = ['transition-detected', 'ai-feedback', 'held-by', 'error', 'ice-candidate', 'audio-sync'];
  assert.deepEqual([...sent.keys()].filter((name) => !heard.has(name) && !elsewhere.includes(name)), []);
  for (const client of [a, b, c]) client.close();
});

test('a shared control under another hand', async () => {
  const { battle, a, b, c } = await openBattle(server, { name: 'Two hands', format: 'free' });
  const move = (client, value) => ask(client, 'midi-command', { battleId: battle.id, playerId: client.guest.playerId, command: { control: 'crossfader', value } });
  assert.ok((await move(a, 1)).success);
  assert.equal((await move(b, 0)).code, 'conflict');
  await b.until('held-by');
  for (const client of [a, b, c]) {
    checkHeard(client);
    client.close();
  }
});

test('models are served as they are registered, and nothing beside them', async () => {
  const version = (await api('GET', '/models/technical')).json;
  const [{ file, sha256 }] = version.files;
  const answer = await fetch(`${server.url}/api/v1/models/technical/${file}`);
  assert.equal(answer.headers.get('etag'), `"${sha256}"`);
  assert.equal(createHash('sha256').update(Buffer.from(await answer.arrayBuffer())).digest('hex'), sha256);
  const refusals = { none: 404, 'No!': 400, 'technical/registry.json': 404, 'technical/..%2f..%2frubric.json': 400 };
  for (const [path, status] of Object.entries(refusals)) {
    const refused = await fetch(`${server.url}/api/v1/models/${path}`);
    assert.equal(refused.status, status, path);
    assert.doesNotMatch(await refused.text(), /data\/models/, 'the folder is nobody\'s business');
  }
});

test('the answers of the API are those of openapi.yaml', async () => {
  const ada = (await api('POST', '/guests', { body: { name: 'Ada' } })).json;
  const { token } = ada;
  await api('POST', '/guests', { body: { name: '' } });
  await api('GET', '/me', { token });
  await api('GET', '/me');
  const [track] = (await api('GET', '/tracks?q=&limit=1')).json.tracks;
  await api('GET', '/tracks?limit=x');
  await api('GET', `/tracks/${track.id}`);
  await api('GET', '/tracks/none');
  await api('GET', `/tracks/${track.id}/cover`);
  await api('GET', `/tracks/${track.id}/waveform`);
  await api('GET', `/tracks/${track.id}/grid`);
  await api('PUT', `/tracks/${track.id}/grid`, { token, body: { anchorSeconds: 0.5, bpm: 123 } });
  await api('PUT', `/tracks/${track.id}/grid`, { token, body: { anchorSeconds: 0.5, bpm: 1 } });
  await api('GET', `/tracks/${track.id}/analysis`);
  await api('GET', '/tracks/none/analysis');
  await api('GET', `/tracks/${track.id}/edits`);
  await api('PATCH', `/tracks/${track.id}/edits`, { token, body: { locked: true } });
  await api('POST', `/tracks/${track.id}/undo`, { token });
  await api('POST', `/tracks/${track.id}/redo`, { token });
  await api('GET', `/tracks/${track.id}/similar`);
  await api('GET', '/rekordbox.xml', { token });
  await api('POST', '/interchange', { token, raw: '<NML/>', headers: { 'content-type': 'application/xml' } });
  await api('GET', `/tracks/${track.id}/audio`, { token });
  await api('DELETE', `/tracks/${track.id}`, { token });
  const crate = (await api('POST', '/crates', { token, body: { name: 'Warm-up' } })).json;
  await api('POST', '/crates', { token, body: {} });
  await api('PUT', `/crates/${crate.id}`, { token, body: { name: 'Peak', add: [track.id] } });
  await api('GET', '/crates', { token });
  await api('DELETE', `/crates/${crate.id}`, { token });
  const upload = (raw) => api('POST', '/tracks', { token, raw, headers: { 'content-type': 'application/octet-stream', 'x-filename': 'x.wav' } });
  await upload(Buffer.alloc(0));
  const failed = (await upload(Buffer.from('no sound'))).json.job;
  await server.job(failed.id, token);
  await api('GET', `/jobs/${failed.id}`, { token });
  await api('GET', '/jobs/none', { token });
  await api('GET', '/controls');
  await api('GET', '/ice', { token });

  const battle = (await api('POST', '/battles', { token, body: { name: 'API' } })).json;
  await api('POST', '/battles', { token, body: { format: 'waltz' } });
  await api('POST', `/battles/${battle.id}/stream`, { token, raw: 'no offer', headers: { 'content-type': 'application/sdp' } });
  await api('DELETE', `/battles/${battle.id}/stream/none`, { token });
  const dj = await server.connect(ada);
  await ask(dj, 'join-battle', { battleId: battle.id, role: 'dj' });
  await dj.until('deck-state-update', (update) => update.frame > 24000);
  await api('POST', `/battles/${battle.id}/end`, { token });
  await dj.until('recording-ready');
  await api('POST', `/battles/${battle.id}/end`, { token });
  await api('GET', '/battles?state=ended');
  await api('GET', '/battles?state=lost');
  await api('GET', '/recordings');
  await api('GET', `/recordings/${battle.id}`);
  await api('GET', `/recordings/${battle.id}/log`);
  const rendering = (await api('GET', `/recordings/${battle.id}/audio.flac`, { token })).json;
  await server.job(rendering.id, token);
  await api('GET', `/recordings/${battle.id}/audio.flac`);
  const verifying = (await api('POST', `/recordings/${battle.id}/verify`, { token })).json;
  const verified = await server.job(verifying.id, token);
  check(validatorAt('openapi.yaml', '/components/schemas/Verification'), verified.result, 'verification');
  const judging = await api('GET', `/recordings/${battle.id}/verdict`, { token });
  if (judging.status === 202) await server.job(judging.json.id, token);
  assert.equal((await api('GET', `/recordings/${battle.id}/verdict`)).status, 200);
  await api('GET', '/recordings/none/verdict');
  await api('POST', `/recordings/${battle.id}/replay`, { token });
  await api('POST', '/recordings/none/replay', { token });
  for (const probe of ['health', 'ready'])
    check(validatorAt('openapi.yaml', `/paths/~1${probe}/get/responses/200/content/application~1json/schema`), await (await fetch(`${server.url}/${probe}`)).json(), probe);
  checkHeard(dj);
  dj.close();
});
