// What a judge's models hear, as src/music/sound_rows.h computes it: each 10 ms 84 log-mel levels and the onsets
// of the four quarters around its centre. The registry's hash of that definition goes with each model, so a model
// that was made for other rows is refused.

import { FineOnsets, ONSET_BANDS, ONSET_HOP } from './fine-onsets';
import { HOP, LogMel, MEL_BANDS, WINDOW } from './log-mel';

const QUARTERS = HOP / ONSET_HOP;
export const COLUMNS = MEL_BANDS + QUARTERS * ONSET_BANDS;
/** SHA-256 of soundRowDefinition() in sound_rows.h. */
export const DEFINITION = '22cee95b569c493999c337b1e688841dc25067f60d1a505b662516977d160bd4';

/** How many rows are whole: each hears up to WINDOW / 2 samples behind its centre. */
export function rowsIn(samples: number): number {
  return samples < WINDOW / 2 ? 0 : Math.floor((samples - WINDOW / 2) / HOP) + 1;
}

/** Rows one after the other out of `mono` at 48 kHz, each valid until the next is asked for. */
export class SoundRows {
  private readonly mel = new LogMel();
  private readonly onsets = new FineOnsets();
  private readonly window = new Float32Array(WINDOW);
  /** Of quarters that no row has taken; two of silence lie before the first sample. */
  private waiting: Float32Array[] = [new Float32Array(ONSET_BANDS), new Float32Array(ONSET_BANDS)];
  private heard = 0;
  private next = 0;

  constructor(private readonly mono: Float32Array) {}

  /** Writes row after row into `out`, COLUMNS wide, from row `at` on, `count` of them. */
  write(out: Float32Array, at: number, count: number): void {
    for (let row = at; row < at + count; ++row) this.row(out, row * COLUMNS);
  }

  private row(out: Float32Array, at: number): void {
    const first = this.next++ * HOP - WINDOW / 2;
    for (let n = 0; n < WINDOW; ++n) this.window[n] = this.mono[first + n] ?? 0;
    this.mel.levels(this.window, out, at);
    while (this.waiting.length < QUARTERS) {
      const rise = new Float32Array(ONSET_BANDS);
      this.onsets.rises(this.mono, this.heard, rise, 0);
      this.heard += ONSET_HOP;
      this.waiting.push(rise);
    }
    for (let quarter = 0; quarter < QUARTERS; ++quarter)
      out.set(this.waiting.shift()!, at + MEL_BANDS + quarter * ONSET_BANDS);
  }
}
