// A rotary control: drag up and down (Shift for fine), wheel, arrow keys, double click for its
// default. It shows the hand's value at once and the parent's as soon as the hand is gone.

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
import {
  dragValue,
  keyValue,
  knobAngle,
  stepSize,
  clamp,
  KNOB_TRAVEL_DEGREES,
} from '../maths/range';

@Component({
  selector: 'dju-knob',
  changeDetection: ChangeDetectionStrategy.OnPush,
  host: {
    role: 'slider',
    '[attr.tabindex]': 'disabled() ? -1 : 0',
    '[attr.aria-label]': 'ariaLabel() || label()',
    '[attr.aria-valuemin]': 'min()',
    '[attr.aria-valuemax]': 'max()',
    '[attr.aria-valuenow]': 'shown()',
    '[attr.aria-valuetext]': 'valueText() || null',
    '[attr.aria-disabled]': 'disabled()',
    '[class.held]': 'held() !== null',
    '[class.disabled]': 'disabled()',
    '[style.--accent]': 'accent() || null',
    '(pointerdown)': 'grab($event)',
    '(pointermove)': 'drag($event)',
    '(pointerup)': 'release()',
    '(pointercancel)': 'release()',
    '(keydown)': 'key($event)',
    '(wheel)': 'wheel($event)',
    '(dblclick)': 'reset()',
  },
  template: `
    <svg viewBox="0 0 48 48" aria-hidden="true">
      <path class="track" [attr.d]="arc(-travel, travel)" />
      <path class="value" [attr.d]="arc(origin(), angle())" />
      <circle class="cap" cx="24" cy="24" r="14" />
      <line
        class="mark"
        x1="24"
        y1="12"
        x2="24"
        y2="20"
        [attr.transform]="'rotate(' + angle() + ' 24 24)'"
      />
    </svg>
    @if (label()) {
      <span class="label" aria-hidden="true">{{
        held() !== null && valueText() ? valueText() : label()
      }}</span>
    }
  `,
  styles: `
    :host {
      display: inline-flex;
      flex-direction: column;
      align-items: center;
      gap: 2px;
      width: var(--dju-knob-size, 46px);
      cursor: ns-resize;
      touch-action: none;
      user-select: none;
      border-radius: 6px;
      outline-offset: 2px;
    }
    :host(.disabled) {
      opacity: 0.45;
      cursor: default;
    }
    svg {
      width: 100%;
      display: block;
    }
    path {
      fill: none;
      stroke-width: 3.5;
      stroke-linecap: round;
    }
    .track {
      stroke: var(--dju-control-track, #2b303a);
    }
    .value {
      stroke: var(--accent, var(--dju-accent, #35c6dd));
    }
    .cap {
      fill: var(--dju-control-cap, #272c36);
      stroke: var(--dju-control-edge, #3b4250);
    }
    .mark {
      stroke: var(--dju-text, #e8ebf0);
      stroke-width: 3;
      stroke-linecap: round;
    }
    :host(.held) .cap {
      fill: var(--dju-control-cap-held, #333a47);
    }
    .label {
      font-size: 11px;
      font-weight: 600;
      letter-spacing: 0.04em;
      line-height: 1.2;
      color: var(--dju-text-dim, #a2a9b6);
      white-space: nowrap;
      font-variant-numeric: tabular-nums;
    }
    :host(.held) .label {
      color: var(--dju-text, #e8ebf0);
    }
  `,
})
export class Knob {
  readonly value = input.required<number>();
  readonly min = input(0);
  readonly max = input(1);
  /** Where a double click returns to, and where the lit arc begins. */
  readonly default = input(0.5);
  readonly label = input('');
  /** Spoken name where the visible label is too short; the label otherwise. */
  readonly ariaLabel = input('');
  readonly valueText = input('');
  readonly disabled = input(false);
  readonly accent = input('');
  readonly valueChange = output<number>();
  /** True while a hand holds the control. */
  readonly holdChange = output<boolean>();

  protected readonly travel = KNOB_TRAVEL_DEGREES;
  protected readonly held = signal<number | null>(null);
  protected readonly shown = computed(() => this.held() ?? this.value());
  protected readonly angle = computed(() => knobAngle(this.shown(), this.range()));
  protected readonly origin = computed(() => knobAngle(this.default(), this.range()));
  private readonly range = computed(() => ({ min: this.min(), max: this.max() }));
  private readonly element = inject<ElementRef<HTMLElement>>(ElementRef).nativeElement;
  private lastY = 0;

  protected arc(from: number, to: number): string {
    const [a, b] = from < to ? [from, to] : [to, from];
    const point = (degrees: number) => {
      const radians = ((degrees - 90) * Math.PI) / 180;
      return `${(24 + 20 * Math.cos(radians)).toFixed(2)} ${(24 + 20 * Math.sin(radians)).toFixed(2)}`;
    };
    return `M ${point(a)} A 20 20 0 ${b - a > 180 ? 1 : 0} 1 ${point(b)}`;
  }

  protected grab(event: PointerEvent): void {
    if (this.disabled() || event.button !== 0) return;
    event.preventDefault();
    this.element.focus({ preventScroll: true });
    this.element.setPointerCapture(event.pointerId);
    this.lastY = event.clientY;
    this.held.set(this.value());
    this.holdChange.emit(true);
  }

  protected drag(event: PointerEvent): void {
    const start = this.held();
    if (start === null) return;
    this.set(dragValue(start, this.lastY - event.clientY, this.range(), event.shiftKey));
    this.lastY = event.clientY;
  }

  protected release(): void {
    if (this.held() === null) return;
    this.held.set(null);
    this.holdChange.emit(false);
  }

  protected key(event: KeyboardEvent): void {
    if (this.disabled() || event.ctrlKey || event.metaKey || event.altKey) return;
    const value = keyValue(event, this.shown(), this.range());
    if (value !== null) {
      event.preventDefault();
      this.valueChange.emit(value);
    } else if (event.key === 'Delete' || event.key === 'Backspace') {
      this.reset();
    }
  }

  protected wheel(event: WheelEvent): void {
    if (this.disabled()) return;
    event.preventDefault();
    const step = stepSize(this.range(), event.shiftKey) * -Math.sign(event.deltaY || event.deltaX);
    this.valueChange.emit(clamp(this.shown() + step, this.min(), this.max()));
  }

  protected reset(): void {
    if (!this.disabled()) this.set(this.default());
  }

  private set(value: number): void {
    if (this.held() !== null) this.held.set(value);
    this.valueChange.emit(value);
  }
}
