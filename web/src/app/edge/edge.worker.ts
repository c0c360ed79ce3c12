// Runs a model over a recording, window by window, away from the page's thread. ONNX Runtime's WebAssembly on
// one thread, as the rest of the machine may be playing music. Messages: edge-messages.ts.

import { env, InferenceSession, Tensor } from 'onnxruntime-web/wasm';
import type { FromEdge, ToEdge } from './edge-messages';
import { COLUMNS, rowsIn, SoundRows } from './sound-rows';

/** From one window to the next: a second (kWindowStepRows in serving/sound_windows.h). */
const STEP_ROWS = 100;
const PROGRESS_MS = 100;

let session: InferenceSession | null = null;

const say = (message: FromEdge, transfer: Transferable[] = []) =>
  postMessage(message, { transfer });

async function load(runtime: string, model: ArrayBuffer): Promise<void> {
  env.wasm.numThreads = 1;
  env.wasm.wasmPaths = { wasm: runtime };
  session = await InferenceSession.create(new Uint8Array(model));
  say({ type: 'ready' });
}

async function hear(mono: Float32Array, rowsAWindow: number): Promise<void> {
  const rows = rowsIn(mono.length);
  const windows = rows < rowsAWindow ? 0 : Math.floor((rows - rowsAWindow) / STEP_ROWS) + 1;
  const sound = new SoundRows(mono);
  const window = new Float32Array(rowsAWindow * COLUMNS);
  const scores: number[] = [];
  let milliseconds = 0;
  let said = performance.now();
  for (let w = 0; w < windows; ++w) {
    const fresh = w === 0 ? rowsAWindow : STEP_ROWS;
    window.copyWithin(0, fresh * COLUMNS);
    sound.write(window, rowsAWindow - fresh, fresh);
    const began = performance.now();
    const out = await session!.run({
      features: new Tensor('float32', window, [1, rowsAWindow, COLUMNS]),
    });
    milliseconds += performance.now() - began;
    scores.push(...(out['scores'].data as Float32Array));
    if (performance.now() - said > PROGRESS_MS) {
      said = performance.now();
      say({ type: 'progress', share: (w + 1) / windows });
    }
  }
  const all = Float32Array.from(scores);
  say({ type: 'heard', scores: all, windows, milliseconds }, [all.buffer]);
}

addEventListener('message', ({ data }: MessageEvent<ToEdge>) => {
  const work =
    data.type === 'load' ? load(data.runtime, data.model) : hear(data.mono, data.rowsAWindow);
  work.catch((error: Error) => say({ type: 'failed', message: error.message }));
});
