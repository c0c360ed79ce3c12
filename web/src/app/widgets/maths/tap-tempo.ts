// Tempo from taps: the slope of a straight line through their times, which uses every tap, where a
// mean of the gaps uses only the first and the last. A pause of two seconds begins anew. Pure.

const RESET_MS = 2000;
const MAX_TAPS = 32;

export class TapTempo {
  private taps: number[] = [];

  /** BPM after this tap, or null before the third. */
  tap(nowMs: number): number | null {
    if (this.taps.length > 0 && nowMs - this.taps[this.taps.length - 1] > RESET_MS) this.taps = [];
    this.taps.push(nowMs);
    if (this.taps.length > MAX_TAPS) this.taps.shift();
    return this.taps.length < 3 ? null : 60000 / slope(this.taps);
  }

  reset(): void {
    this.taps = [];
  }
}

/** Least squares of time over tap number. */
function slope(times: readonly number[]): number {
  const n = times.length;
  const meanX = (n - 1) / 2;
  const meanY = times.reduce((sum, t) => sum + t, 0) / n;
  let covariance = 0;
  let variance = 0;
  for (let i = 0; i < n; ++i) {
    covariance += (i - meanX) * (times[i] - meanY);
    variance += (i - meanX) ** 2;
  }
  return covariance / variance;
}
