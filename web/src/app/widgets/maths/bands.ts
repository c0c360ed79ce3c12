// Spectra as the page shows them: seven bands, a logarithmic frequency axis, −90…−10 dB. Pure.

export const SPECTRUM_MIN_DB = -90;
export const SPECTRUM_MAX_DB = -10;
export const SPECTRUM_LOW_HZ = 20;
export const SPECTRUM_HIGH_HZ = 20000;

export interface Band {
  readonly id: 'sub' | 'bass' | 'lowMid' | 'mid' | 'highMid' | 'treble' | 'presence';
  readonly lowHz: number;
  readonly highHz: number;
}

/** In order of frequency, under the names of the event spectrum-data. */
export const BANDS: readonly Band[] = [
  { id: 'sub', lowHz: 20, highHz: 60 },
  { id: 'bass', lowHz: 60, highHz: 250 },
  { id: 'lowMid', lowHz: 250, highHz: 500 },
  { id: 'mid', lowHz: 500, highHz: 2000 },
  { id: 'highMid', lowHz: 2000, highHz: 4000 },
  { id: 'treble', lowHz: 4000, highHz: 8000 },
  { id: 'presence', lowHz: 8000, highHz: 16000 },
];

/** Where a frequency lies on the axis, 0 at 20 Hz, 1 at 20 kHz. */
export function frequencyFraction(hz: number): number {
  const span = Math.log(SPECTRUM_HIGH_HZ / SPECTRUM_LOW_HZ);
  return Math.min(1, Math.max(0, Math.log(hz / SPECTRUM_LOW_HZ) / span));
}

export function frequencyAt(fraction: number): number {
  return SPECTRUM_LOW_HZ * (SPECTRUM_HIGH_HZ / SPECTRUM_LOW_HZ) ** fraction;
}

export function dbFraction(db: number): number {
  return Math.min(1, Math.max(0, (db - SPECTRUM_MIN_DB) / (SPECTRUM_MAX_DB - SPECTRUM_MIN_DB)));
}

/**
 * The loudest of linear FFT bins (dB, from 0 Hz to half of `sampleRate`) under each of `count`
 * log-spaced columns; where a column is narrower than a bin, the value between two bins.
 */
export function logColumns(
  binsDb: ArrayLike<number>,
  sampleRate: number,
  count: number,
): Float32Array {
  const hzPerBin = sampleRate / 2 / binsDb.length;
  const out = new Float32Array(count);
  for (let i = 0; i < count; ++i) {
    const from = frequencyAt(i / count) / hzPerBin;
    const to = frequencyAt((i + 1) / count) / hzPerBin;
    out[i] = to - from < 1 ? between(binsDb, (from + to) / 2) : loudest(binsDb, from, to);
  }
  return out;
}

function between(bins: ArrayLike<number>, at: number): number {
  const i = Math.min(bins.length - 2, Math.floor(at));
  const a = Math.max(SPECTRUM_MIN_DB, bins[i]);
  const b = Math.max(SPECTRUM_MIN_DB, bins[i + 1]);
  return a + (b - a) * Math.min(1, at - i);
}

function loudest(bins: ArrayLike<number>, from: number, to: number): number {
  let max = SPECTRUM_MIN_DB;
  for (let i = Math.floor(from); i < Math.min(bins.length, Math.ceil(to)); ++i)
    if (bins[i] > max) max = bins[i];
  return max;
}

/** Mean power of each band in dB, from log-spaced columns. */
export function bandLevels(columnsDb: ArrayLike<number>): number[] {
  return BANDS.map(({ lowHz, highHz }) => {
    const from = Math.floor(frequencyFraction(lowHz) * columnsDb.length);
    const to = Math.max(from + 1, Math.floor(frequencyFraction(highHz) * columnsDb.length));
    let power = 0;
    for (let i = from; i < to; ++i) power += 10 ** (columnsDb[i] / 10);
    return 10 * Math.log10(power / (to - from) + 1e-12);
  });
}

/** The 0–255 columns of docs/visualization.md as dB. */
export function packetColumnsDb(columns: Uint8Array): Float32Array {
  return Float32Array.from(
    columns,
    (v) => SPECTRUM_MIN_DB + (v / 255) * (SPECTRUM_MAX_DB - SPECTRUM_MIN_DB),
  );
}
