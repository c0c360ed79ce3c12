// Mixes over HTTP as a page asks for them: planned, previewed, made as jobs, kept as recordings; and
// what the server says to wishes that make no sense.
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { check, validatorAt } from './support/schemas.mjs';
import { run, Server } from './support/server.mjs';

let server;
let ada;
let bo;
let tracks;

before(async () => {
  server = await Server.start({ crate: { genres: ['house', 'disco', 'trance'], seconds: 45 } });
  ada = await server.guest('Ada');
  bo = await server.guest('Bo');
  const listed = await server.api('GET', '/tracks');
  tracks = listed.json.tracks.map((track) => track.id);
  assert.equal(tracks.length, 3);
});
after(() => server?.close());

const ask = (where, body, token = ada.token) => server.api('POST', where, { token, body });
const get = (where, token = ada.token) => server.api('GET', where, { token });
const schema = (name, value) => check(validatorAt('openapi.yaml', `/components/schemas/${name}`), value, name);
const pair = () => tracks.slice(0, 2);

async function refused(where, body, status, message) {
  const answer = await ask(where, body);
  assert.equal(answer.status, status, answer.text);
  assert.match(answer.json.error.message, message);
}

/** Asks for a mix and waits for it; the mix as it is then. */
async function finished(body, guest = ada) {
  const asked = await ask('/mixes', body, guest.token);
  assert.ok([200, 202].includes(asked.status), asked.text);
  if (asked.status === 202) await server.job(asked.json.job.id, guest.token);
  return (await get(`/mixes/${asked.json.mix.id}`, guest.token)).json;
}

test('the catalogue has everything that can be asked for', async () => {
  const { status, json } = await server.api('GET', '/mixer');
  assert.equal(status, 200);
  schema('Mixer', json);
  assert.ok(json.models.includes('rules@1'));
  assert.ok(json.presets.some((preset) => preset.id === 'warm-up' && preset.name.es));
  const bars = json.parameters.find((parameter) => parameter.name === 'transitionBars');
  assert.deepEqual(bars, { name: 'transitionBars', kind: 'whole', min: 4, max: 64, step: 4, default: 16 });
});

test('a transition is written in the style that a person wants', async () => {
  const { status, json } = await server.api('GET', '/mixer/genome?style=echo_out&bars=16&effectsPercent=80');
  assert.equal(status, 200);
  schema('Genome', json.genome);
  assert.equal(json.genome.style, 'echo_out');
  const planned = await ask('/mixes/plan', { tracks: pair(), parameters: { order: 'given' }, transitions: { 0: json.genome } });
  assert.equal(planned.json.plan.transitions[0].genome.style, 'echo_out');
  const unknown = await server.api('GET', '/mixer/genome?style=moonwalk');
  assert.equal(unknown.status, 400);
  assert.match(unknown.json.error.message, /moonwalk.*echo_out/);
});

test('a mixer that listens hears each track once', async () => {
  const { json } = await server.api('GET', '/mixer');
  assert.ok(json.models.includes('cnn@2'), json.models.join());
  const body = { tracks, model: 'cnn@2', parameters: { order: 'given' } };
  const first = await ask('/mixes/plan', body);
  assert.equal(first.status, 200, first.text);
  assert.equal(first.json.plan.model, 'cnn@2');
  const again = await ask('/mixes/plan', body);
  assert.deepEqual(again.json.plan.transitions, first.json.plan.transitions);
  const metrics = await (await fetch(`${server.url}/metrics`)).text();
  assert.match(metrics, /dju_spectrograms_total\{outcome="heard"\} 3/);
  assert.match(metrics, /dju_mixer_batch_pictures_count [2-9]/);
});

test('a plan answers at once, follows parameters, and keeps what people edited', async () => {
  const first = await ask('/mixes/plan', { tracks, parameters: { order: 'given' } });
  assert.equal(first.status, 200, first.text);
  schema('PlanAnswer', first.json);
  const { plan } = first.json;
  assert.deepEqual(plan.turns.map((turn) => turn.trackId), tracks);
  assert.equal(plan.transitions.length, 2);
  const genome = { ...plan.transitions[1].genome, bars: 4, enterBar: 0, style: 'fade', out: { gain: { line: [1, 0.8, 0.6, 0.3, 0] } }, in: {}, tempo: 0 };
  for (const part of ['effects', 'loops', 'cuts']) genome[part] = [];
  const edited = await ask('/mixes/plan', { tracks, parameters: { order: 'given' }, transitions: { 1: genome } });
  assert.equal(edited.status, 200, edited.text);
  assert.deepEqual(edited.json.plan.transitions[0].genome, plan.transitions[0].genome, 'the other one stays');
  assert.equal(edited.json.plan.transitions[1].edited, true);
  assert.equal(edited.json.plan.transitions[1].genome.bars, 4);
  assert.deepEqual(edited.json.plan.transitions[1].genome.out.gain, genome.out.gain);
});

