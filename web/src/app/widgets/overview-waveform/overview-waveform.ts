// A whole track in a strip: the played part darkened, cue and hot cues flagged, a click seeks.

import {
  afterNextRender,
  ChangeDetectionStrategy,
  Component,
  DestroyRef,
  ElementRef,
  inject,
  input,
  output,
  viewChild,
} from '@angular/core';
import { animate } from '../drawing/animation';
import { OverviewPainter } from '../drawing/overview-painter';
import { deckColour, paletteOf } from '../drawing/palette';
import { Surface } from '../drawing/surface';
import { clamp } from '../maths/range';
import { SAMPLE_RATE } from '../maths/beat-grid';
import { type LoopMark, NO_MARKS, type TrackMarks } from '../maths/marks';
import type { Waveform } from '../maths/waveform';

@Component({
  selector: 'dju-overview-waveform',
  changeDetection: ChangeDetectionStrategy.OnPush,
  host: {
    '[attr.role]': "seekable() ? 'slider' : 'img'",
    '[attr.tabindex]': 'seekable() ? 0 : -1',
    '[attr.aria-label]': 'label()',
    '[attr.aria-valuemin]': 'seekable() ? 0 : null',
    '[attr.aria-valuemax]': 'seekable() ? seconds() : null',
    '[attr.aria-valuenow]': 'seekable() ? now() : null',
    '[attr.aria-valuetext]': 'seekable() ? valueText() || null : null',
    '[class.seekable]': 'seekable()',
    '(pointerdown)': 'press($event)',
    '(keydown)': 'key($event)',
  },
  template: `<canvas #canvas aria-hidden="true"></canvas>`,
  styles: `
    :host {
      display: block;
      height: 44px;
      border-radius: 4px;
      overflow: hidden;
      background: var(--dju-canvas, #0d0f13);
    }
    :host(.seekable) {
      cursor: pointer;
    }
    canvas {
      display: block;
      width: 100%;
      height: 100%;
    }
  `,
})
export class OverviewWaveform {
  readonly waveform = input<Waveform | null>(null);
  /** Heard position, track frames; a function is asked each frame. */
  readonly position = input<number | (() => number)>(0);
  readonly cueFrame = input<number | null>(null);
  readonly hotCues = input<readonly (number | null)[]>([]);
  /** Phrases, cues, vocals and energy of the track. */
  readonly marks = input<TrackMarks>(NO_MARKS);
  readonly loop = input<LoopMark | null>(null);
  readonly deck = input<'A' | 'B' | 'C' | 'D'>('A');
  readonly seekable = input(true);
  readonly label = input('');
  readonly valueText = input('');
  /** Track frame at which the hand pointed. */
  readonly seek = output<number>();

  private readonly canvas = viewChild.required<ElementRef<HTMLCanvasElement>>('canvas');
  private readonly element = inject<ElementRef<HTMLElement>>(ElementRef).nativeElement;

  constructor() {
    const destroyed = inject(DestroyRef);
    afterNextRender(() => {
      const surface = new Surface(this.canvas().nativeElement);
      const palette = paletteOf(this.element);
      const painter = new OverviewPainter(palette);
      const stop = animate(() => {
        if (!surface.context) return;
        const marks = {
          cueFrame: this.cueFrame(),
          hotCues: this.hotCues(),
          loop: this.loop(),
          track: this.marks(),
        };
        const colour = deckColour(palette, this.deck());
        painter.paint(surface.context, surface.size, this.waveform(), this.frame(), marks, colour);
      });
      destroyed.onDestroy(() => {
        stop();
        surface.destroy();
      });
    });
  }

  protected seconds(): number {
    return Math.round((this.waveform()?.frames ?? 0) / SAMPLE_RATE);
  }

  protected now(): number {
    return Math.round(clamp(this.frame() / SAMPLE_RATE, 0, this.seconds()));
  }

  protected press(event: PointerEvent): void {
    const frames = this.waveform()?.frames;
    if (!frames || !this.seekable() || event.button !== 0) return;
    const box = this.element.getBoundingClientRect();
    this.seek.emit(Math.round(clamp((event.clientX - box.left) / box.width, 0, 1) * frames));
  }

  protected key(event: KeyboardEvent): void {
    const frames = this.waveform()?.frames;
    const seconds = { ArrowRight: 5, ArrowLeft: -5, PageUp: 30, PageDown: -30 }[event.key];
    if (!frames || !this.seekable()) return;
    if (seconds === undefined && event.key !== 'Home') return;
    event.preventDefault();
    const target = seconds === undefined ? 0 : this.frame() + seconds * SAMPLE_RATE;
    this.seek.emit(Math.round(clamp(target, 0, frames - 1)));
  }

  private frame(): number {
    const position = this.position();
    return typeof position === 'function' ? position() : position;
  }
}
