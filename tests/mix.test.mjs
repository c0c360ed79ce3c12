// `dju mix` as a person uses it: files in, a mix, a log and a report out; and what it says to files
// and wishes that make no sense.
import assert from 'node:assert/strict';
import { mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { dju, run } from './support/server.mjs';

let folder;
let tracks;

before(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'dju-mix-'));
  await run(dju, ['demo-tracks', folder, '--genre', 'house', '--per-genre', '2', '--seconds', '45', '--seed', '9']);
  tracks = (await readdir(folder)).filter((name) => name.endsWith('.flac')).sort().map(at);
});
after(async () => {
  await rm(folder, { recursive: true, force: true });
});

const at = (name) => path.join(folder, name);
const mix = (...args) => run(dju, ['mix', '--data-dir', at('library'), ...args]);
const exists = (file) => stat(file).then(() => true, () => false);

/** Asserts that the command line fails and says why; returns the error, with all that was printed. */
async function refused(status, message, ...args) {
  const error = await mix(...args).then(() => assert.fail('it was not refused'), (reason) => reason);
  assert.equal(error.code, status, error.stderr);
  assert.match(error.stderr, message);
  return error;
}

/** 16-bit WAV of one side at 48 kHz; `sample(i)` from -1 to 1. */
async function writeMono(name, seconds, sample) {
  const count = Math.round(seconds * 48000);
  const bytes = Buffer.alloc(44 + 2 * count);
  bytes.write('RIFF', 0);
  bytes.writeUInt32LE(36 + 2 * count, 4);
  bytes.write('WAVEfmt ', 8);
  bytes.writeUInt32LE(16, 16);
  bytes.writeUInt16LE(1, 20);
  bytes.writeUInt16LE(1, 22);
  bytes.writeUInt32LE(48000, 24);
  bytes.writeUInt32LE(96000, 28);
  bytes.writeUInt16LE(2, 32);
  bytes.writeUInt16LE(16, 34);
  bytes.write('data', 36);
  bytes.writeUInt32LE(2 * count, 40);
  for (let i = 0; i < count; i += 1) bytes.writeInt16LE(Math.round(32000 * sample(i)), 44 + 2 * i);
  await writeFile(at(name), bytes);
  return at(name);
}

test('two files become a mix, a log that renders to the same samples, and a report', async () => {
  await run(dju, ['import', folder, '--data-dir', at('library')]);
  const { stdout } = await mix(...tracks, '-o', at('mix.flac'), '--log', at('mix.djlog'), '--report', at('report.json'));
  assert.doesNotMatch(stdout, /listening/, 'the library knows these files');
  const replayed = await run(dju, ['render', at('mix.djlog'), '--data-dir', at('library')]);
  assert.match(replayed.stdout, /verified: the same samples/);
  const report = JSON.parse(await readFile(at('report.json'), 'utf8'));
  assert.equal(report.model, 'rules@1');
  assert.equal(report.tracks.length, 2);
  const [transition] = report.transitions;
  assert.ok(transition.phraseAligned);
  assert.ok(transition.beatOffsetMs.p95 === null || transition.beatOffsetMs.p95 < 5, JSON.stringify(transition.beatOffsetMs));
  assert.ok(report.sound.truePeakDbtp < -0.9, `${report.sound.truePeakDbtp}`);
  assert.ok(Math.abs(transition.loudnessStepLu ?? 0) < 2);
  const [log, sound, written] = await Promise.all([at('mix.djlog'), at('mix.flac'), at('report.json')].map(stat));
  assert.ok(log.size + written.size < 0.01 * sound.size, `${log.size} + ${written.size} of ${sound.size} bytes`);
});

test('library tracks are named by their id, and a preview has its length', async () => {
  const report = JSON.parse(await readFile(at('report.json'), 'utf8'));
  const ids = report.tracks.map((track) => track.trackId);
  const { stdout } = await mix(...ids, '-o', at('preview.opus'), '--preview', '15', '--preset', 'radio', '--set', 'boldness=0');
  assert.match(stdout, /preview.opus: /);
  assert.ok((await stat(at('preview.opus'))).size > 10000);
});

test('mono, short, silent and beatless files, and the same file twice, are mixed', async () => {
  const kick = (i) => {
    const since = (i % 22857) / 48000;
    return Math.exp(-since * 25) * Math.sin(2 * Math.PI * 55 * since);
  };
  const mono = await writeMono('mono.wav', 24, kick);
  const silent = await writeMono('silent.wav', 10, () => 0);
  const tone = await writeMono('tone.wav', 12, (i) => 0.3 * Math.sin(i / 20));
  const { stdout } = await mix(mono, mono, silent, tone, tracks[0], '-o', at('odd.flac'), '--set', 'order=given');
  assert.equal(stdout.split('→').length - 1, 4, stdout);
});

