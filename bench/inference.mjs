// Our runtime beside ONNX Runtime (onnxruntime-node), one thread each, on the same files in one run.
//
//   node bench/inference.mjs FILE.onnx …
//
// Needs build/bench_inference and `npm --prefix tests ci --ignore-scripts`.
import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const root = new URL('../', import.meta.url);
const ort = createRequire(new URL('tests/package.json', root))('onnxruntime-node');
const files = process.argv.slice(2);
if (files.length === 0) {
  console.error('node bench/inference.mjs FILE.onnx …');
  process.exit(2);
}

const kRuns = 50;
const quantile = (sorted, share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];

async function inOnnxRuntime(file) {
  const session = await ort.InferenceSession.create(file, { intraOpNumThreads: 1, interOpNumThreads: 1 });
  const feeds = {};
  for (const { name, type, shape } of session.inputMetadata) {
    const count = shape.reduce((product, size) => product * size, 1);
    feeds[name] =
      type === 'int64' ? new ort.Tensor('int64', new BigInt64Array(count), shape) : new ort.Tensor('float32', Float32Array.from({ length: count }, () => 2 * Math.random() - 1), shape);
  }
  const took = [];
  for (let i = 0; i < kRuns + 3; ++i) {
    const began = performance.now();
    await session.run(feeds);
    if (i >= 3) took.push(performance.now() - began);
  }
  took.sort((a, b) => a - b);
  return { medianMs: quantile(took, 0.5), p99Ms: quantile(took, 0.99) };
}

console.log('file                                 kB   weights kB   run kB   ours ms  p99   ONNX Runtime ms  p99   ratio');
for (const file of files) {
  const ours = JSON.parse(execFileSync(fileURLToPath(new URL('build/bench_inference', root)), [file, '--runs', String(kRuns)], { encoding: 'utf8' }));
  const theirs = await inOnnxRuntime(file);
  const kilobytes = (bytes) => String(Math.round(bytes / 1024));
  console.log(
    [
      file.split('/').slice(-2).join('/').padEnd(32),
      kilobytes(ours.fileBytes).padStart(6),
      kilobytes(ours.weightBytes).padStart(12),
      kilobytes(ours.runBytes).padStart(8),
      ours.medianMs.toFixed(3).padStart(9),
      ours.p99Ms.toFixed(3).padStart(8),
      theirs.medianMs.toFixed(3).padStart(13),
      theirs.p99Ms.toFixed(3).padStart(8),
      (ours.medianMs / theirs.medianMs).toFixed(2).padStart(7),
    ].join(' '),
  );
}