test('a mix becomes a recording with all that belongs to it', async () => {
  const asked = await ask('/mixes', { tracks: pair(), preset: 'warm-up', name: 'Friday' });
  assert.equal(asked.status, 202, asked.text);
  schema('Mix', asked.json.mix);
  assert.ok(['queued', 'running'].includes(asked.json.mix.state));
  const mix = await finished({ tracks: pair(), preset: 'warm-up', name: 'Friday' });
  schema('Mix', mix);
  assert.equal(mix.state, 'done', JSON.stringify(mix));
  assert.equal(mix.name, 'Friday');

  const recording = (await get(`/recordings/${mix.recordingId}`)).json;
  schema('Recording', recording);
  assert.ok(Math.abs(recording.durationSeconds - mix.durationSeconds) < 0.01);
  assert.deepEqual(recording.players.map((player) => player.name), ['rules@1']);
  assert.deepEqual(recording.tracklist.map((entry) => entry.trackId).sort(), pair().sort());
  const listed = (await get('/recordings')).json.recordings;
  assert.ok(!listed.some((entry) => entry.id === mix.recordingId), 'it is not among the battles');

  const range = await server.api('GET', `/recordings/${mix.recordingId}/audio.opus`, { headers: { range: 'bytes=0-3' } });
  assert.equal(range.status, 206);
  assert.equal(range.text, 'OggS');
  assert.match(range.headers.get('content-range'), /^bytes 0-3\/\d{5,}$/);

  const report = (await get(`/mixes/${mix.id}/report`)).json;
  assert.equal(report.schema, 'dju-mix-report');
  assert.ok(Math.abs(report.durationSeconds - mix.durationSeconds) < 0.1);
  const planned = (await get(`/mixes/${mix.id}/plan`)).json;
  schema('PlanAnswer', planned);
  assert.ok(Math.abs(planned.plan.totalSeconds - mix.durationSeconds) < 3, 'the estimate');
  const waveform = await get(`/mixes/${mix.id}/waveform`);
  assert.equal(waveform.text.slice(0, 4), 'DJUW');

  const verified = await ask(`/recordings/${mix.recordingId}/verify`, {});
  const result = (await server.job(verified.json.id, ada.token)).result;
  assert.equal(result.verified, true, 'it renders to the same samples');
  const judged = await get(`/recordings/${mix.recordingId}/verdict`);
  assert.equal(judged.status, 202);
  assert.equal((await server.job(judged.json.id, ada.token)).state, 'done');
  assert.equal((await get(`/recordings/${mix.recordingId}/verdict`)).status, 200);
  // The log lies compressed and comes as text, whatever the client can read.
  const packed = await stat(path.join(server.dataDir, 'recordings', `${mix.recordingId}.djlog.zst`));
  for (const coding of ['identity', 'zstd']) {
    const log = await server.api('GET', `/recordings/${mix.recordingId}/log`, { headers: { 'accept-encoding': coding } });
    assert.equal(log.headers.get('content-encoding'), coding === 'zstd' ? 'zstd' : null);
    if (coding === 'zstd') continue; // fetch of older Node versions cannot read it
    assert.ok(log.text.startsWith('{"djlog":1'), log.text.slice(0, 40));
    assert.ok(log.text.trimEnd().split('\n').at(-1).startsWith('{"end":'));
    assert.ok(packed.size * 3 < log.text.length);
  }
  const replay = await ask(`/recordings/${mix.recordingId}/replay`, {});
  assert.equal(replay.status, 201, replay.text);
  assert.equal(replay.json.kind, 'replay');
});

