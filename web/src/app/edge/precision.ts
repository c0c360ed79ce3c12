// How large a model a device should run, by its memory: the thresholds of the project's document, as
// serving/device_memory.h has them for servers.

export type Precision = 'float32' | 'float16' | 'int8';

export interface ModelFile {
  readonly precision: Precision;
  readonly file: string;
  readonly bytes: number;
  readonly memoryBytes: number;
}

const FROM_PRECISE: readonly Precision[] = ['float32', 'float16', 'int8'];

/** `gigabytes` as navigator.deviceMemory says, rounded; browsers that do not say get the middle. */
export function precisionFor(gigabytes: number | undefined): Precision {
  if (gigabytes === undefined) return 'float16';
  return gigabytes > 2 ? 'float32' : gigabytes > 1 ? 'float16' : 'int8';
}

/** The file of this precision, or the next more precise one, or else the most precise; undefined without any. */
export function fileFor(files: readonly ModelFile[], wanted: Precision): ModelFile | undefined {
  const rank = ({ precision }: ModelFile) => FROM_PRECISE.indexOf(precision);
  const runnable = files
    .filter(({ file }) => file.endsWith('.onnx'))
    .sort((a, b) => rank(a) - rank(b));
  const enough = runnable.filter((file) => rank(file) <= FROM_PRECISE.indexOf(wanted));
  return enough.at(-1) ?? runnable[0];
}
