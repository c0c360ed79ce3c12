// A level meter in dBFS: green, yellow, red, with a held peak. Drawn outside change detection.

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
import { paletteOf, type Palette } from '../drawing/palette';
import { Surface } from '../drawing/surface';
import { MeterBallistics, VU_RED_DB, VU_YELLOW_DB, vuFraction } from '../maths/decibels';

const TICKS_DB = [0, -3, -6, -12, -18, -30];
const TICK_PIXELS = 11;
const REDUCTION_PIXELS = 5;

@Component({
  selector: 'dju-vu',
  changeDetection: ChangeDetectionStrategy.OnPush,
  host: {
    role: 'img',
    '[attr.aria-label]': 'label() || null',
    '[attr.aria-hidden]': 'label() ? null : true',
  },
  template: `<canvas #canvas aria-hidden="true"></canvas>`,
  styles: `
    :host {
      display: block;
      position: relative;
      width: 14px;
      height: 150px;
    }
    /* Out of the flow: where the host's height follows from its content, the canvas must not be that content. */
    canvas {
      position: absolute;
      inset: 0;
      width: 100%;
      height: 100%;
    }
  `,
})
export class Vu {
  /** Peak of each channel in dBFS (−Infinity for silence); a function is asked each frame. */
  readonly levels = input.required<readonly number[] | (() => readonly number[])>();
  readonly orientation = input<'vertical' | 'horizontal'>('vertical');
  /** By how many dB a limiter turns down, drawn from the top; asked each frame. */
  readonly reduction = input<(() => number) | null>(null);
  readonly scale = input(false);
  readonly label = input('');

  private readonly canvas = viewChild.required<ElementRef<HTMLCanvasElement>>('canvas');
  private readonly element = inject<ElementRef<HTMLElement>>(ElementRef).nativeElement;
  private readonly meters: MeterBallistics[] = [];

  constructor() {
    const destroyed = inject(DestroyRef);
    afterNextRender(() => {
      const surface = new Surface(this.canvas().nativeElement, undefined, false);
      const palette = paletteOf(this.element);
      const stop = animate((now) => this.paint(surface, palette, now));
      destroyed.onDestroy(() => {
        stop();
        surface.destroy();
      });
    });
  }

  private paint({ context, size }: Surface, palette: Palette, now: number): void {
    if (!context || size.width === 0) return;
    const source = this.levels();
    const levels = typeof source === 'function' ? source() : source;
    while (this.meters.length < levels.length) this.meters.push(new MeterBallistics());
    context.save();
    context.clearRect(0, 0, size.width, size.height);
    // Everything below is drawn upright: x across the channels, y from 0 at the top.
    let { width, height } = size;
    if (this.orientation() === 'horizontal') {
      context.transform(0, 1, -1, 0, size.width, 0);
      [width, height] = [height, width];
    }
    const scaleWidth = this.scale() ? 24 : 0;
    const reduction = this.reduction();
    const reductionWidth = reduction ? REDUCTION_PIXELS + 2 : 0;
    const bar = (width - scaleWidth - reductionWidth - (levels.length - 1) * 2) / levels.length;
    levels.forEach((db, i) => {
      const { level, peak } = this.meters[i].update(db, now);
      paintBar(context, i * (bar + 2), bar, height, level, peak, palette);
    });
    if (reduction) paintReduction(context, levels.length * (bar + 2), height, reduction(), palette);
    if (scaleWidth > 0) paintScale(context, width - scaleWidth + 4, height, palette);
    context.restore();
  }
}

function paintBar(
  context: CanvasRenderingContext2D,
  x: number,
  width: number,
  height: number,
  levelDb: number,
  peakDb: number,
  palette: Palette,
): void {
  context.fillStyle = '#07080a';
  context.fillRect(x, 0, width, height);
  const zones: readonly [number, number, string][] = [
    [-Infinity, VU_YELLOW_DB, palette.green],
    [VU_YELLOW_DB, VU_RED_DB, palette.yellow],
    [VU_RED_DB, 0, palette.red],
  ];
  for (const [from, to, colour] of zones) {
    const bottom = height * (1 - vuFraction(from));
    const top = height * (1 - vuFraction(to));
    context.fillStyle = colour;
    context.globalAlpha = 0.14;
    context.fillRect(x, top, width, bottom - top);
    context.globalAlpha = 1;
    const lit = height * (1 - vuFraction(Math.min(levelDb, to)));
    if (levelDb > from) context.fillRect(x, lit, width, bottom - lit);
  }
  if (peakDb > -48) {
    context.fillStyle =
      peakDb >= VU_RED_DB ? palette.red : peakDb >= VU_YELLOW_DB ? palette.yellow : palette.green;
    context.fillRect(x, Math.max(0, height * (1 - vuFraction(peakDb)) - 1), width, 2);
  }
}

function paintReduction(context: CanvasRenderingContext2D, x: number, height: number, db: number, palette: Palette): void {
  context.fillStyle = '#07080a';
  context.fillRect(x, 0, REDUCTION_PIXELS, height);
  context.fillStyle = palette.yellow;
  context.fillRect(x, 0, REDUCTION_PIXELS, height * (1 - vuFraction(-db)));
}

function paintScale(
  context: CanvasRenderingContext2D,
  x: number,
  height: number,
  palette: Palette,
): void {
  context.fillStyle = palette.dim;
  context.font = '10px system-ui, sans-serif';
  context.textBaseline = 'middle';
  let last = -Infinity;
  for (const db of TICKS_DB) {
    const y = Math.min(height - 6, Math.max(6, height * (1 - vuFraction(db))));
    // On a short meter the figures near full scale would lie over each other.
    if (y - last < TICK_PIXELS) continue;
    last = y;
    context.fillText(String(db).replace('-', '−'), x, y);
  }
}
