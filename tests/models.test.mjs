// Exported models in the runtimes that people have, against what LibTorch said of the same input
// (src/inference/fixtures/models, written by dju_make_model_fixtures) and against our own runtime.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import * as native from 'onnxruntime-node';
import * as wasm from 'onnxruntime-web';
import { readNpy } from './support/npy.mjs';
import { dju, run } from './support/server.mjs';

const kTolerance = 1e-4;
const folder = fileURLToPath(new URL('../src/inference/fixtures/models/', import.meta.url));
const models = ['technical', 'creative', 'genre', 'transition', 'crowd'];
wasm.env.wasm.numThreads = 1;

/** Name of an input → { shape, data } of the fixture. */
function inputsOf(model) {
  const inputs = { features: readNpy(`${folder}${model}.features.npy`) };
  if (existsSync(`${folder}${model}.words.npy`)) inputs.words = readNpy(`${folder}${model}.words.npy`);
  return inputs;
}

async function inOnnxRuntime(ort, model) {
  const session = await ort.InferenceSession.create(`${folder}${model}.onnx`);
  const feeds = {};
  for (const [name, { shape, data }] of Object.entries(inputsOf(model))) {
    feeds[name] = name === 'words' ? new ort.Tensor('int64', BigInt64Array.from(data, (word) => BigInt(word)), shape) : new ort.Tensor('float32', data, shape);
  }
  return [...(await session.run(feeds)).scores.data];
}

async function inOurs(model) {
  const inputs = Object.keys(inputsOf(model)).flatMap((name) => ['--input', `${name}=${folder}${model}.${name}.npy`]);
  const { stdout } = await run(dju, ['models', 'run', `${folder}${model}.onnx`, ...inputs]);
  const [name, ...scores] = stdout.trim().split(' ');
  assert.equal(name, 'scores');
  return scores.map(Number);
}

function assertNear(scores, expected, what) {
  assert.equal(scores.length, expected.length, what);
  scores.forEach((score, i) => assert.ok(Math.abs(score - expected[i]) <= kTolerance, `${what}: score ${i} is ${score}, LibTorch says ${expected[i]}`));
}

for (const model of models) {
  test(`${model} scores in ONNX Runtime, in WebAssembly and in dju as in LibTorch`, async () => {
    const expected = [...readNpy(`${folder}${model}.scores.npy`).data];
    assertNear(await inOnnxRuntime(native, model), expected, 'onnxruntime-node');
    assertNear(await inOnnxRuntime(wasm, model), expected, 'onnxruntime-web');
    assertNear(await inOurs(model), expected, 'dju models run');
  });
}
