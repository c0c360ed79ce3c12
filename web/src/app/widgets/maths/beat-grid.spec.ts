import { describe, expect, it } from 'vitest';
import {
  beatAt,
  beatInBar,
  beatLines,
  beatPhase,
  downbeatAt,
  frameOfBeat,
  phaseOffset,
  retempo,
  shiftGrid,
} from './beat-grid';

const grid = { anchorSeconds: 0.5, bpm: 120 };
const beat = 24000;

describe('beat grid', () => {
  it('counts beats from the anchor, negative before it', () => {
    expect(beatAt(grid, 24000)).toBe(0);
    expect(beatAt(grid, 0)).toBe(-1);
    expect(frameOfBeat(grid, 3)).toBe(96000);
    expect(beatPhase(grid, 24000 + beat / 4)).toBeCloseTo(0.25);
  });

  it('counts the bar, before the anchor too', () => {
    expect([0, 1, 2, 3, 4].map((n) => beatInBar(grid, frameOfBeat(grid, n)))).toEqual([
      0, 1, 2, 3, 0,
    ]);
    expect(beatInBar(grid, frameOfBeat(grid, -1))).toBe(3);
  });

  it('gives lines with their weight', () => {
    const lines = beatLines(grid, 24000, 24000 + 4 * beat, 1);
    expect(lines.map((line) => line.weight)).toEqual(['phrase', 'beat', 'beat', 'beat', 'bar']);
    expect(lines[4].frame).toBe(24000 + 4 * beat);
  });

  it('thins to bars, then to phrases', () => {
    expect(beatLines(grid, 0, 20 * beat, beat * 2).map((line) => line.beat)).toEqual([
      0, 4, 8, 12, 16,
    ]);
    expect(beatLines(grid, 0, 65 * beat, beat * 8).map((line) => line.beat)).toEqual([0, 64]);
  });

  it('gives nothing without a tempo, rather than running for ever', () => {
    expect(beatLines({ anchorSeconds: 0, bpm: 0 }, 0, 48000, 1)).toEqual([]);
    expect(beatLines({ anchorSeconds: 0, bpm: NaN }, 0, 48000, 1)).toEqual([]);
  });

  it('measures the shorter way between two phases', () => {
    expect(phaseOffset(0.95, 0.05)).toBeCloseTo(0.1);
    expect(phaseOffset(0.05, 0.95)).toBeCloseTo(-0.1);
  });

  it('shifts, and changes tempo about the beat that is heard', () => {
    expect(shiftGrid(grid, -10).anchorSeconds).toBeCloseTo(0.49);
    const heard = frameOfBeat(grid, 100);
    const faster = retempo(grid, 128, heard);
    expect(beatPhase(faster, heard + 1e-6)).toBeCloseTo(0, 5);
    expect(beatAt(faster, heard)).toBeCloseTo(100);
  });

  it('moves the downbeat by whole beats', () => {
    const moved = downbeatAt(grid, frameOfBeat(grid, 6) + 100);
    expect(beatInBar(moved, frameOfBeat(grid, 6))).toBe(0);
    expect(moved.anchorSeconds).toBeCloseTo(1.5);
  });
});
