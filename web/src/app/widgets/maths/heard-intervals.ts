// Which parts of a battle this listener has heard: intervals of engine frames that a vote carries,
// so that the server can weigh or refuse the vote of somebody who heard nothing. Pure.

export type Interval = readonly [from: number, to: number];

/** Frames between two observations beyond which the listener is taken to have been away (1 s). */
const MAX_GAP = 48000;

export class HeardIntervals {
  private done: Interval[];
  private from: number | null = null;
  private to = 0;

  /** `before`: what was heard before a reload of the page. */
  constructor(before: readonly Interval[] = []) {
    this.done = [...before];
  }

  /** Called while sound is heard, several times a second, with the frame that is being heard. */
  hear(frame: number): void {
    if (this.from === null || frame < this.to || frame - this.to > MAX_GAP) {
      this.pause();
      this.from = frame;
    }
    this.to = frame;
  }

  /** Called when sound stops, is muted, or the page loses it. */
  pause(): void {
    if (this.from !== null && this.to > this.from) this.done.push([this.from, this.to]);
    this.from = null;
  }

  /** Sorted and merged; whole frames. */
  intervals(): Interval[] {
    const open: Interval[] =
      this.from !== null && this.to > this.from ? [[this.from, this.to]] : [];
    return merge([...this.done, ...open].map(([a, b]) => [Math.floor(a), Math.floor(b)] as const));
  }

  totalFrames(): number {
    return this.intervals().reduce((sum, [a, b]) => sum + b - a, 0);
  }
}

function merge(intervals: Interval[]): Interval[] {
  const merged: Interval[] = [];
  for (const [from, to] of intervals.sort((a, b) => a[0] - b[0])) {
    const last = merged[merged.length - 1];
    if (last && from <= last[1]) merged[merged.length - 1] = [last[0], Math.max(last[1], to)];
    else merged.push([from, to]);
  }
  return merged;
}
