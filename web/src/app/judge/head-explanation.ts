// Why a head is what it is: its question, its formula, its weight, and the moments that it rests on.

import { ChangeDetectionStrategy, Component, computed, inject, input } from '@angular/core';
import { TranslocoDirective } from '@jsverse/transloco';
import { headQuestion, points, type DjScore, type Evidence, type HeadScore } from '../core/judge';
import { Language } from '../core/language';
import type { Seat } from '../core/model';
import { SAMPLE_RATE } from '../widgets/maths/beat-grid';
import { formatNumber } from '../widgets/maths/format';
import { Moment } from './moment';
import { WordsPipe } from './words.pipe';

@Component({
  selector: 'dju-head-explanation',
  imports: [Moment, TranslocoDirective, WordsPipe],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <ng-container *transloco="let t; prefix: 'judge'">
      <p>{{ question() | words }}</p>
      <p class="formula">{{ t('formula.' + head()) }}</p>
      <p class="dim">{{ weight() > 0 ? t('weight', { percent: percent(weight()) }) : t('proxy') }}</p>
      @for (side of sides(); track side.player) {
        <h4 class="{{ side.player }}">{{ names()[side.player] }}</h4>
        @if (side.score; as score) {
          @if (score.confidence !== undefined) {
            <p class="dim">
              {{ t('confidence', { percent: percent(score.confidence), age: age(score) }) }}
            </p>
          }
        }
        @for (sound of side.sound; track sound.model) {
          <p class="dim">{{ t('bySound', { points: points(sound.value), model: sound.model, percent: percent(sound.confidence ?? 0) }) }}</p>
        }
        <ul>
          @for (moment of side.score?.evidence ?? []; track $index) {
            <li>
              <dju-moment [frame]="moment.frame" [recording]="recording()" />
              <span>{{ t('measure.' + moment.measure) }}</span>
              <b>{{ figure(moment) }}</b>
              @if (moment.worth !== undefined) {
                <small>{{ t('worth', { points: points(moment.worth) }) }}</small>
              }
            </li>
          } @empty {
            <li class="dim">{{ t(side.score ? 'allMoments' : 'notShown') }}</li>
          }
        </ul>
      }
    </ng-container>
  `,
  styles: `
    :host {
      display: grid;
      gap: 6px;
      padding: 8px 10px 12px;
      border-left: 3px solid var(--dju-accent);
      background: var(--dju-ground);
      font-size: 14px;
    }
    .formula {
      font-style: italic;
    }
    .dim {
      color: var(--dju-text-dim);
    }
    h4 {
      margin: 6px 0 0;
      font-size: 14px;
    }
    .A {
      color: var(--dju-deck-a);
    }
    .B {
      color: var(--dju-deck-b);
    }
    ul {
      margin: 0;
      padding: 0;
      list-style: none;
      display: grid;
      gap: 4px;
    }
    li {
      display: flex;
      flex-wrap: wrap;
      gap: 2px 10px;
      align-items: baseline;
    }
    small {
      color: var(--dju-text-dim);
    }
  `,
})
export class HeadExplanation {
  readonly head = input.required<string>();
  readonly scores = input.required<readonly DjScore[]>();
  readonly names = input.required<Readonly<Record<Seat, string>>>();
  readonly recording = input<string | null>(null);
  private readonly language = inject(Language);

  protected readonly points = points;
  protected readonly question = computed(() => headQuestion(this.head()));
  protected readonly sides = computed(() =>
    this.scores().map(({ player, heads }) => {
      const own = heads.filter((score) => score.head === this.head() && score.value !== null);
      return {
        player,
        score: own.find(({ source }) => source !== 'audio'),
        sound: own.filter(({ source }) => source === 'audio'),
      };
    }),
  );
  protected readonly weight = computed(
    () =>
      this.scores()
        .flatMap(({ heads }) => heads)
        .find((score) => score.head === this.head())?.weight ?? 0,
  );

  protected percent(share: number): string {
    return formatNumber(100 * share, 0, this.language.active());
  }

  protected age(score: HeadScore): string {
    return formatNumber((score.ageFrames ?? 0) / SAMPLE_RATE, 0, this.language.active());
  }

  protected figure({ value, unit }: Evidence): string {
    const digits = unit === '%' ? 2 : 1;
    return `${formatNumber(value, Number.isInteger(value) ? 0 : digits, this.language.active())} ${unit}`;
  }
}
