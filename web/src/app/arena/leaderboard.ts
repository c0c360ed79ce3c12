// Who is where by the votes: points and ranks, each with its interval, drawn on one scale.

import { ChangeDetectionStrategy, Component, computed, input } from '@angular/core';
import { TranslocoDirective } from '@jsverse/transloco';
import { Plural } from '../widgets/plural';
import type { Tournament } from './arena-api';
import { CrowdFigures } from './crowd-figures';
import { Decimal } from './decimal';

@Component({
  selector: 'dju-leaderboard',
  imports: [CrowdFigures, Decimal, Plural, TranslocoDirective],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <section *transloco="let t; prefix: 'arena.board'" aria-labelledby="board-heading">
      <h2 id="board-heading">{{ t('title') }}</h2>
      <div class="scroll">
        <table>
          <thead>
            <tr>
              <th scope="col">{{ t('rank') }}</th>
              <th scope="col">{{ t('who') }}</th>
              <th scope="col">{{ t('points') }}</th>
              <th scope="col">{{ t('record') }}</th>
              <th scope="col">{{ t('stars') }}</th>
            </tr>
          </thead>
          <tbody>
            @for (row of rows(); track row.contestant) {
              <tr>
                <td class="number">
                  {{ row.rank[0] === row.rank[1] ? row.rank[0] : row.rank[0] + '–' + row.rank[1] }}
                </td>
                <th scope="row">{{ row.name }}</th>
                <td class="points">
                  <span class="number">{{ row.points.toFixed(0) }}</span>
                  <small>{{ row.interval[0].toFixed(0) }} … {{ row.interval[1].toFixed(0) }}</small>
                  <span class="bar" aria-hidden="true">
                    <i [style.left.%]="place(row.interval[0])" [style.width.%]="place(row.interval[1]) - place(row.interval[0])"></i>
                    <b [style.left.%]="place(row.points)"></b>
                  </span>
                </td>
                <td class="number">{{ row.wins }}–{{ row.ties }}–{{ row.losses }}</td>
                <td class="number">{{ row.stars === null ? '–' : (row.stars | decimal: 1) }}</td>
              </tr>
            }
          </tbody>
        </table>
      </div>
      <p>{{ t('intervals') }}</p>
      <p>
        {{ tournament().votes.total | plural: 'arena.voteCount' }}:
        {{ tournament().votes.counted | plural: 'arena.board.counted' }}, {{ aside() | plural: 'arena.board.aside' }}.
        @if (tournament().flips; as flips) {
          {{ flips | plural: 'arena.board.flips' }}
        }
      </p>
      <dju-crowd-figures [participants]="tournament().participants" [meanStars]="tournament().meanStars" />
    </section>
  `,
  styleUrl: './table.css',
  styles: `
    h2 {
      margin-bottom: 10px;
      font-size: 18px;
    }
    tbody th {
      font-weight: 600;
    }
    .number {
      font-variant-numeric: tabular-nums;
      white-space: nowrap;
    }
    .points {
      min-width: 150px;
    }
    small {
      margin-left: 6px;
      color: var(--dju-text-dim);
    }
    p {
      margin-top: 8px;
      color: var(--dju-text-dim);
      font-size: 14px;
    }
    @media (max-width: 520px) {
      .points {
        min-width: 110px;
      }
      th:nth-child(4),
      td:nth-child(4) {
        display: none;
      }
    }
  `,
})
export class Leaderboard {
  readonly tournament = input.required<Tournament>();

  protected readonly rows = computed(() =>
    this.tournament().standings.map((row) => ({
      ...row,
      name: this.tournament().contestants[row.contestant].name,
      stars: this.tournament().stars[row.contestant].mean,
    })),
  );
  protected readonly aside = computed(() =>
    Object.values(this.tournament().votes.setAside).reduce((sum, count) => sum + count, 0),
  );
  private readonly scale = computed(() => {
    const ends = this.tournament().standings.flatMap(({ interval }) => interval);
    const [low, high] = [Math.min(...ends), Math.max(...ends)];
    return { low, width: Math.max(1, high - low) };
  });

  protected place(points: number): number {
    const { low, width } = this.scale();
    return (100 * (points - low)) / width;
  }
}
