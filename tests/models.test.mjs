// Exported models in the runtimes that people have, against what LibTorch said of the same input
// (src/inference/fixtures/models, written by dju_make_model_fixtures) and against our own runtime.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import * as native from 'onnxruntime-node';
import * as wasm from 'onnxruntime-web';
import { runTflite } from './support/litert.mjs';
import { readNpy } from './support/npy.mjs';
import { dju, run } from './support/server.mjs';

const kTolerance = 1e-4;
const folder = fileURLToPath(new URL('../src/inference/fixtures/models/', import.meta.url));
const models = ['technical', 'creative', 'genre', 'transition', 'crowd'];
wasm.env.wasm.numThreads = 1;
const scratch = await mkdtemp(path.join(tmpdir(), 'dju-models-'));
after(() => rm(scratch, { recursive: true }));

/** Name of an input → { shape, data } of the fixture. */
function inputsOf(model) {
  const inputs = { features: readNpy(`${folder}${model}.features.npy`) };
  if (existsSync(`${folder}${model}.words.npy`)) inputs.words = readNpy(`${folder}${model}.words.npy`);
  return inputs;
}

async function inOnnxRuntime(ort, model, file = `${folder}${model}.onnx`) {
  const session = await ort.InferenceSession.create(file);
  const feeds = {};
  for (const [name, { shape, data }] of Object.entries(inputsOf(model))) {
    feeds[name] = name === 'words' ? new ort.Tensor('int64', BigInt64Array.from(data, (word) => BigInt(word)), shape) : new ort.Tensor('float32', data, shape);
  }
  return [...(await session.run(feeds)).scores.data];
}

async function inOurs(model, file = `${folder}${model}.onnx`) {
  const inputs = Object.keys(inputsOf(model)).flatMap((name) => ['--input', `${name}=${folder}${model}.${name}.npy`]);
  const { stdout } = await run(dju, ['models', 'run', file, ...inputs]);
  const [name, ...scores] = stdout.trim().split(' ');
  assert.equal(name, 'scores');
  return scores.map(Number);
}

/** What `dju models convert` makes of a fixture. */
async function converted(model, name, ...options) {
  const out = path.join(scratch, `${model}-${name}`);
  await run(dju, ['models', 'convert', `${folder}${model}.onnx`, '--out', out, ...options]);
  return out;
}

function assertNear(scores, expected, what, tolerance = kTolerance) {
  assert.equal(scores.length, expected.length, what);
  scores.forEach((score, i) => assert.ok(Math.abs(score - expected[i]) <= tolerance, `${what}: score ${i} is ${score}, LibTorch says ${expected[i]}`));
}

for (const model of models) {
  test(`${model} scores in ONNX Runtime, in WebAssembly and in dju as in LibTorch`, async () => {
    const expected = [...readNpy(`${folder}${model}.scores.npy`).data];
    assertNear(await inOnnxRuntime(native, model), expected, 'onnxruntime-node');
    assertNear(await inOnnxRuntime(wasm, model), expected, 'onnxruntime-web');
    assertNear(await inOurs(model), expected, 'dju models run');
  });
}

for (const model of models) {
  test(`${model} scores in LiteRT as in LibTorch, run after run`, async () => {
    const file = await converted(model, 'float32.tflite');
    const { features, words } = inputsOf(model);
    const inputs = [[features.data, features.shape]];
    if (words) inputs.push([Int32Array.from(words.data), words.shape]);
    const expected = [...readNpy(`${folder}${model}.scores.npy`).data];
    for (const scores of await runTflite(readFileSync(file), inputs, 2)) assertNear(scores, expected, 'LiteRT');
  });

  test(`${model} in fewer bytes scores alike in ONNX Runtime and in dju`, async () => {
    const full = await inOurs(model);
    const half = await converted(model, 'float16.onnx', '--precision', 'float16');
    const eight = await converted(model, 'int8.onnx', '--precision', 'int8', '--calibrate', `${folder}${model}.features.npy`);
    const halfScores = await inOurs(model, half);
    assertNear(halfScores, full, 'float16', 5e-3);
    assertNear(await inOnnxRuntime(native, model, half), halfScores, 'float16 in ONNX Runtime');
    const eightScores = await inOurs(model, eight);
    assertNear(eightScores, full, 'int8', 0.1);
    // It computes in integers what we compute in floats: a sum may fall on the other side of a half.
    assertNear(await inOnnxRuntime(native, model, eight), eightScores, 'int8 in ONNX Runtime', 0.02);
  });
}

test('dju models keeps versions, and takes one back', async () => {
  const models = (...words) => run(dju, ['models', '--models', path.join(scratch, 'registry'), ...words]);
  for (const value of ['0.7', '0.9']) await models('add', `${folder}crowd.onnx`, '--metric', `spearman=${value}`);
  await models('promote', 'crowd', '1');
  await models('promote', 'crowd', '2');
  const shown = JSON.parse((await models('show', 'crowd')).stdout);
  assert.equal(shown.version, 2);
  assert.equal(shown.status, 'current');
  assert.deepEqual(shown.targets, ['crowd_engagement']);
  assert.match((await models('rollback', 'crowd')).stdout, /^crowd 1 {2}current/);
  assert.match((await models('best', 'crowd', 'spearman')).stdout, /^crowd 2 {2}retired/);
  await assert.rejects(models('promote', 'crowd', '7'), /no version 7; there are: 1, 2/);
  await assert.rejects(models('add', `${folder}crowd.scores.npy`), /ONNX/);
});
