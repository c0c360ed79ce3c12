// Onsets 400 times a second in five ranges, as src/music/fine_onsets.h computes them: power in each range by
// Butterworth filters of second order, a detector that rises at once and falls slowly, and the rise of its
// logarithm. docs/features.md has the formulae.

export const ONSET_HOP = 120;
export const ONSET_BANDS = 5;
const RATE = 48_000;
const SPLIT_HZ: readonly number[] = [150, 600, 2500, 7000];
const FLOOR = 1e-7;
const FALL_SECONDS: readonly number[] = [0.05, 0.02, 0.01, 0.01, 0.01];

/** Second order, transposed direct form II. */
class Biquad {
  private s1 = 0;
  private s2 = 0;

  constructor(
    private readonly b0: number,
    private readonly b1: number,
    private readonly b2: number,
    private readonly a1: number,
    private readonly a2: number,
  ) {}

  filter(x: number): number {
    const y = this.b0 * x + this.s1;
    this.s1 = this.b1 * x - this.a1 * y + this.s2;
    this.s2 = this.b2 * x - this.a2 * y;
    return y;
  }
}

// A quality of 1 / √2 (Bristow-Johnson, "Cookbook formulae for audio equalizer biquad filter coefficients").
function butterworth(hz: number, kind: 'low' | 'high'): Biquad {
  const w = (2 * Math.PI * hz) / RATE;
  const cosine = Math.cos(w);
  const alpha = Math.sin(w) / Math.SQRT2;
  const a0 = 1 + alpha;
  const b = (kind === 'low' ? 1 - cosine : 1 + cosine) / 2 / a0;
  return new Biquad(b, kind === 'low' ? 2 * b : -2 * b, b, (-2 * cosine) / a0, (1 - alpha) / a0);
}

export class FineOnsets {
  /** Of each range: what takes away below it (not of the lowest), and what above it (not of the highest). */
  private readonly filters = FALL_SECONDS.map((_, band) => [
    ...SPLIT_HZ.slice(Math.max(0, band - 1), band).map((hz) => butterworth(hz, 'high')),
    ...SPLIT_HZ.slice(band, band + 1).map((hz) => butterworth(hz, 'low')),
  ]);
  private readonly peaks = new Float64Array(ONSET_BANDS);
  private readonly decays = FALL_SECONDS.map((seconds) => Math.exp(-ONSET_HOP / (seconds * RATE)));

  /** The next ONSET_HOP samples from `samples[from]` on. Writes ONSET_BANDS rises, in decades, from `out[at]` on. */
  rises(samples: Float32Array, from: number, out: Float32Array, at: number): void {
    this.filters.forEach((filters, band) => {
      let power = 0;
      for (let i = from; i < from + ONSET_HOP; ++i) {
        let heard = samples[i];
        for (const each of filters) heard = each.filter(heard);
        power += heard * heard;
      }
      const before = this.peaks[band];
      const now = Math.max(power / ONSET_HOP, before * this.decays[band]);
      out[at + band] = Math.max(0, Math.log10((now + FLOOR) / (before + FLOOR)));
      this.peaks[band] = now;
    });
  }
}
