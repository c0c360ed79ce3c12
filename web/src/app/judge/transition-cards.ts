// Transitions along time, a card each: what was done, how tightly, what it is worth, and its replay.

import { ChangeDetectionStrategy, Component, computed, inject, input } from '@angular/core';
import { TranslocoDirective } from '@jsverse/transloco';
import { points, type JudgeTransition } from '../core/judge';
import { Language } from '../core/language';
import type { Seat } from '../core/model';
import { SAMPLE_RATE } from '../widgets/maths/beat-grid';
import { formatNumber } from '../widgets/maths/format';
import { Plural } from '../widgets/plural';
import { Moment } from './moment';
import { OffsetCurve } from './offset-curve';

@Component({
  selector: 'dju-transition-cards',
  imports: [Moment, OffsetCurve, Plural, TranslocoDirective],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <ol *transloco="let t; prefix: 'judge'" [attr.aria-label]="t('transitions')" [class.row]="layout() === 'row'">
      @for (one of ordered(); track one.id) {
        <li class="{{ one.player ?? '' }}">
          <header>
            <b>{{ t('type.' + one.type) }}</b>
            <span class="points" [attr.aria-label]="t('pointsOf', { points: points(one.score) })">{{ points(one.score) }}</span>
          </header>
          <p>
            <span class="who">{{ one.player ? names()[one.player] : t('nobody') }}</span>
            · {{ one.fromDeck }} → {{ one.toDeck }} · {{ t('seconds', { seconds: seconds(one) }) }}
          </p>
          @if (one.beatOffsetMs.length > 1) {
            <dju-offset-curve [offsets]="one.beatOffsetMs" />
          }
          <p class="facts">
            @if (one.tempoDifferencePercent !== null) {
              <span>{{ t('tempoOff', { percent: number(one.tempoDifferencePercent, 2) }) }}</span>
            }
            @if (one.keyDistance !== null) {
              <span>{{ t('keyOff', { steps: (one.keyDistance | plural: 'widgets.count.steps') }) }}</span>
            }
            @if (one.phraseAligned !== null) {
              <span>{{ t(one.phraseAligned ? 'onPhrase' : 'offPhrase') }}</span>
            }
            @if (one.doubleBassSeconds >= 1) {
              <span>{{ t('doubleBass', { seconds: number(one.doubleBassSeconds, 0) }) }}</span>
            }
            @if (one.loudnessStepLu !== null) {
              <span>{{ t('loudness', { lu: number(one.loudnessStepLu, 1) }) }}</span>
            }
          </p>
          <dju-moment [frame]="one.start" [recording]="recording()" />
        </li>
      } @empty {
        <li class="none">{{ t('noTransitions') }}</li>
      }
    </ol>
  `,
  styles: `
    ol {
      margin: 0;
      padding: 0;
      list-style: none;
      display: grid;
      gap: 8px;
    }
    ol.row {
      grid-template-columns: repeat(auto-fill, minmax(250px, 1fr));
    }
    li {
      min-width: 0;
      padding: 8px 12px;
      border-radius: var(--dju-radius);
      border-left: 3px solid var(--dju-line);
      background: var(--dju-ground);
      display: grid;
      grid-template-columns: minmax(0, 1fr);
      gap: 4px;
      align-content: start;
      font-size: 14px;
    }
    .A {
      border-color: var(--dju-deck-a);
    }
    .B {
      border-color: var(--dju-deck-b);
    }
    header {
      display: flex;
      justify-content: space-between;
      gap: 8px;
    }
    .points {
      font-size: 18px;
      font-weight: 700;
      font-variant-numeric: tabular-nums;
    }
    p,
    .none {
      color: var(--dju-text-dim);
    }
    .who {
      color: var(--dju-text);
    }
    .facts {
      display: flex;
      flex-wrap: wrap;
      gap: 0 12px;
      font-size: 13px;
    }
  `,
})
export class TransitionCards {
  readonly transitions = input.required<readonly JudgeTransition[]>();
  readonly names = input.required<Readonly<Record<Seat, string>>>();
  readonly recording = input<string | null>(null);
  /** A column has the newest on top, for a live page; a row is read from the first on. */
  readonly layout = input<'column' | 'row'>('column');
  private readonly language = inject(Language);

  protected readonly points = points;
  protected readonly ordered = computed(() => (this.layout() === 'row' ? this.transitions() : this.transitions().toReversed()));

  protected seconds({ start, end }: JudgeTransition): string {
    return this.number((end - start) / SAMPLE_RATE, 0);
  }

  protected number(value: number, decimals: number): string {
    return formatNumber(value, decimals, this.language.active());
  }
}
