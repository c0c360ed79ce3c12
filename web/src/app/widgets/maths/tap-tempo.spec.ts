import { describe, expect, it } from 'vitest';
import { TapTempo } from './tap-tempo';

describe('tap tempo', () => {
  it('finds the tempo from the third tap on', () => {
    const tempo = new TapTempo();
    expect(tempo.tap(0)).toBeNull();
    expect(tempo.tap(500)).toBeNull();
    expect(tempo.tap(1000)).toBeCloseTo(120);
  });

  it('is steadier than a single gap when hands are not', () => {
    const tempo = new TapTempo();
    const jitter = [12, -9, 15, -14, 8, -11, 13, -7];
    let bpm: number | null = null;
    for (let i = 0; i < 24; ++i) bpm = tempo.tap(i * 468.75 + jitter[i % 8]);
    expect(Math.abs(bpm! - 128)).toBeLessThan(0.3);
  });

  it('begins anew after a pause', () => {
    const tempo = new TapTempo();
    for (let i = 0; i < 8; ++i) tempo.tap(i * 500);
    expect(tempo.tap(9000)).toBeNull();
  });
});
