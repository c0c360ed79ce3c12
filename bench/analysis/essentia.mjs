// One task of essentia.js on one sound: node essentia.mjs degara|multifeature|key FILE
// FILE holds little-endian floats, mono at 44.1 kHz. Prints {beats, bpm, key, cpuSeconds} as far as
// the task gives them; started by essentia.cpp.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const { Essentia, EssentiaWASM } = createRequire(import.meta.url)('essentia.js');
const [task, file] = process.argv.slice(2);
const bytes = readFileSync(file);
const sound = new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
const essentia = new Essentia(EssentiaWASM);

function rhythm(signal) {
  const { bpm, ticks } = essentia.RhythmExtractor2013(signal, 208, task, 40);
  return { bpm, beats: [...essentia.vectorToArray(ticks)] };
}

// Everything but the profile as Essentia has it by default.
function key(signal) {
  const found = essentia.KeyExtractor(signal, true, 4096, 4096, 12, 3500, 60, 25, 0.2, 'edma', 44100, 0.0001, 440,
    'cosine', 'hann');
  return { key: `${found.key} ${found.scale}` };
}

const before = process.cpuUsage();
const answer = (task === 'key' ? key : rhythm)(essentia.arrayToVector(sound));
const cpuSeconds = process.cpuUsage(before).user / 1e6;
process.stdout.write(`${JSON.stringify({ ...answer, cpuSeconds })}\n`);
