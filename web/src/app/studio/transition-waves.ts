// Both records over one transition, from its first bar line to its last, as wide as the curves below.

import {
  afterNextRender,
  ChangeDetectionStrategy,
  Component,
  computed,
  DestroyRef,
  ElementRef,
  inject,
  input,
  viewChild,
} from '@angular/core';
import type { MixPlan } from '../core/mixes';
import { animate } from '../widgets/drawing/animation';
import { paletteOf } from '../widgets/drawing/palette';
import { Surface } from '../widgets/drawing/surface';
import { clipsOf } from './model/timeline';
import type { ShelvedRecord } from './record-shelf';
import { TimelinePainter, type TimelineScene } from './timeline-painter';

@Component({
  selector: 'dju-transition-waves',
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `<canvas #canvas role="img" [attr.aria-label]="label()"></canvas>`,
  styles: `
    :host {
      display: block;
      height: 130px;
    }
    canvas {
      display: block;
      width: 100%;
      height: 100%;
    }
  `,
})
export class TransitionWaves {
  readonly plan = input.required<MixPlan>();
  readonly number = input.required<number>();
  readonly records = input.required<ReadonlyMap<string, ShelvedRecord>>();
  readonly label = input.required<string>();

  private readonly canvas = viewChild.required<ElementRef<HTMLCanvasElement>>('canvas');
  private readonly scene = computed<TimelineScene>(() => ({
    clips: clipsOf(this.plan()).slice(this.number(), this.number() + 2),
    transitions: this.plan().transitions,
    records: this.records(),
    totalSeconds: this.plan().totalSeconds,
  }));

  constructor() {
    const destroyed = inject(DestroyRef);
    afterNextRender(() => {
      const surface = new Surface(this.canvas().nativeElement);
      const painter = new TimelinePainter(paletteOf(this.canvas().nativeElement), 0);
      let painted: readonly unknown[] = [];
      const stop = animate(() => {
        const now = [surface.size, this.scene()];
        if (!surface.context || now.every((value, i) => value === painted[i])) return;
        painted = now;
        const { startSeconds, endSeconds } = this.plan().transitions[this.number()];
        const scale = surface.size.width / Math.max(0.1, endSeconds - startSeconds);
        painter.paint(surface.context, surface.size, this.scene(), {
          scale,
          scroll: startSeconds * scale,
        });
      });
      destroyed.onDestroy(() => {
        stop();
        surface.destroy();
      });
    });
  }
}
