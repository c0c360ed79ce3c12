// Keeps a fast hand from flooding the server: for each key at most one value every interval, the
// first at once, the last always. Values between are replaced (positions) or added up (movements).
// What is sent tells which frame was heard at its last movement, so that waiting here bends no
// movement: the ticks of a wheel keep their times. The clock and the timer are arguments, so that tests need not wait.

export interface Timer {
  now(): number;
  after(ms: number, act: () => void): void;
}

export const BROWSER_TIMER: Timer = {
  now: () => performance.now(),
  after: (ms, act) => void setTimeout(act, ms),
};

/** Positions: 60 a second for each control. */
export const SEND_INTERVAL_MS = 1000 / 60;
/**
 * Movements: 125 a second, since the record is about one interval behind the hand
 * (docs/engine.md, "Hand").
 */
export const MOVE_INTERVAL_MS = 8;

interface Slot {
  lastMs: number;
  waiting: number | null;
  heard: number;
  scheduled: boolean;
}

export class Coalescer {
  private readonly slots = new Map<string, Slot>();

  constructor(
    private readonly send: (key: string, value: number, heard: number) => void,
    private readonly timer: Timer = BROWSER_TIMER,
    private readonly intervalMs = SEND_INTERVAL_MS,
    private readonly moveIntervalMs = MOVE_INTERVAL_MS,
  ) {}

  put(key: string, value: number, heard: number, mode: 'replace' | 'add' = 'replace'): void {
    const slot = this.slots.get(key) ?? { lastMs: -Infinity, waiting: null, heard, scheduled: false };
    this.slots.set(key, slot);
    slot.heard = heard;
    slot.waiting = mode === 'add' ? (slot.waiting ?? 0) + value : value;
    const interval = mode === 'add' ? this.moveIntervalMs : this.intervalMs;
    const wait = slot.lastMs + interval - this.timer.now();
    if (wait <= 0) {
      this.flushSlot(key, slot);
    } else if (!slot.scheduled) {
      slot.scheduled = true;
      this.timer.after(wait, () => {
        slot.scheduled = false;
        this.flushSlot(key, slot);
      });
    }
  }

  /** Sends what waits for this key now, before something that must come after it. */
  flush(key: string): void {
    const slot = this.slots.get(key);
    if (slot) this.flushSlot(key, slot);
  }

  private flushSlot(key: string, slot: Slot): void {
    if (slot.waiting === null) return;
    const value = slot.waiting;
    slot.waiting = null;
    slot.lastMs = this.timer.now();
    this.send(key, value, slot.heard);
  }
}