test('the same wish gets the sound that is there, whoever has it; a removed mix leaves the other’s', async () => {
  const wish = { tracks: pair(), parameters: { boldness: 0.1 } };
  const hers = await finished(wish);
  const his = await ask('/mixes', { ...wish, name: 'Mine' }, bo.token);
  assert.equal(his.status, 200, his.text);
  assert.equal(his.json.mix.state, 'done');
  assert.equal(his.json.mix.recordingId, hers.recordingId);
  assert.equal(his.json.mix.name, 'Mine');
  assert.match((await fetch(`${server.url}/metrics`).then((answer) => answer.text())), /dju_mix_cache_total\{outcome="hit"\} [1-9]/);

  assert.equal((await server.api('DELETE', `/mixes/${hers.id}`, { token: bo.token })).status, 403);
  assert.equal((await server.api('DELETE', `/mixes/${hers.id}`, { token: ada.token })).status, 204);
  assert.equal((await get(`/mixes/${hers.id}`)).status, 404);
  assert.equal((await get(`/recordings/${hers.recordingId}/audio.opus`)).status, 200);
  assert.equal((await server.api('DELETE', `/mixes/${his.json.mix.id}`, { token: bo.token })).status, 204);
  assert.equal((await get(`/recordings/${hers.recordingId}`)).status, 404);
});

test('one’s mixes are listed, others’ are not', async () => {
  const { json } = await get('/mixes?limit=1');
  assert.equal(json.mixes.length, 1);
  assert.ok(json.total >= 1);
  for (const mix of json.mixes) schema('Mix', mix);
  const carol = await server.guest('Carol');
  assert.deepEqual((await get('/mixes', carol.token)).json, { total: 0, mixes: [] });
});

test('a preview is made once and plays while it loads', async () => {
  const wish = { tracks: pair(), transition: 0, seconds: 15 };
  const [asked, same] = await Promise.all([ask('/mixes/preview', wish), ask('/mixes/preview', wish, bo.token)]);
  assert.equal(asked.status, 202, asked.text);
  // Asked for twice at once it is made once, and both follow the same job.
  if (same.status === 202) {
    assert.equal(same.json.job.id, asked.json.job.id);
    assert.equal((await server.job(same.json.job.id, bo.token)).state, 'done');
  }
  const made = (await server.job(asked.json.job.id, ada.token)).result;
  schema('Preview', made);
  const again = await ask('/mixes/preview', wish, bo.token);
  assert.equal(again.status, 200);
  assert.deepEqual(again.json.preview, made);
  assert.equal(made.quality, 'light');
  const better = (await server.job((await ask('/mixes/preview', { ...wish, quality: 'full' })).json.job.id, ada.token)).result;
  schema('Preview', better);
  assert.equal(better.quality, 'full');
  const size = async ({ url }) => (await fetch(server.url + url, { method: 'HEAD' })).headers.get('content-length');
  assert.ok(await size(better) > 2 * await size(made), 'more than twice the bits');
  assert.deepEqual({ ...better, url: 0, waveformUrl: 0, quality: 0 }, { ...made, url: 0, waveformUrl: 0, quality: 0 });
  await refused('/mixes/preview', { ...wish, quality: 'best' }, 400, /mix\.quality is "best"; there are: light, full/);
  const part = await fetch(server.url + made.url, { headers: { range: 'bytes=0-99' } });
  assert.equal(part.status, 206);
  assert.equal(part.headers.get('content-type'), 'audio/ogg');
  assert.equal((await fetch(server.url + made.waveformUrl)).status, 200);
  assert.equal((await fetch(`${server.url}/api/v1/mixes/previews/${'0'.repeat(64)}.opus`)).status, 404);
  assert.equal((await fetch(`${server.url}/api/v1/mixes/previews/..%2Flibrary.sqlite`)).status, 400);
});

test('a transition goes where a person puts it, as far as there is room', async () => {
  const wish = { tracks: pair(), parameters: { order: 'given' } };
  const own = (await ask('/mixes/plan', wish)).json.plan.transitions[0];
  assert.deepEqual(own.shift, { exitBars: 0, entryBars: 0 });
  const moved = (await ask('/mixes/plan', { ...wish, shifts: { 0: { entryBars: 2 } } })).json.plan.transitions[0];
  assert.deepEqual(moved.shift, { exitBars: 0, entryBars: 2 });
  assert.ok(moved.entrySeconds > own.entrySeconds + 2);
  const far = (await ask('/mixes/plan', { ...wish, shifts: { 0: { exitBars: -512 } } })).json.plan.transitions[0];
  assert.ok(far.shift.exitBars > -512 && far.exitSeconds >= 0);
  await refused('/mixes/plan', { ...wish, shifts: { 0: { exitBars: 1.5 } } }, 400, /mix\.shifts\.0\.exitBars is 1\.5; it must be a whole number/);
});

