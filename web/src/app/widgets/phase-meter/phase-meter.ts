// How far two decks' beats lie apart: a bar from the middle towards the deck that is ahead, in beats
// −½…½, and the same in milliseconds as text, near the beat in tenths. Within 5 ms it turns green; shape
// and text say it too.

import { ChangeDetectionStrategy, Component, computed, input } from '@angular/core';
import { phaseOffset } from '../maths/beat-grid';
import { formatSigned } from '../maths/format';

const LOCKED_MS = 5;
const TENTHS_MS = 9.95;

@Component({
  selector: 'dju-phase-meter',
  changeDetection: ChangeDetectionStrategy.OnPush,
  host: {
    role: 'img',
    '[attr.aria-label]': "label() + ': ' + text()",
    '[class.locked]': 'locked()',
    '[class.off]': 'offset() === null',
  },
  template: `
    <span class="side" [style.color]="colour(decks()[0])" aria-hidden="true">{{ decks()[0] }}</span>
    <span class="scale" aria-hidden="true">
      <i class="tick" style="left: 25%"></i>
      <i class="tick middle" style="left: 50%"></i>
      <i class="tick" style="left: 75%"></i>
      @if (offset() !== null) {
        <i class="bar" [style.left.%]="from()" [style.width.%]="width()"></i>
      }
    </span>
    <span class="side" [style.color]="colour(decks()[1])" aria-hidden="true">{{ decks()[1] }}</span>
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
    .text {
      color: var(--dju-text-dim, #a2a9b6);
      text-align: right;
      white-space: nowrap;
    }
  `,
})
export class PhaseMeter {
  /** Letters of the left and the right deck. */
  readonly decks = input<readonly [string, string]>(['A', 'B']);
  /** Beat phase of each deck, 0–1; null when it has no grid or does not play. */
  readonly left = input<number | null>(null);
  readonly right = input<number | null>(null);
  /** Tempo that is heard, for the milliseconds. */
  readonly bpm = input(120);
  readonly label = input('');
  readonly language = input('en');

  protected readonly offset = computed(() => {
    const [a, b] = [this.left(), this.right()];
    return a === null || b === null ? null : phaseOffset(a, b);
  });
  /** Milliseconds by which the right deck is ahead. */
  readonly offsetMs = computed(() => {
    const offset = this.offset();
    return offset === null ? null : (offset * 60000) / this.bpm();
  });
  protected readonly locked = computed(() => Math.abs(this.offsetMs() ?? Infinity) <= LOCKED_MS);
  protected readonly from = computed(() => 50 + Math.min(0, this.offset() ?? 0) * 100);
  protected readonly width = computed(() => Math.abs(this.offset() ?? 0) * 100);
  protected readonly text = computed(() => {
    const ms = this.offsetMs();
    if (ms === null) return '–';
    return `${formatSigned(ms, Math.abs(ms) < TENTHS_MS ? 1 : 0, this.language())} ms`;
  });

  protected colour(deck: string): string {
    return `var(--dju-deck-${deck.toLowerCase()})`;
  }
}
