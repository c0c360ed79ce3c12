// `dju beats FILE --streaming`, as a script would use it: on music whose beats are known.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { dju } from './support/server.mjs';

const run = promisify(execFile);
let folder;

before(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'dju-beats-'));
});
after(async () => {
  await rm(folder, { recursive: true, force: true });
});

const lines = (text) => text.trim().split('\n').map((line) => line.split(' ').map(Number));

test('each line is a beat and when it was decided, never later than 20 ms after it', async () => {
  await run(dju, ['demo-tracks', folder, '--genre', 'house', '--per-genre', '1', '--seconds', '60', '--seed', '5']);
  const name = (await readdir(folder)).find((each) => each.endsWith('.flac'));
  const truth = JSON.parse(await readFile(path.join(folder, name.replace('.flac', '.beats.json')), 'utf8')).beats;
  const { stdout } = await run(dju, ['beats', path.join(folder, name), '--streaming']);
  const beats = lines(stdout);
  assert.ok(beats.length > 40, `${beats.length} beats`);
  for (const [time, emitted] of beats) assert.ok(emitted - time <= 0.02, `${time} decided at ${emitted}`);
  const end = Math.min(60, truth.at(-1));
  const wanted = truth.filter((time) => time > 5 && time < end);
  const found = beats.filter(([time]) => time > 5 && time < end);
  const hits = wanted.filter((time) => found.some(([each]) => Math.abs(each - time) <= 0.07));
  const f = (2 * hits.length) / (wanted.length + found.length);
  assert.ok(f > 0.9, `F ${f}`);
});

test('what is no music file is refused with its name', async () => {
  const file = path.join(folder, 'notes.txt');
  await writeFile(file, 'no sound in here\n');
  await assert.rejects(run(dju, ['beats', file, '--streaming']), /notes\.txt/);
});
