import { describe, expect, it } from 'vitest';
import {
  bandLevels,
  BANDS,
  dbFraction,
  frequencyAt,
  frequencyFraction,
  logColumns,
  packetColumnsDb,
} from './bands';

describe('bands', () => {
  it('lays frequencies on a logarithmic axis', () => {
    expect(frequencyFraction(20)).toBe(0);
    expect(frequencyFraction(20000)).toBe(1);
    expect(frequencyFraction(200)).toBeCloseTo(1 / 3);
    expect(frequencyAt(frequencyFraction(440))).toBeCloseTo(440);
  });

  it('covers −90…−10 dB', () => {
    expect([-100, -90, -50, -10, 0].map(dbFraction)).toEqual([0, 0, 0.5, 1, 1]);
    expect(Array.from(packetColumnsDb(Uint8Array.of(0, 255)))).toEqual([-90, -10]);
  });

  it('puts a tone into its column and its band only', () => {
    const bins = new Float32Array(4096).fill(-120);
    bins[Math.round(1000 / (24000 / 4096))] = -20;
    const columns = logColumns(bins, 48000, 192);
    const loudest = columns.indexOf(Math.max(...columns));
    expect(frequencyAt((loudest + 0.5) / 192)).toBeGreaterThan(960);
    expect(frequencyAt((loudest + 0.5) / 192)).toBeLessThan(1040);
    const levels = bandLevels(columns);
    expect(BANDS[levels.indexOf(Math.max(...levels))].id).toBe('mid');
    expect(levels.filter((level) => level > -80)).toHaveLength(1);
  });

  it('joins on without gaps', () => {
    for (let i = 1; i < BANDS.length; ++i) expect(BANDS[i].lowHz).toBe(BANDS[i - 1].highHz);
  });
});
