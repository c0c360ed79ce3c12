// Log-mel levels as src/music/features.h computes them by its standard definition: 48 kHz, windows of 2,048
// samples (periodic Hann) each 480, 84 triangles on Slaney's mel scale from 30 Hz to 16 kHz, dB of a full-scale
// sine, at least -80. docs/features.md has the formulae.

import { PowerSpectrum } from './spectrum';

export const MEL_BANDS = 84;
export const WINDOW = 2048;
export const HOP = 480;
const RATE = 48_000;
const LOW_HZ = 30;
const HIGH_HZ = 16_000;
const FLOOR = 1e-8;

const BREAK_HZ = 1000;
const BREAK_MEL = 15;
const LOG_STEP = Math.log(6.4) / 27;

function melFromHz(hz: number): number {
  return hz < BREAK_HZ ? (3 * hz) / 200 : BREAK_MEL + Math.log(hz / BREAK_HZ) / LOG_STEP;
}

function hzFromMel(mel: number): number {
  return mel < BREAK_MEL ? (200 * mel) / 3 : BREAK_HZ * Math.exp(LOG_STEP * (mel - BREAK_MEL));
}

interface Band {
  readonly firstBin: number;
  readonly weights: Float64Array;
}

function bandsOf(): Band[] {
  const low = melFromHz(LOW_HZ);
  const step = (melFromHz(HIGH_HZ) - low) / (MEL_BANDS + 1);
  const edge = (i: number) => hzFromMel(low + step * i);
  const binHz = RATE / WINDOW;
  return Array.from({ length: MEL_BANDS }, (_, band) => {
    const [left, centre, right] = [edge(band), edge(band + 1), edge(band + 2)];
    const firstBin = Math.ceil(left / binHz);
    const count = Math.floor(right / binHz) - firstBin + 1;
    const weights = Float64Array.from({ length: Math.max(0, count) }, (_unused, n) => {
      const hz = (firstBin + n) * binHz;
      return Math.max(0, Math.min((hz - left) / (centre - left), (right - hz) / (right - centre)));
    });
    return { firstBin, weights };
  });
}

export class LogMel {
  private readonly spectrum = new PowerSpectrum(WINDOW);
  private readonly hann = Float64Array.from(
    { length: WINDOW },
    (_, n) => 0.5 - 0.5 * Math.cos((2 * Math.PI * n) / WINDOW),
  );
  private readonly power = new Float64Array(WINDOW / 2 + 1);
  private readonly bands = bandsOf();

  /** `samples`: WINDOW of them. Writes MEL_BANDS levels from `out[at]` on. */
  levels(samples: Float32Array, out: Float32Array, at: number): void {
    this.spectrum.power(samples, this.hann, this.power);
    const scale = 1 / (WINDOW / 4) ** 2;
    this.bands.forEach(({ firstBin, weights }, band) => {
      let energy = 0;
      for (let n = 0; n < weights.length; ++n) energy += weights[n] * this.power[firstBin + n];
      out[at + band] = 10 * Math.log10(Math.max(energy * scale, FLOOR));
    });
  }
}
