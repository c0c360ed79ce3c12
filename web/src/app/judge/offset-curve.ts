// How far beside each other the beats lay while a transition went on. The band is ±10 ms, within which
// two kicks are heard as one.

import { ChangeDetectionStrategy, Component, computed, input } from '@angular/core';
import { TranslocoDirective } from '@jsverse/transloco';

const WIDTH = 240;
const HEIGHT = 44;
/** Half the height, at least. */
const LEAST_MS = 40;
const TIGHT_MS = 10;

@Component({
  selector: 'dju-offset-curve',
  imports: [TranslocoDirective],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <svg
      *transloco="let t; prefix: 'judge'"
      role="img"
      [attr.aria-label]="t('offsetCurve', { from: ms(offsets()[0].ms), to: ms(offsets()[offsets().length - 1].ms), most: ms(most()) })"
      [attr.viewBox]="'0 0 ' + width + ' ' + height"
      preserveAspectRatio="none"
    >
      <rect x="0" [attr.y]="y(-tight)" [attr.width]="width" [attr.height]="y(tight) - y(-tight)" />
      <line x1="0" [attr.x2]="width" [attr.y1]="y(0)" [attr.y2]="y(0)" />
      <polyline [attr.points]="line()" vector-effect="non-scaling-stroke" />
    </svg>
    <small aria-hidden="true" *transloco="let t; prefix: 'judge'">{{ t('mostMs', { ms: ms(most()) }) }}</small>
  `,
  styles: `
    :host {
      display: flex;
      gap: 8px;
      align-items: center;
    }
    svg {
      flex: 1;
      width: 100%;
      min-width: 0;
      height: 44px;
    }
    small {
      color: var(--dju-text-dim);
      white-space: nowrap;
    }
    rect {
      fill: var(--dju-ok);
      opacity: 0.18;
    }
    line {
      stroke: var(--dju-canvas-line);
      stroke-width: 0.5;
    }
    polyline {
      fill: none;
      stroke: var(--dju-text);
      stroke-width: 1.5;
    }
  `,
})
export class OffsetCurve {
  /** In order of frames; positive: late. At least two. */
  readonly offsets = input.required<readonly { readonly frame: number; readonly ms: number }[]>();

  protected readonly width = WIDTH;
  protected readonly height = HEIGHT;
  protected readonly tight = TIGHT_MS;
  protected readonly most = computed(() => Math.max(...this.offsets().map(({ ms }) => Math.abs(ms))));
  protected readonly line = computed(() => {
    const all = this.offsets();
    const [first, last] = [all[0].frame, all[all.length - 1].frame];
    return all.map(({ frame, ms }) => `${(((frame - first) / Math.max(1, last - first)) * WIDTH).toFixed(1)},${this.y(ms).toFixed(1)}`).join(' ');
  });

  /** Late lies below. */
  protected y(ms: number): number {
    return HEIGHT / 2 + (ms / Math.max(LEAST_MS, this.most())) * (HEIGHT / 2 - 2);
  }

  protected ms(value: number): number {
    return Math.round(value);
  }
}
