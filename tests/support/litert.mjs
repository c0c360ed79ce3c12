// LiteRT (@litertjs/core), Google's runtime for .tflite, in Node: it is made for pages and workers, so
// it gets what it looks for there.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import vm from 'node:vm';

const require = createRequire(import.meta.url);
const wasm = path.resolve(path.dirname(require.resolve('@litertjs/core')), '../wasm');

let loaded;
async function litert() {
  loaded ??= (async () => {
    globalThis.self = globalThis;
    globalThis.navigator ??= {};
    globalThis.navigator.gpu ??= { requestAdapter: async () => null }; // it asks, and logs an error without
    globalThis.require = require;
    globalThis.__filename = path.join(wasm, 'litert.js');
    globalThis.__dirname = wasm;
    globalThis.importScripts = (file) => vm.runInThisContext(`${readFileSync(file, 'utf8')}\n;globalThis.ModuleFactory = ModuleFactory;`, { filename: file });
    const module = await import('@litertjs/core');
    await module.loadLiteRt(`${wasm}/`, { threads: false });
    return module;
  })();
  return loaded;
}

/** Elements of the first output, for each run. inputs: [typed array, shape] each, in the model's order. */
export async function runTflite(bytes, inputs, runs = 1) {
  const { loadAndCompile, Tensor } = await litert();
  const model = await loadAndCompile(new Uint8Array(bytes), { accelerator: 'wasm' });
  const scores = [];
  for (let i = 0; i < runs; ++i) {
    const outputs = await model.run(inputs.map(([data, shape]) => new Tensor(data, shape)));
    scores.push([...(await outputs[0].data())]);
  }
  return scores;
}
