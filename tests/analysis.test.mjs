// `dju analyze` and the API over an analysis as a client meets them: the same JSON everywhere, the same
// song in another encoding, edits with undo and lock, and the way to rekordbox and back.
import assert from 'node:assert/strict';
import { copyFile, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { check, validatorAt } from './support/schemas.mjs';
import { demoCrate, dju, run, Server } from './support/server.mjs';

let server, folder, files, ada, token;

before(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'dju-analysis-'));
  const crate = await demoCrate();
  files = (await readdir(crate)).filter((name) => name.endsWith('.flac')).map((name) => path.join(crate, name)).sort();
  server = await Server.start();
  ada = await server.guest('Ada');
  token = ada.token;
});
after(async () => {
  await server?.close();
  await rm(folder, { recursive: true, force: true });
});

async function upload(file) {
  const headers = { 'content-type': 'application/octet-stream', 'x-filename': encodeURIComponent(path.basename(file)) };
  const { job } = (await server.api('POST', '/tracks', { token, raw: await readFile(file), headers })).json;
  return (await server.job(job.id, token)).result;
}

const patch = (id, body, who = token) => server.api('PATCH', `/tracks/${id}/edits`, { token: who, body });

test('dju analyze prints a line a file, as documented, and goes on after errors', async () => {
  const noise = path.join(folder, 'noise.mp3');
  await writeFile(noise, 'no sound');
  const failure = await run(dju, ['analyze', '--json', '--jobs', '2', files[0], noise, files[1]]).then(() => null, (error) => error);
  assert.equal(failure?.code, 1, 'one file failed');
  const lines = failure.stdout.trimEnd().split('\n').map((line) => JSON.parse(line));
  assert.deepEqual(lines.map(({ file }) => file), [files[0], noise, files[1]], 'in the order of the arguments');
  assert.match(lines[1].error.message, /noise\.mp3/);
  for (const line of [lines[0], lines[2]]) check(validatorAt('openapi.yaml', '/components/schemas/Analysis'), line, line.file);
  const { tracks } = (await server.api('GET', '/tracks')).json;
  const imported = (await server.api('GET', `/tracks/${lines[0].id}/analysis`)).json;
  assert.ok(tracks.some(({ id }) => id === imported.id));
  assert.deepEqual(imported.loudness, lines[0].loudness, 'the same analysis at import');
  assert.equal(imported.fingerprint, lines[0].fingerprint);
  const { stdout } = await run(dju, ['analyze', files[0]]);
  assert.match(stdout, /file .*length .*BPM[\s\S]*house/);
});

test('an upload that the library has in another encoding is told', async () => {
  const mp3 = path.join(folder, 'again.mp3');
  await run('ffmpeg', ['-v', 'error', '-y', '-i', files[0], '-b:a', '128k', mp3]);
  const result = await upload(mp3);
  const original = JSON.parse((await run(dju, ['analyze', '--json', files[0]])).stdout).id;
  assert.deepEqual(result.same, [original]);
  const { same } = (await server.api('GET', `/tracks/${original}/similar`)).json;
  assert.equal(same[0].track.id, result.trackId);
  assert.ok(same[0].likeness > 0.8 && Math.abs(same[0].offsetSeconds) < 0.2);
});

test('edits are steps that can be undone, and a lock holds', async () => {
  const mine = path.join(folder, 'mine.wav');
  await run('ffmpeg', ['-v', 'error', '-y', '-i', files[1], '-map_metadata', '-1', '-af', 'volume=0.5', mine]);
  const { trackId } = await upload(mine);
  const analysis = async () => (await server.api('GET', `/tracks/${trackId}/analysis`)).json;
  const before = await analysis();
  const other = (await server.guest('Thief')).token;
  assert.equal((await patch(trackId, { locked: true }, other)).status, 403);
  const grid = { anchorSeconds: 0.5, bpm: 125, changes: [{ beat: 16, seconds: 8.18, bpm: 130 }] };
  const set = await patch(trackId, { grid, cues: [{ time: 8.18, label: 'Drop', slot: 0 }] });
  assert.equal(set.status, 200, set.text);
  assert.deepEqual(set.json.edited, ['grid', 'cues']);
  const now = await analysis();
  assert.deepEqual(now.tempo.changes, [{ time: 8.18, bpm: 130, beat: 16 }]);
  assert.equal(now.cues[0].label, 'Drop');
  assert.ok(now.beats.includes(8.18));
  const bad = [{ grid: { ...grid, changes: [{ beat: 1.5, seconds: 8, bpm: 130 }] } }, { cues: [{ time: 1e9 }] }, { cues: 'x' }, { phrases: [{ start: 2, end: 1 }] },
    { key: 'H' }, { locked: 'yes' }, { grid: { anchorSeconds: 0, bpm: 1e9 } }, [], 7];
  for (const body of bad) assert.equal((await patch(trackId, body)).status, 400, JSON.stringify(body));
  assert.equal((await patch(trackId, { locked: true })).json.locked, true);
  assert.equal((await patch(trackId, { grid: null })).status, 409);
  const step = async (which) => (await server.api('POST', `/tracks/${trackId}/${which}`, { token })).status;
  assert.deepEqual([await step('undo'), await step('undo'), await step('undo')], [200, 200, 409]);
  assert.deepEqual(await analysis(), before);
  assert.deepEqual([await step('redo'), await step('redo'), await step('redo')], [200, 200, 409]);
});

test('grids and cues go to rekordbox and come back', async () => {
  const { tracks } = (await server.api('GET', '/tracks?sort=added&limit=1')).json;
  const [track] = tracks;
  const xml = (await server.api('GET', `/rekordbox.xml?track=${track.id}`, { token })).text;
  assert.match(xml, /<TEMPO Inizio="0\.500" Bpm="125\.00" Metro="4\/4" Battito="1"/);
  assert.match(xml, /<POSITION_MARK Name="Drop" Type="0" Start="8\.180" Num="0"/);
  assert.equal((await server.api('GET', `/rekordbox.xml?track=${track.id}`)).status, 401);
  await patch(track.id, { locked: false });
  await patch(track.id, { grid: null, cues: null });
  const sent = async (raw) => {
    const { json } = await server.api('POST', '/interchange', { token, raw, headers: { 'content-type': 'application/xml' } });
    return server.job(json.job.id, token);
  };
  assert.deepEqual((await sent(xml)).result, { matched: 1, changed: 1, unmatched: [] });
  const { grid } = (await server.api('GET', `/tracks/${track.id}/edits`)).json;
  assert.ok(Math.abs(grid.anchorSeconds - 0.5) < 0.002 && Math.abs(grid.bpm - 125) < 0.01, JSON.stringify(grid));
  assert.equal((await sent('<html/>')).state, 'failed');
  const exported = path.join(folder, 'all.xml');
  await run(dju, ['export', '--rekordbox', exported, '--data-dir', server.dataDir]);
  assert.match(await readFile(exported, 'utf8'), /<COLLECTION Entries="4">/);
});

test('a library is analysed again on demand', async () => {
  const data = await mkdtemp(path.join(tmpdir(), 'dju-again-'));
  const crate = await mkdtemp(path.join(folder, 'crate-'));
  await copyFile(files[0], path.join(crate, 'one.flac'));
  await run(dju, ['import', crate, '--data-dir', data]);
  assert.match((await run(dju, ['analyze', '--library', '--data-dir', data])).stdout, /^0 analysed/m);
  assert.match((await run(dju, ['analyze', '--library', '--all', '--data-dir', data])).stdout, /^1 analysed, 0 could not be/m);
  await rm(data, { recursive: true, force: true });
});
