// News that wait for the frame at which they are heard. Pure.

interface Item {
  readonly frame: number;
  readonly act: () => void;
}

/** Nothing waits longer than this for its frame, in case the estimate of what is heard is wrong. */
const MAX_AHEAD_FRAMES = 2 * 48000;
/** A hidden page advances nothing; the oldest news are then acted on at once. */
const MAX_ITEMS = 400;

export class Timeline {
  private items: Item[] = [];

  at(frame: number, act: () => void): void {
    let i = this.items.length;
    while (i > 0 && this.items[i - 1].frame > frame) --i;
    this.items.splice(i, 0, { frame, act });
    while (this.items.length > MAX_ITEMS) this.items.shift()!.act();
  }

  /** Acts on everything that is heard by `frame`. */
  advance(frame: number): void {
    const newest = this.items[this.items.length - 1]?.frame ?? 0;
    const until = Math.max(frame, newest - MAX_AHEAD_FRAMES);
    while (this.items.length > 0 && this.items[0].frame <= until) this.items.shift()!.act();
  }

  clear(): void {
    this.items = [];
  }
}
