// A rotary control: drag up and down (Shift for fine), wheel, arrow keys, double click for its default.

import { ChangeDetectionStrategy, Component, computed, input } from '@angular/core';
import { HandControl } from '../hand/hand-control';
import { dragValue, knobAngle, KNOB_TRAVEL_DEGREES } from '../maths/range';

@Component({
  selector: 'dju-knob',
  changeDetection: ChangeDetectionStrategy.OnPush,
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
export class Knob extends HandControl {
  /** Where a double click returns to, and where the lit arc begins. */
  readonly default = input(0.5);
  /** Spoken name where the visible label is too short; the label otherwise. */
  readonly ariaLabel = input('');

  protected readonly travel = KNOB_TRAVEL_DEGREES;
  protected readonly angle = computed(() => knobAngle(this.shown(), this.range()));
  protected readonly origin = computed(() => knobAngle(this.default(), this.range()));
  private lastY = 0;

  protected arc(from: number, to: number): string {
    const [a, b] = from < to ? [from, to] : [to, from];
    const point = (degrees: number) => {
      const radians = ((degrees - 90) * Math.PI) / 180;
      return `${(24 + 20 * Math.cos(radians)).toFixed(2)} ${(24 + 20 * Math.sin(radians)).toFixed(2)}`;
    };
    return `M ${point(a)} A 20 20 0 ${b - a > 180 ? 1 : 0} 1 ${point(b)}`;
  }

  protected override spokenName(): string {
    return this.ariaLabel() || this.label();
  }

  protected override home(): number {
    return this.default();
  }

  protected override taken(event: PointerEvent): void {
    this.lastY = event.clientY;
  }

  protected override moved(event: PointerEvent, value: number): number {
    const up = this.lastY - event.clientY;
    this.lastY = event.clientY;
    return dragValue(value, up, this.range(), event.shiftKey);
  }
}
