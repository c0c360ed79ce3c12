// How far the decks' beats lie apart: a bar from the middle towards the deck that is ahead, in beats
// −½…½, and the same in milliseconds as text. Within 5 ms it turns green; shape and text say it too.

import { ChangeDetectionStrategy, Component, computed, input } from '@angular/core';
import { phaseOffset } from '../maths/beat-grid';

const LOCKED_MS = 5;

@Component({
  selector: 'dju-phase-meter',
  changeDetection: ChangeDetectionStrategy.OnPush,
  host: {
    role: 'img',
    '[attr.aria-label]': 'label()',
    '[class.locked]': 'locked()',
    '[class.off]': 'offset() === null',
  },
  template: `
    <span class="side a" aria-hidden="true">A</span>
    <span class="scale" aria-hidden="true">
      <i class="tick" style="left: 25%"></i>
      <i class="tick middle" style="left: 50%"></i>
      <i class="tick" style="left: 75%"></i>
      @if (offset() !== null) {
        <i class="bar" [style.left.%]="left()" [style.width.%]="width()"></i>
      }
    </span>
    <span class="side b" aria-hidden="true">B</span>
    <span class="text" aria-hidden="true">{{ text() }}</span>
  `,
  styles: `
    :host {
      display: grid;
      grid-template-columns: auto 1fr auto 56px;
      align-items: center;
      gap: 6px;
      min-width: 180px;
      height: 22px;
      font-size: 12px;
      font-variant-numeric: tabular-nums;
    }
    .scale {
      position: relative;
      height: 10px;
      border-radius: 3px;
      background: #07080a;
      box-shadow: inset 0 0 0 1px var(--dju-control-track, #2b303a);
      overflow: hidden;
    }
    .tick {
      position: absolute;
      top: 0;
      bottom: 0;
      width: 1px;
      background: var(--dju-control-edge, #3b4250);
    }
    .middle {
      width: 2px;
      margin-left: -1px;
      background: var(--dju-text-dim, #a2a9b6);
    }
    .bar {
      position: absolute;
      top: 2px;
      bottom: 2px;
      min-width: 4px;
      border-radius: 2px;
      background: var(--dju-level-warm, #f0c23c);
    }
    :host(.locked) .bar {
      background: var(--dju-level-safe, #37c871);
    }
    .side {
      font-weight: 700;
    }
    .a {
      color: var(--dju-deck-a, #35c6dd);
    }
    .b {
      color: var(--dju-deck-b, #f2a33a);
    }
    .text {
      color: var(--dju-text-dim, #a2a9b6);
      text-align: right;
      white-space: nowrap;
    }
  `,
})
export class PhaseMeter {
  /** Beat phase of each deck, 0–1; null when it has no grid or does not play. */
  readonly phaseA = input<number | null>(null);
  readonly phaseB = input<number | null>(null);
  /** Tempo that is heard, for the milliseconds. */
  readonly bpm = input(120);
  readonly label = input('');

  protected readonly offset = computed(() => {
    const [a, b] = [this.phaseA(), this.phaseB()];
    return a === null || b === null ? null : phaseOffset(a, b);
  });
  /** Milliseconds by which deck B is ahead. */
  readonly offsetMs = computed(() => {
    const offset = this.offset();
    return offset === null ? null : (offset * 60000) / this.bpm();
  });
  protected readonly locked = computed(() => Math.abs(this.offsetMs() ?? Infinity) <= LOCKED_MS);
  protected readonly left = computed(() => 50 + Math.min(0, this.offset() ?? 0) * 100);
  protected readonly width = computed(() => Math.abs(this.offset() ?? 0) * 100);
  protected readonly text = computed(() => {
    const ms = this.offsetMs();
    if (ms === null) return '–';
    const whole = Math.round(ms);
    return `${whole > 0 ? '+' : whole < 0 ? '−' : '±'}${Math.abs(whole)} ms`;
  });
}
