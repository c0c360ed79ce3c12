// The judge's model in this browser: the one that the server has in use, in the precision that this device has
// memory for, run by a worker. Nothing of the sound leaves the page.
//
//   const engine = await EdgeEngine.open();
//   const heard = await engine.hear(mono, (share) => …);   // one recording at a time
//   engine.close();

import type { FromEdge, ToEdge } from './edge-messages';
import { type HeardHead, Opinion } from './opinion';
import { fileFor, type ModelFile, type Precision, precisionFor } from './precision';
import { DEFINITION } from './sound-rows';

const NAME = 'technical';

interface ModelVersion {
  readonly name: string;
  readonly version: number;
  readonly featureDefinition: string;
  readonly targets: readonly string[];
  readonly inputs: readonly { readonly name: string; readonly shape: readonly number[] }[];
  readonly metrics: Readonly<Record<string, number>>;
  readonly files: readonly ModelFile[];
}

export interface EdgeModel {
  /** "technical 1". */
  readonly name: string;
  readonly precision: Precision;
  readonly bytes: number;
  /** Of the device, as the browser says; undefined where it does not. */
  readonly gigabytes: number | undefined;
}

export interface HeardMix {
  readonly heads: readonly HeardHead[];
  readonly windows: number;
  /** Of the model, a window. */
  readonly milliseconds: number;
}

export class EdgeEngine {
  private constructor(
    private readonly worker: Worker,
    private readonly version: ModelVersion,
    readonly model: EdgeModel,
  ) {}

  /** Rejects with a sentence for people when there is no model, or it is not for these features. */
  static async open(): Promise<EdgeEngine> {
    const version: ModelVersion = await (await fetched(`/api/v1/models/${NAME}`)).json();
    if (version.featureDefinition !== DEFINITION)
      throw new Error(
        `model ${NAME} ${version.version}: made for other features than this page computes; reload the page`,
      );
    const gigabytes = (navigator as { deviceMemory?: number }).deviceMemory;
    const file = fileFor(version.files, precisionFor(gigabytes));
    if (!file)
      throw new Error(`model ${NAME} ${version.version}: has no file that a browser can run`);
    const bytes = await (await fetched(`/api/v1/models/${NAME}/${file.file}`)).arrayBuffer();
    const worker = new Worker(new URL('./edge.worker', import.meta.url), { type: 'module' });
    const runtime = new URL('onnxruntime/ort-wasm-simd-threaded.wasm', document.baseURI).href;
    const engine = new EdgeEngine(worker, version, {
      name: `${version.name} ${version.version}`,
      precision: file.precision,
      bytes: file.bytes,
      gigabytes,
    });
    await engine.ask({ type: 'load', runtime, model: bytes }, [bytes]).catch((error: Error) => {
      engine.close();
      throw error;
    });
    return engine;
  }

  /** `mono`: 48 kHz, in [-1, 1]; it is given away. Without heads when it is shorter than one window. */
  async hear(mono: Float32Array, progress: (share: number) => void): Promise<HeardMix> {
    const rowsAWindow = this.version.inputs[0].shape[1];
    const heard = await this.ask({ type: 'hear', mono, rowsAWindow }, [mono.buffer], progress);
    if (heard.type !== 'heard') throw new Error('the worker answered something else');
    const opinion = new Opinion(this.version.targets, this.version.metrics);
    const width = this.version.targets.length;
    for (let at = 0; at < heard.scores.length; at += width)
      opinion.add(heard.scores.subarray(at, at + width));
    return {
      heads: opinion.heads(),
      windows: heard.windows,
      milliseconds: heard.milliseconds / Math.max(1, heard.windows),
    };
  }

  close(): void {
    this.worker.terminate();
  }

  private ask(
    message: ToEdge,
    transfer: Transferable[],
    progress?: (share: number) => void,
  ): Promise<FromEdge> {
    return new Promise((resolve, reject) => {
      this.worker.onmessage = ({ data }: MessageEvent<FromEdge>) => {
        if (data.type === 'progress') progress?.(data.share);
        else if (data.type === 'failed') reject(new Error(data.message));
        else resolve(data);
      };
      this.worker.onerror = ({ message: why }) =>
        reject(new Error(why || 'the worker could not start'));
      this.worker.postMessage(message, transfer);
    });
  }
}

async function fetched(path: string): Promise<Response> {
  const answer = await fetch(path);
  if (answer.ok) return answer;
  const body = await answer.json().catch(() => null);
  throw new Error(body?.error?.message ?? `${path}: ${answer.status}`);
}