test('nothing is said of beats and phrases where there are none', async () => {
  let seed = 1;
  const noise = () => {
    seed = (seed * 48271) % 2147483647;
    return seed / 2147483647 - 0.5;
  };
  const hiss = await writeMono('hiss.wav', 40, noise);
  const hum = await writeMono('hum.wav', 40, (i) => 0.3 * Math.sin(i / 70));
  await mix(hiss, hum, '-o', at('beatless.opus'), '--report', at('beatless.json'));
  const report = JSON.parse(await readFile(at('beatless.json'), 'utf8'));
  const [transition] = report.transitions;
  assert.deepEqual(report.tracks.map((track) => track.bpm), [null, null]);
  assert.deepEqual(transition.beatOffsetMs, { median: null, p95: null });
  assert.equal(transition.phraseAligned, null);
  assert.equal(report.heads.beat_alignment, null);
  assert.equal(report.heads.bpm_accuracy, null);
});

test('a mixer in a file mixes under the name of its content', async () => {
  const cutter = { schema: 'dju-mixer', version: 1, lineage: 'cutter', styleCost: { cut: -2 } };
  await writeFile(at('cutter.json'), JSON.stringify(cutter));
  const { stdout } = await mix(...tracks, '-o', at('cut.opus'), '--model', at('cutter.json'), '--report', at('cut.json'));
  const report = JSON.parse(await readFile(at('cut.json'), 'utf8'));
  assert.match(report.model, /^cutter@[0-9a-f]{12}$/);
  assert.ok(stdout.includes(report.model), stdout);
  assert.equal(report.transitions[0].genome.style, 'cut');
  await writeFile(at('cutter.json'), JSON.stringify({ ...cutter, styleCost: { cut: -9 } }));
  await refused(1, /cutter\.json: mixer: styleCost\.cut is -9; it must be from -2 to 2/, ...tracks, '-o', at('one.flac'), '--model', at('cutter.json'));
});

test('a mixer that listens plans the same each time, whatever it is given', async () => {
  const { stdout } = await mix(...tracks, '-o', at('heard.opus'), '--model', 'cnn@2', '--log', at('heard.djlog'), '--report', at('heard.json'));
  assert.match(stdout, /by cnn@2/);
  const report = JSON.parse(await readFile(at('heard.json'), 'utf8'));
  assert.equal(report.model, 'cnn@2');
  await mix(...tracks, '-o', at('again.opus'), '--model', 'cnn@2', '--report', at('again.json'));
  const again = JSON.parse(await readFile(at('again.json'), 'utf8'));
  assert.deepEqual(again.transitions, report.transitions);
  const odd = await mix(at('mono.wav'), at('silent.wav'), at('tone.wav'), tracks[0], '-o', at('odd.flac'), '--set', 'order=given', '--model', 'cnn@2');
  assert.equal(odd.stdout.split('→').length - 1, 3, odd.stdout);
  await refused(1, /mixer "cnn@9".*there are.*cnn@2/, ...tracks, '-o', at('one.flac'), '--model', 'cnn@9');
  await refused(1, /mixer "cnn@2": there is none/, ...tracks, '-o', at('one.flac'), '--model', 'cnn@2', '--models', at('no-models'));
});

test('what cannot be mixed is named', async () => {
  await refused(1, /a mix of 1 track: it needs two or more/, tracks[0], '-o', at('one.flac'));
  await refused(1, /mixer "rules@7".*there are rules@1, linear@1, sum@1/, ...tracks, '-o', at('one.flac'), '--model', 'rules@7');
  await refused(1, /preset "disco".*there are warm-up/, ...tracks, '-o', at('one.flac'), '--preset', 'disco');
  await refused(1, /parameters\.boldness is 3; it must be from 0 to 1/, ...tracks, '-o', at('one.flac'), '--set', 'boldness=3');
  await refused(1, /write \.flac or \.opus/, ...tracks, '-o', at('one.mp3'));
  await refused(1, /nowhere\.flac/, tracks[0], at('nowhere.flac'), '-o', at('one.flac'));
  await refused(2, /--preview/, ...tracks, '-o', at('one.flac'), '--preview', '4000');
  await refused(1, /--transition is 5; 2 tracks have the transitions 1 to 1/, ...tracks, '-o', at('one.flac'), '--preview', '20', '--transition', '5');
  // The library does not know this one: nobody waits for its analysis to hear what was wrong.
  const unheard = await writeMono('unheard.wav', 20, (i) => Math.sin(i / 20) / 2);
  for (const [message, ...args] of [
    [/missing\.flac: no such file/, at('missing.flac'), '-o', at('one.flac')],
    [/one\.flac: there is no folder .*away/, tracks[0], '-o', at('away/one.flac')],
    [/mix\.djlog: there is no folder .*away/, tracks[0], '-o', at('one.flac'), '--log', at('away/mix.djlog')],
    [/r\.json: there is no folder .*away/, tracks[0], '-o', at('one.flac'), '--report', at('away/r.json')],
    [/--transition is 2; 2 tracks/, tracks[0], '-o', at('one.flac'), '--preview', '20', '--transition', '2'],
  ]) {
    const { stdout } = await refused(1, message, unheard, ...args);
    assert.equal(stdout, '');
  }
  await writeFile(at('notes.txt'), 'no music');
  await refused(1, /notes\.txt/, tracks[0], at('notes.txt'), '-o', at('one.flac'));
  assert.equal(await exists(at('one.flac')), false, 'nothing half made is left');
});
