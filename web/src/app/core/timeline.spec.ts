import { describe, expect, it } from 'vitest';
import { Timeline } from './timeline';

describe('timeline', () => {
  it('acts in the order of frames, when they are heard', () => {
    const timeline = new Timeline();
    const acted: number[] = [];
    for (const frame of [300, 100, 200]) timeline.at(frame, () => acted.push(frame));
    timeline.advance(99);
    expect(acted).toEqual([]);
    timeline.advance(250);
    expect(acted).toEqual([100, 200]);
  });

  it('lets nothing wait for ever', () => {
    const timeline = new Timeline();
    const acted: number[] = [];
    timeline.at(0, () => acted.push(0));
    timeline.at(200_000, () => acted.push(1));
    timeline.advance(-1e9);
    expect(acted).toEqual([0]);
    for (let i = 0; i < 500; ++i) timeline.at(200_001 + i, () => undefined);
    expect(acted).toEqual([0, 1]);
  });
});
