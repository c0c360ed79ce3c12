// How late an output really is, for those that do not say (Bluetooth): clicks are played, the listener
// taps along, and the median of what lies between is taken. Pure.

/** People tap a little before the click that they expect: 20 to 50 ms, so that much is taken off (Repp 2005). */
const ANTICIPATION_MS = 30;
export const TAPS_NEEDED = 8;
/** Of the taps' distances from their median; beyond it nobody kept time. */
const STEADY_MS = 40;
/** Below this it is the hand and not the output. */
const LEAST_MS = 40;
const MOST_MS = 600;

/**
 * Milliseconds by which the sound comes later than the browser says. `clicks`: when they should have been
 * heard, at least a second apart; `taps`: when the listener tapped. Null while there are too few taps, or
 * they keep no time.
 */
export function extraDelay(clicks: readonly number[], taps: readonly number[]): number | null {
  const late: number[] = [];
  for (const tap of taps) {
    const click = clicks.findLast((at) => at <= tap + 2 * ANTICIPATION_MS);
    if (click !== undefined && tap - click < MOST_MS + ANTICIPATION_MS) late.push(tap - click);
  }
  if (late.length < TAPS_NEEDED) return null;
  const middle = median(late);
  if (median(late.map((ms) => Math.abs(ms - middle))) > STEADY_MS) return null;
  const delay = middle + ANTICIPATION_MS;
  return delay < LEAST_MS ? 0 : Math.min(Math.round(delay), MOST_MS);
}

function median(list: readonly number[]): number {
  const sorted = [...list].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}