test('a person takes a mix over where it stands, and what they do is a recording by itself', async () => {
  const mix = await finished({ tracks: pair(), parameters: { order: 'given' } });
  const report = (await get(`/mixes/${mix.id}/report`)).json;
  const middle = (report.transitions[0].startSeconds + report.transitions[0].endSeconds) / 2;
  const taken = await ask(`/recordings/${mix.recordingId}/take-over`, { seconds: middle });
  assert.equal(taken.status, 201, taken.text);
  schema('BattleForDj', taken.json);
  assert.equal(taken.json.visibility, 'unlisted');
  const id = taken.json.id;

  const client = await server.connect(ada);
  const joined = await client.ask('join-battle', { battleId: id, role: 'dj' });
  assert.equal(joined.role, 'dj', JSON.stringify(joined));
  const { state } = joined;
  const trackOf = (deck) => state.decks[deck].trackId;
  assert.deepEqual([trackOf(0), trackOf(1)], pair(), 'both records are on their decks');
  assert.ok(state.deckControls.every((deck) => deck.keylock === 1));
  assert.ok(state.decks.every((deck) => deck.isPlaying), 'and both run');
  const moved = await client.command(id, { control: 'eq_low', deck: 'B', value: 0.1 });
  assert.ok(moved.success, JSON.stringify(moved));
  assert.ok(moved.frame >= Math.floor(middle * 10) * 4800, JSON.stringify(moved));
  const other = await server.connect(bo);
  const refusedJoin = await other.ask('join-battle', { battleId: id, role: 'dj' }).catch((error) => error);
  assert.ok(!refusedJoin.role, 'nobody else without the link');
  assert.equal((await server.api('POST', `/battles/${id}/end`, { token: ada.token })).status, 200);
  client.close();
  other.close();

  for (;;) {
    const there = await get(`/recordings/${id}`);
    if (there.status === 200) break;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const lines = async (log) => (await get(`/recordings/${log}/log`)).text.trim().split('\n').map((line) => JSON.parse(line));
  const [mixLog, ownLog] = [await lines(mix.recordingId), await lines(id)];
  const moment = Math.floor(middle * 10) * 4800;
  const before = (log) => log.filter(({ control, frame }) => control && frame < moment).map(({ player, ...command }) => command);
  assert.ok(before(mixLog).length > 10);
  assert.deepEqual(before(ownLog), before(mixLog), 'what was done up to the moment');
  const { freshSoundAt } = ownLog[0].config;
  assert.equal(freshSoundAt, moment - 480000, 'the sound of ten seconds before it is rendered');
  assert.equal(ownLog.find(({ mark }) => mark !== undefined).mark, freshSoundAt);
  const verified = await ask(`/recordings/${id}/verify`, {});
  assert.equal((await server.job(verified.json.id, ada.token)).result.verified, true);

  assert.equal((await ask(`/recordings/${mix.recordingId}/take-over`, { seconds: 1e6 })).status, 400);
  assert.equal((await ask(`/recordings/${mix.recordingId}/take-over`, {})).status, 400);
  assert.equal((await ask('/recordings/m-none/take-over', { seconds: 1 })).status, 404);
});

test('the same songs in another encoding are known: told of, and taken where that is wanted', async () => {
  const wish = { tracks: pair(), parameters: { boldness: 0.2, order: 'given' } };
  const first = await finished(wish);
  const folder = await mkdtemp(path.join(tmpdir(), 'dju-mp3-'));
  const source = path.join(folder, 'song.flac');
  const audio = await fetch(`${server.url}/api/v1/tracks/${tracks[0]}/audio?token=${ada.token}`);
  await writeFile(source, Buffer.from(await audio.arrayBuffer()));
  await run('ffmpeg', ['-loglevel', 'error', '-i', source, '-b:a', '192k', path.join(folder, 'song.mp3')]);
  const sent = await server.api('POST', '/tracks', {
    token: ada.token,
    raw: await readFile(path.join(folder, 'song.mp3')),
    headers: { 'content-type': 'application/octet-stream', 'x-filename': 'song.mp3' },
  });
  assert.equal(sent.status, 202, sent.text);
  const imported = (await server.job(sent.json.job.id, ada.token)).result;
  assert.deepEqual(imported.same, [tracks[0]]);
  await rm(folder, { recursive: true });

  const others = { ...wish, tracks: [imported.trackId, tracks[1]] };
  const asked = await ask('/mixes', others);
  assert.equal(asked.status, 202, 'another file is another sound');
  assert.deepEqual(asked.json.alike.otherTracks, [tracks[0]]);
  schema('AlikeMix', asked.json.alike);
  const taken = await ask('/mixes', { ...others, encoding: 'any' });
  assert.equal(taken.status, 200, taken.text);
  assert.equal(taken.json.mix.recordingId, first.recordingId);
  await server.api('DELETE', `/mixes/${asked.json.mix.id}`, { token: ada.token });
  assert.match(await fetch(`${server.url}/metrics`).then((answer) => answer.text()), /dju_mix_cache_total\{outcome="alike"\} 1/);
});

test('a mix is cancelled at any moment, and nothing is left of it', async () => {
  const wish = { tracks, parameters: { boldness: 0.9, order: 'given' } };
  const asked = (await ask('/mixes', wish)).json;
  const cancelled = await ask(`/jobs/${asked.job.id}/cancel`, {});
  assert.equal(cancelled.status, 200, cancelled.text);
  assert.equal((await server.job(asked.job.id, ada.token)).state, 'cancelled');
  assert.equal((await get(`/mixes/${asked.mix.id}`)).json.state, 'cancelled');
  assert.equal((await get(`/mixes/${asked.mix.id}/report`)).status, 409);
  assert.equal((await ask(`/jobs/${asked.job.id}/cancel`, {})).status, 409);
  assert.equal((await ask(`/jobs/${asked.job.id}/cancel`, {}, bo.token)).status, 403);
  assert.equal((await ask('/mixes', wish)).status, 202, 'it was not kept as the sound of that wish');
});

test('the same track twice is a mix', async () => {
  const mix = await finished({ tracks: [tracks[0], tracks[0]] });
  assert.equal(mix.state, 'done', JSON.stringify(mix));
});

test('what makes no sense is named', async () => {
  for (const where of ['/mixes', '/mixes/plan']) {
    await refused(where, { tracks: tracks.slice(0, 1) }, 400, /a mix of 1 track: it needs two or more/);
    await refused(where, { tracks: Array(51).fill(tracks[0]) }, 400, /mix\.tracks has 51 entries; at most 50/);
    await refused(where, {}, 400, /mix\.tracks is missing/);
    await refused(where, { tracks: [tracks[0], 7] }, 400, /mix\.tracks\[1\] must be the id of a track/);
    await refused(where, { tracks: [tracks[0], 'nowhere'] }, 404, /nowhere/);
    await refused(where, { tracks, model: 'rules@7' }, 404, /mixer "rules@7".*there are rules@1/);
    await refused(where, { tracks, model: 'rules' }, 404, /mixer "rules"/);
    await refused(where, { tracks, preset: 'disco' }, 404, /preset "disco".*there are warm-up/);
    await refused(where, { tracks, parameters: { boldness: 3 } }, 400, /parameters\.boldness is 3; it must be from 0 to 1/);
    await refused(where, { tracks, parameters: { volume: 3 } }, 400, /parameters\.volume is not known/);
    await refused(where, { tracks, transitions: { 2: {} } }, 400, /mix\.transitions has "2"; 3 tracks have the transitions 0 to 1/);
    await refused(where, { tracks, transitions: { 0: { style: 'cut' } } }, 400, /mix\.transitions\.0: transition\.schema is missing/);
    await refused(where, { tracks, loud: true }, 400, /mix\.loud is not known/);
    assert.equal((await ask(where, { tracks }, 'nobody')).status, 401);
  }
  await refused('/mixes', { tracks, name: 'x'.repeat(81) }, 400, /mix\.name has 81 characters; 1 to 80 are possible/);
  await refused('/mixes', { tracks, priority: 'high' }, 400, /mix\.priority is "high"; there are: normal, low/);
  await refused('/mixes/preview', { tracks, transition: 2 }, 400, /mix\.transition is 2; 3 tracks have the transitions 0 to 1/);
  await refused('/mixes/preview', { tracks, transition: 0, seconds: 400 }, 400, /mix\.seconds is 400; it must be from 15 to 60/);
  assert.equal((await get('/mixes/m-nothing')).status, 404);
});
