import { describe, expect, it } from 'vitest';
import type { Analysis, Cue } from './model';
import { hotCuesOf } from './track-marks';

const analysis = (cues: Cue[]) => ({ cues }) as unknown as Analysis;

describe('hot cues of a track', () => {
  it('take the pads that people gave them, and the free ones in order of time', () => {
    const cues = [
      { time: 30, kind: 'drop' },
      { time: 1, kind: 'mix_in' },
      { time: 60, kind: 'cue', slot: 1 },
    ];
    expect(hotCuesOf(analysis(cues))).toEqual([
      { slot: 0, frame: 48000 },
      { slot: 1, frame: 60 * 48000 },
      { slot: 2, frame: 30 * 48000 },
    ]);
  });

  it('are eight at most; of two with one number the earlier stays', () => {
    const many = Array.from({ length: 12 }, (_, i) => ({ time: i, kind: 'cue' }));
    expect(hotCuesOf(analysis(many)).map(({ slot }) => slot)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(hotCuesOf(analysis([{ time: 9, kind: 'cue', slot: 3 }, { time: 2, kind: 'cue', slot: 3 }]))).toEqual([{ slot: 3, frame: 96000 }]);
    expect(hotCuesOf(null)).toEqual([]);
  });
});
