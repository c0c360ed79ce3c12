// The sound's spectrum: from the AnalyserNode of the sound that this page receives, or from the
// server's visualization packets (DJs). Seven bands or the full width, as the reader chooses.

import {
  afterNextRender,
  ChangeDetectionStrategy,
  Component,
  DestroyRef,
  ElementRef,
  inject,
  input,
  viewChild,
} from '@angular/core';
import { animate } from '../drawing/animation';
import { paletteOf } from '../drawing/palette';
import { SpectrumPainter } from '../drawing/spectrum-painter';
import { Surface } from '../drawing/surface';
import {
  bandLevels,
  logColumns,
  packetColumnsDb,
  SPECTRUM_MAX_DB,
  SPECTRUM_MIN_DB,
} from '../maths/bands';

const COLUMNS = 192;
export const SPECTRUM_FFT_SIZE = 8192;

@Component({
  selector: 'dju-spectrum',
  changeDetection: ChangeDetectionStrategy.OnPush,
  host: { role: 'img', '[attr.aria-label]': 'label()' },
  template: `<canvas #canvas aria-hidden="true"></canvas>`,
  styles: `
    :host {
      display: block;
      height: 96px;
      background: var(--dju-canvas, #0d0f13);
      border-radius: 4px;
      overflow: hidden;
    }
    canvas {
      display: block;
      width: 100%;
      height: 100%;
    }
  `,
})
export class Spectrum {
  readonly analyser = input<AnalyserNode | null>(null);
  /** Log-spaced columns 0–255 of docs/visualization.md; a function is asked each frame. */
  readonly columns = input<(() => Uint8Array | null) | null>(null);
  readonly mode = input<'bins' | 'bands'>('bins');
  /** Names of the seven bands in the reader's language. */
  readonly bandNames = input<readonly string[]>([]);
  readonly label = input('');

  private readonly canvas = viewChild.required<ElementRef<HTMLCanvasElement>>('canvas');
  private readonly element = inject<ElementRef<HTMLElement>>(ElementRef).nativeElement;
  private bins = new Float32Array(0);

  constructor() {
    const destroyed = inject(DestroyRef);
    afterNextRender(() => {
      const surface = new Surface(this.canvas().nativeElement);
      const painter = new SpectrumPainter(paletteOf(this.element));
      const stop = animate(() => {
        if (!surface.context || surface.size.width === 0) return;
        const columns = this.read();
        if (this.mode() === 'bands') {
          painter.paintBands(
            surface.context,
            surface.size,
            columns.length ? bandLevels(columns) : [],
            this.bandNames(),
          );
        } else {
          painter.paintBins(surface.context, surface.size, columns);
        }
      });
      destroyed.onDestroy(() => {
        stop();
        surface.destroy();
      });
    });
  }

  private read(): Float32Array {
    const analyser = this.analyser();
    if (analyser) {
      if (this.bins.length !== analyser.frequencyBinCount)
        this.bins = new Float32Array(analyser.frequencyBinCount);
      analyser.getFloatFrequencyData(this.bins as Float32Array<ArrayBuffer>);
      return logColumns(this.bins, analyser.context.sampleRate, COLUMNS);
    }
    const packet = this.columns()?.();
    return packet ? packetColumnsDb(packet) : new Float32Array(0);
  }
}

/** An analyser as row B4 of the mission wants it: 8192 points, −90…−10 dB. */
export function spectrumAnalyser(context: BaseAudioContext): AnalyserNode {
  return new AnalyserNode(context, {
    fftSize: SPECTRUM_FFT_SIZE,
    minDecibels: SPECTRUM_MIN_DB,
    maxDecibels: SPECTRUM_MAX_DB,
    smoothingTimeConstant: 0.6,
  });
}
