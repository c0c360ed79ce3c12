import { describe, expect, it } from 'vitest';
import { columnsAt, overviewColumns, parseWaveform, tileColumnFrames } from './waveform';

/** A blob as docs/waveform.md describes it; column c of level l has `all` = fill(l, c). */
function blob(
  frames: number,
  levels: [framesPerColumn: number, columns: number][],
  fill: (l: number, c: number) => number,
) {
  const header = 16 + levels.length * 12;
  const bytes = new Uint8Array(header + levels.reduce((sum, [, columns]) => sum + columns * 4, 0));
  const view = new DataView(bytes.buffer);
  bytes.set([0x44, 0x4a, 0x55, 0x57, 1, levels.length]);
  view.setBigUint64(8, BigInt(frames), true);
  let offset = header;
  levels.forEach(([framesPerColumn, columns], l) => {
    const entry = 16 + l * 12;
    view.setUint32(entry, framesPerColumn, true);
    view.setUint32(entry + 4, columns, true);
    view.setUint32(entry + 8, offset, true);
    for (let c = 0; c < columns; ++c) bytes.fill(fill(l, c), offset + c * 4, offset + c * 4 + 4);
    offset += columns * 4;
  });
  return bytes.buffer;
}

const levels: [number, number][] = [
  [256, 64],
  [1024, 16],
  [4096, 4],
  [14, 1200],
];

describe('waveform blob', () => {
  it('reads levels and the overview', () => {
    const waveform = parseWaveform(blob(16384, levels, (l) => l));
    expect(waveform.frames).toBe(16384);
    expect(waveform.levels.map((level) => level.framesPerColumn)).toEqual([256, 1024, 4096]);
    expect(waveform.overview.columns).toBe(1200);
    expect(waveform.overview.data[0]).toBe(3);
  });

  it('refuses what is not a waveform, by name', () => {
    expect(() => parseWaveform(new ArrayBuffer(3))).toThrow('not a DJUW blob');
    const version = blob(1, levels, () => 0);
    new Uint8Array(version)[4] = 9;
    expect(() => parseWaveform(version)).toThrow('version 9');
    expect(() => parseWaveform(blob(1, levels, () => 0).slice(0, 200))).toThrow('lies outside');
    expect(() => parseWaveform(blob(1, levels, () => 0).slice(0, 20))).toThrow('cut off');
  });

  it('chooses columns so that a tile is stretched by √2 at most', () => {
    const waveform = parseWaveform(blob(16384, levels, () => 0));
    for (const framesPerPixel of [256, 300, 361, 363, 700, 2000, 5000]) {
      const ratio = tileColumnFrames(waveform, framesPerPixel) / framesPerPixel;
      expect(ratio).toBeGreaterThan(0.7);
      expect(ratio).toBeLessThan(1.42);
    }
    expect(tileColumnFrames(waveform, 10)).toBe(256);
  });

  it('takes maxima, so that a single loud column survives every zoom', () => {
    const waveform = parseWaveform(blob(16384, levels, (l, c) => (l === 0 && c === 5 ? 200 : 10)));
    expect(columnsAt(waveform, 512, 0, 4)[2 * 4]).toBe(200);
    expect(columnsAt(waveform, 512, 0, 4)[0]).toBe(10);
  });

  it('is silent before the track and after it', () => {
    const waveform = parseWaveform(blob(16384, levels, () => 9));
    const columns = columnsAt(waveform, 256, -2, 68);
    expect([columns[0], columns[4], columns[8], columns[65 * 4], columns[66 * 4]]).toEqual([
      0, 0, 9, 9, 0,
    ]);
  });

  it('fits the overview to any width', () => {
    const waveform = parseWaveform(blob(16384, levels, (l, c) => (c === 1100 ? 250 : 1)));
    expect(Math.max(...overviewColumns(waveform, 300))).toBe(250);
    expect(overviewColumns(waveform, 2400)).toHaveLength(9600);
  });
});
