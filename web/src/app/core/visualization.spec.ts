import { describe, expect, it } from 'vitest';
import { parseVisualization } from './visualization';

function packet(): Uint8Array {
  const bytes = new Uint8Array(26 + 24 + 4);
  const view = new DataView(bytes.buffer);
  view.setUint8(0, 2);
  view.setUint8(1, 1);
  view.setUint16(2, 4, true);
  view.setBigInt64(4, 123456789012n, true);
  view.setUint16(12, 350, true);
  view.setUint16(14, 12000, true);
  view.setUint16(20, 150, true);
  view.setInt16(22, -104, true);
  view.setUint8(24, 0b101);
  view.setBigInt64(26, -256n * 1000n + 128n, true);
  view.setInt32(34, -0.5 * 2 ** 20, true);
  view.setUint16(38, 32768, true);
  view.setUint16(40, 3 * 4096, true);
  view.setUint16(42, 600, true);
  view.setUint16(44, 65535, true);
  view.setUint16(46, 3, true);
  bytes.set([0, 1, 254, 255], 50);
  return bytes;
}

describe('visualization packet', () => {
  it('reads every field', () => {
    const visual = parseVisualization(packet());
    expect(visual.frame).toBe(123456789012);
    expect(visual.masterPeakDb).toEqual([-3.5, -Infinity]);
    expect(visual.limiterDb).toBe(1.5);
    expect(visual.masterTruePeakDb).toBe(-1.04);
    expect(visual.samplers).toBe(5);
    expect(visual.decks).toEqual([
      { position: -999.5, rate: -0.5, beatPhase: 0.5, barBeat: 3, peakDb: -6, audibleShare: 1, flags: 3 },
    ]);
    expect([...visual.spectrum]).toEqual([0, 1, 254, 255]);
  });

  it('reads a view into a larger buffer', () => {
    const large = new Uint8Array(100);
    large.set(packet(), 7);
    expect(parseVisualization(large.subarray(7, 7 + 54)).frame).toBe(123456789012);
  });

  it('refuses what is not one, by name', () => {
    expect(() => parseVisualization(new Uint8Array(5))).toThrow('no header');
    expect(() => parseVisualization(packet().slice(0, 40))).toThrow('cut off');
    const other = packet();
    other[0] = 1;
    expect(() => parseVisualization(other)).toThrow('version 1');
  });
});
