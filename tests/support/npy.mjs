// NumPy's .npy files of float32, as the fixtures of models are stored.
import { readFileSync } from 'node:fs';

export function readNpy(file) {
  const bytes = readFileSync(file);
  const end = 10 + bytes.readUInt16LE(8);
  const header = bytes.toString('latin1', 10, end);
  const type = /'descr': '([^']+)'/.exec(header)[1];
  if (type !== '<f4') throw new Error(`${file}: type ${type}, only <f4 is read here`);
  const shape = /'shape': \(([^)]*)\)/.exec(header)[1].split(',').filter((size) => size.trim()).map(Number);
  const data = new Float32Array(bytes.buffer.slice(bytes.byteOffset + end, bytes.byteOffset + bytes.length));
  return { shape, data };
}
