// The meter of the mix: both channels, how far the limiter holds it down, from the top, and in figures the
// highest true peak and reduction of the last seconds. What stands inside, a knob, lies beside the figures.

import { afterNextRender, ChangeDetectionStrategy, Component, DestroyRef, inject, input, signal } from '@angular/core';
import { animate } from '../drawing/animation';
import { HeldMaximum } from '../maths/decibels';
import { formatSigned } from '../maths/format';
import { Vu } from '../vu/vu';

export interface MeterLabels {
  /** Spoken name of the meter. */
  readonly level: string;
  /** Short names of the two figures, and what they are. */
  readonly peak: string;
  readonly peakWhy: string;
  readonly limiter: string;
  readonly limiterWhy: string;
}

/** Reductions below this are not heard as such, and not lit. */
const LIMITING_DB = 0.1;
const CLIPPING_DB = 0;
const SILENCE_DB = -99;

@Component({
  selector: 'dju-master-meter',
  imports: [Vu],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <div>
      <span><ng-content /></span>
      <p [title]="labels().peakWhy" [class.over]="over()"><i>{{ labels().peak }}</i> <b>{{ peak() }}</b></p>
      <p [title]="labels().limiterWhy" [class.limiting]="limiting()"><i>{{ labels().limiter }}</i> <b>{{ reduction() }}</b></p>
    </div>
    <dju-vu [levels]="levels()" [reduction]="limiterDb()" [scale]="true" [label]="labels().level" />
  `,
  styles: `
    :host {
      display: flex;
      flex-direction: column;
      gap: 4px;
      min-width: 66px;
      min-height: 0;
    }
    div {
      display: grid;
      grid-auto-flow: column;
      grid-template-rows: 1fr 1fr;
      justify-content: space-between;
      gap: 3px 8px;
    }

    dju-vu {
      flex: 1;
      width: 50px;
      min-height: 0;
      height: auto;
      align-self: center;
    }
    span {
      grid-row: 1 / 3;
    }
    span:empty {
      display: none;
    }
    p {
      margin: 0;
      padding: 1px 2px;
      display: grid;
      align-content: center;
      justify-items: center;
      border-radius: 3px;
      background: #07080a;
      font-size: 11px;
      line-height: 1.1;
      font-variant-numeric: tabular-nums;
    }
    i {
      font-size: 10px;
      font-style: normal;
      color: var(--dju-text-dim, #a2a9b6);
    }
    b {
      font-weight: 600;
    }
    .limiting {
      background: var(--dju-level-warm, #f0c23c);
    }
    .over {
      background: var(--dju-level-hot, #f25555);
    }
    .limiting *,
    .over * {
      color: #0b0d10;
    }
  `,
})
export class MasterMeter {
  /** Peak of both channels in dBFS, asked each animation frame. */
  readonly levels = input.required<() => readonly number[]>();
  readonly truePeakDb = input.required<() => number>();
  /** By how much the limiter turns down, dB, not negative. */
  readonly limiterDb = input.required<() => number>();
  readonly labels = input.required<MeterLabels>();
  readonly language = input('en');

  protected readonly peak = signal('');
  protected readonly reduction = signal('');
  protected readonly limiting = signal(false);
  protected readonly over = signal(false);
  private readonly heldPeak = new HeldMaximum();
  private readonly heldReduction = new HeldMaximum();

  constructor() {
    const destroyed = inject(DestroyRef);
    afterNextRender(() => destroyed.onDestroy(animate((now) => this.read(now))));
  }

  private read(now: number): void {
    const peak = this.heldPeak.update(this.truePeakDb()(), now);
    const reduction = this.heldReduction.update(this.limiterDb()(), now);
    this.peak.set(peak > SILENCE_DB ? formatSigned(peak, 1, this.language()) : '−∞');
    this.reduction.set(formatSigned(-Math.max(0, reduction), 1, this.language()));
    this.limiting.set(reduction >= LIMITING_DB);
    this.over.set(peak > CLIPPING_DB);
  }
}
