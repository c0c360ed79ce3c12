import { describe, expect, it } from 'vitest';
import { HeardIntervals } from './heard-intervals';

function heard(...runs: [number, number][]): HeardIntervals {
  const intervals = new HeardIntervals();
  for (const [from, to] of runs) {
    for (let frame = from; frame <= to; frame += 4800) intervals.hear(frame);
  }
  return intervals;
}

describe('heard intervals', () => {
  it('joins observations that follow each other', () => {
    expect(heard([0, 96000]).intervals()).toEqual([[0, 96000]]);
  });

  it('leaves out what was missed', () => {
    expect(heard([0, 48000], [480000, 528000]).intervals()).toEqual([
      [0, 48000],
      [480000, 528000],
    ]);
  });

  it('counts a part that was heard twice once', () => {
    const intervals = heard([0, 96000], [48000, 144000]);
    expect(intervals.intervals()).toEqual([[0, 144000]]);
    expect(intervals.totalFrames()).toBe(144000);
  });

  it('does not bridge a pause, however short', () => {
    const intervals = new HeardIntervals();
    intervals.hear(0);
    intervals.hear(4800);
    intervals.pause();
    intervals.hear(9600);
    intervals.hear(14400);
    expect(intervals.intervals()).toEqual([
      [0, 4800],
      [9600, 14400],
    ]);
  });

  it('goes on from what was heard before a reload', () => {
    const intervals = new HeardIntervals([[0, 48000]]);
    intervals.hear(480000);
    intervals.hear(528000);
    expect(intervals.totalFrames()).toBe(96000);
  });

  it('is empty for one who heard a single instant', () => {
    const intervals = new HeardIntervals();
    intervals.hear(5);
    expect(intervals.intervals()).toEqual([]);
  });
});
