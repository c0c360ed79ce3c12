// A curve that is drawn by hand: pressing puts the nearest point where the hand is, moving paints. Each
// point is a slider; left and right go from one to the next, up and down move it.

import {
  ChangeDetectionStrategy,
  Component,
  computed,
  ElementRef,
  inject,
  input,
  output,
  signal,
} from '@angular/core';
import { clamp, fromFraction, keyValue, type Range, toFraction } from '../widgets/maths/range';
import type { CurvePoint, Stroke } from './model/stroke';

export interface ShownCurve {
  readonly values: readonly number[];
  readonly stepped: boolean;
}

const WIDTH = 1000;
const HEIGHT = 100;

@Component({
  selector: 'dju-curve-board',
  changeDetection: ChangeDetectionStrategy.OnPush,
  host: {
    role: 'group',
    '[attr.aria-label]': 'label()',
    '[style.--colour]': 'colour()',
    '[style.--gap]': "100 / (curve().values.length - 1) + '%'",
    '(pointerdown)': 'grab($event)',
    '(pointermove)': 'draw($event)',
    '(pointerup)': 'lift()',
    '(pointercancel)': 'lift()',
  },
  template: `
    <svg
      [attr.viewBox]="'0 0 ' + width + ' ' + height"
      preserveAspectRatio="none"
      aria-hidden="true"
    >
      @if (neutral() !== null) {
        <line x1="0" [attr.x2]="width" [attr.y1]="y(neutral()!)" [attr.y2]="y(neutral()!)" />
      }
      @if (under(); as other) {
        <polyline class="under" [attr.points]="path(other)" vector-effect="non-scaling-stroke" />
      }
      <polygon [attr.points]="area()" />
      <polyline [attr.points]="path(curve())" vector-effect="non-scaling-stroke" />
    </svg>
    @for (value of curve().values; track $index) {
      <span
        role="slider"
        aria-orientation="vertical"
        [attr.tabindex]="$index === at() ? 0 : -1"
        [attr.aria-label]="pointLabel()($index)"
        [attr.aria-valuemin]="range().min"
        [attr.aria-valuemax]="range().max"
        [attr.aria-valuenow]="value"
        [attr.aria-valuetext]="valueText()(value)"
        [style.left.%]="(100 * $index) / (curve().values.length - 1)"
        [style.top.%]="y(value)"
        (focus)="at.set($index)"
        (keydown)="key($event, $index)"
      ></span>
    }
  `,
  styles: `
    :host {
      position: relative;
      display: block;
      height: 64px;
      background: repeating-linear-gradient(
          90deg,
          rgb(255 255 255 / 10%) 0 1px,
          transparent 1px var(--gap)
        )
        var(--dju-canvas);
      cursor: crosshair;
      touch-action: pan-y;
      user-select: none;
    }
    svg {
      position: absolute;
      inset: 0;
      width: 100%;
      height: 100%;
      overflow: visible;
    }
    line {
      stroke: var(--dju-canvas-line);
      stroke-dasharray: 6 6;
      opacity: 0.7;
    }
    polyline {
      fill: none;
      stroke: var(--colour);
      stroke-width: 2.5;
    }
    polyline.under {
      stroke: var(--dju-text-dim);
      stroke-width: 1.5;
      opacity: 0.6;
    }
    polygon {
      fill: var(--colour);
      opacity: 0.13;
    }
    span {
      position: absolute;
      width: 9px;
      height: 9px;
      margin: -4.5px;
      border-radius: 50%;
      background: var(--colour);
      border: 1px solid var(--dju-ground);
      pointer-events: none;
    }
    span:focus-visible {
      z-index: 1;
      outline-offset: 1px;
    }
  `,
})
export class CurveBoard {
  readonly curve = input.required<ShownCurve>();
  /** Another one, pale behind it. */
  readonly under = input<ShownCurve | null>(null);
  readonly range = input.required<Range>();
  /** Where nothing is done; null: nowhere. */
  readonly neutral = input<number | null>(null);
  readonly colour = input('var(--dju-accent)');
  readonly label = input.required<string>();
  readonly pointLabel = input.required<(index: number) => string>();
  readonly valueText = input.required<(value: number) => string>();
  readonly stroke = output<Stroke>();
  readonly settled = output<void>();

  protected readonly width = WIDTH;
  protected readonly height = HEIGHT;
  private readonly element = inject<ElementRef<HTMLElement>>(ElementRef).nativeElement;
  /** The point that a keyboard is at. */
  protected readonly at = signal(0);
  protected readonly area = computed(() => {
    const floor = this.y(clamp(0, this.range().min, this.range().max));
    return `0,${floor} ${this.path(this.curve())} ${WIDTH},${floor}`;
  });
  private last: CurvePoint | null = null;

  /** Hundredths from the top. */
  protected y(value: number): number {
    return 100 * (1 - toFraction(value, this.range()));
  }

  protected path({ values, stepped }: ShownCurve): string {
    const x = (i: number) => (WIDTH * i) / (values.length - 1);
    return values
      .flatMap((value, i) => [
        ...(stepped && i > 0 ? [`${x(i)},${this.y(values[i - 1])}`] : []),
        `${x(i)},${this.y(value)}`,
      ])
      .join(' ');
  }

  protected grab(event: PointerEvent): void {
    if (event.button !== 0) return;
    this.element.setPointerCapture(event.pointerId);
    this.last = this.pointAt(event);
    this.stroke.emit({ from: this.last, to: this.last });
  }

  protected draw(event: PointerEvent): void {
    if (!this.last) return;
    const to = this.pointAt(event);
    this.stroke.emit({ from: this.last, to });
    this.last = to;
  }

  protected lift(): void {
    if (!this.last) return;
    this.last = null;
    this.settled.emit();
  }

  protected key(event: KeyboardEvent, index: number): void {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (step !== undefined) {
      event.preventDefault();
      const next = clamp(index + step, 0, this.curve().values.length - 1);
      this.element.querySelectorAll<HTMLElement>('span')[next].focus();
      return;
    }
    const value = keyValue(event, this.curve().values[index], this.range());
    if (value === null) return;
    event.preventDefault();
    const point = { index, value };
    this.stroke.emit({ from: point, to: point });
    this.settled.emit();
  }

  private pointAt(event: PointerEvent): CurvePoint {
    const box = this.element.getBoundingClientRect();
    const share = clamp((event.clientX - box.left) / box.width, 0, 1);
    return {
      index: Math.round(share * (this.curve().values.length - 1)),
      value: fromFraction(1 - (event.clientY - box.top) / box.height, this.range()),
    };
  }
}
