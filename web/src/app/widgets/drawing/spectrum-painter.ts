// A spectrum on a logarithmic axis, −90…−10 dB, with slow peaks, and the seven bands as bars. The
// columns come from a page's own AnalyserNode or from the server's packets. A plain class.

import { BANDS, dbFraction, frequencyFraction, SPECTRUM_MIN_DB } from '../maths/bands';
import type { Palette } from './palette';
import type { Size } from './surface';

const FALL_DB_PER_FRAME = 0.45;
const LABELS_HZ: readonly [number, string][] = [
  [50, '50'],
  [100, '100'],
  [250, '250'],
  [1000, '1k'],
  [2500, '2.5k'],
  [10000, '10k'],
];

export class SpectrumPainter {
  private peaks = new Float32Array(0);

  constructor(private readonly palette: Palette) {}

  /** `columns` in dB, log-spaced. */
  paintBins(
    context: CanvasRenderingContext2D,
    { width, height }: Size,
    columns: ArrayLike<number>,
  ): void {
    const plot = height - 14;
    this.ground(context, width, height);
    this.axis(context, width, plot, height);
    if (columns.length === 0) return;
    if (this.peaks.length !== columns.length)
      this.peaks = new Float32Array(columns.length).fill(SPECTRUM_MIN_DB);
    context.fillStyle = this.gradient(context, width);
    this.area(context, width, plot, columns);
    context.fill();
    for (let i = 0; i < columns.length; ++i) {
      this.peaks[i] = Math.max(columns[i], this.peaks[i] - FALL_DB_PER_FRAME);
    }
    context.strokeStyle = this.palette.text;
    context.globalAlpha = 0.5;
    context.lineWidth = 1;
    this.line(context, width, plot, this.peaks);
    context.stroke();
    context.globalAlpha = 1;
  }

  /** `levels` of the seven bands in dB. */
  paintBands(
    context: CanvasRenderingContext2D,
    { width, height }: Size,
    levels: ArrayLike<number>,
    names: readonly string[],
  ): void {
    const plot = height - 14;
    this.ground(context, width, height);
    const step = width / BANDS.length;
    context.font = '10px system-ui, sans-serif';
    context.textBaseline = 'bottom';
    context.textAlign = 'center';
    BANDS.forEach((band, i) => {
      const share = dbFraction(levels[i] ?? SPECTRUM_MIN_DB);
      context.fillStyle = this.bandColour(Math.sqrt(band.lowHz * band.highHz));
      context.globalAlpha = 0.14;
      context.fillRect(i * step + 2, 0, step - 4, plot);
      context.globalAlpha = 1;
      context.fillRect(i * step + 2, plot * (1 - share), step - 4, plot * share);
      context.fillStyle = this.palette.dim;
      context.fillText(names[i] ?? band.id, (i + 0.5) * step, height - 1);
    });
    context.textAlign = 'start';
  }

  private ground(context: CanvasRenderingContext2D, width: number, height: number): void {
    context.fillStyle = this.palette.ground;
    context.fillRect(0, 0, width, height);
  }

  private axis(
    context: CanvasRenderingContext2D,
    width: number,
    plot: number,
    height: number,
  ): void {
    context.font = '10px system-ui, sans-serif';
    context.textBaseline = 'bottom';
    context.fillStyle = this.palette.dim;
    for (const [hz, text] of LABELS_HZ) {
      const x = Math.round(frequencyFraction(hz) * width);
      context.globalAlpha = 0.25;
      context.fillRect(x, 0, 1, plot);
      context.globalAlpha = 1;
      context.fillText(text, x + 2, height - 1);
    }
  }

  private gradient(context: CanvasRenderingContext2D, width: number): CanvasGradient {
    const gradient = context.createLinearGradient(0, 0, width, 0);
    gradient.addColorStop(0, this.palette.low);
    gradient.addColorStop(frequencyFraction(250), this.palette.low);
    gradient.addColorStop(frequencyFraction(700), this.palette.mid);
    gradient.addColorStop(frequencyFraction(2500), this.palette.mid);
    gradient.addColorStop(frequencyFraction(6000), this.palette.high);
    gradient.addColorStop(1, this.palette.high);
    return gradient;
  }

  private bandColour(hz: number): string {
    if (hz < 250) return this.palette.low;
    return hz < 2500 ? this.palette.mid : this.palette.high;
  }

  private area(
    context: CanvasRenderingContext2D,
    width: number,
    plot: number,
    columns: ArrayLike<number>,
  ): void {
    context.beginPath();
    context.moveTo(0, plot);
    for (let i = 0; i < columns.length; ++i) {
      context.lineTo(((i + 0.5) / columns.length) * width, plot * (1 - dbFraction(columns[i])));
    }
    context.lineTo(width, plot);
    context.closePath();
  }

  private line(
    context: CanvasRenderingContext2D,
    width: number,
    plot: number,
    columns: ArrayLike<number>,
  ): void {
    context.beginPath();
    for (let i = 0; i < columns.length; ++i) {
      context.lineTo(((i + 0.5) / columns.length) * width, plot * (1 - dbFraction(columns[i])));
    }
  }
}
