import { describe, expect, it } from 'vitest';
import {
  anchoredInside,
  beatAt,
  beatInBar,
  beatLines,
  beatPhase,
  bpmAt,
  downbeatAt,
  frameOfBeat,
  insertChange,
  phaseOffset,
  removeChange,
  retempo,
  shiftGrid,
  type BeatGrid,
} from './beat-grid';

const grid: BeatGrid = { anchorSeconds: 0.5, bpm: 120 };
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

  it('follows a change of tempo, and the beat before it reaches it', () => {
    const changed = { ...grid, changes: [{ beat: 4, seconds: 2.6, bpm: 60 }] };
    expect([0, 3, 4, 5].map((n) => frameOfBeat(changed, n) / 48000)).toEqual([0.5, 2, 2.6, 3.6]);
    for (const beat of [-2, 0.5, 3, 3.5, 4, 9.25])
      expect(beatAt(changed, frameOfBeat(changed, beat))).toBeCloseTo(beat, 9);
    expect(bpmAt(changed, 2 * 48000)).toBeCloseTo(120);
    expect(bpmAt(changed, 3 * 48000)).toBeCloseTo(60);
    expect(beatLines(changed, 2 * 48000, 4 * 48000, 1).map((line) => line.beat)).toEqual([3, 4, 5]);
  });

  it('takes changes in, counts what follows anew, and lets go of them', () => {
    const one = insertChange(grid, frameOfBeat(grid, 16) + 200, 60);
    expect(one.changes).toEqual([{ beat: 16, seconds: 8.5, bpm: 60 }]);
    const two = insertChange(one, frameOfBeat(one, 20), 100);
    expect(two.changes?.map((change) => change.beat)).toEqual([16, 20]);
    const faster = retempo(two, 120, 9 * 48000);
    expect(faster.changes?.map(({ beat, seconds, bpm }) => [beat, seconds, bpm])).toEqual([
      [16, 8.5, 120],
      [24, 12.5, 100],
    ]);
    // Without the first, twice as many beats lie before the second.
    expect(removeChange(removeChange(two, 16), 24)).toEqual(grid);
  });

  it('shifts and counts bars with its changes', () => {
    const one = insertChange(grid, frameOfBeat(grid, 16), 60);
    expect(shiftGrid(one, 100).changes?.[0].seconds).toBeCloseTo(8.6);
    const moved = downbeatAt(one, frameOfBeat(one, 2));
    expect(moved.changes?.[0].beat).toBe(14);
    for (const seconds of [1, 5, 8.5, 12])
      expect(beatAt(moved, seconds * 48000)).toBeCloseTo(beatAt(one, seconds * 48000) - 2, 9);
  });

  it('puts the anchor into the track without moving a beat', () => {
    const early = shiftGrid(grid, -600);
    const inside = anchoredInside(early);
    expect(inside.anchorSeconds).toBeCloseTo(1.9);
    expect(beatAt(inside, 96000)).toBeCloseTo(beatAt(early, 96000) - 4, 9);
    expect(anchoredInside(grid)).toBe(grid);
  });
});
