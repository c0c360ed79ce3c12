// How many of those who began have finished, and how mixes were liked: each with its interval, and nothing before there is one.

import { ChangeDetectionStrategy, Component, input } from '@angular/core';
import { TranslocoDirective } from '@jsverse/transloco';
import type { MeanStars, Participants } from './arena-api';
import { Decimal } from './decimal';

@Component({
  selector: 'dju-crowd-figures',
  imports: [Decimal, TranslocoDirective],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <ng-container *transloco="let t; prefix: 'arena.crowd'">
      @let people = participants();
      @if (people.interval; as interval) {
        <p>
          {{
            t('finish', {
              share: (100 * people.share!).toFixed(0),
              low: (100 * interval[0]).toFixed(0),
              high: (100 * interval[1]).toFixed(0),
              finished: people.finished,
              began: people.began,
            })
          }}
        </p>
      }
      @let stars = meanStars();
      @if (stars.interval; as interval) {
        <p>
          {{
            t('liked', {
              mean: stars.mean! | decimal: 2,
              low: interval[0] | decimal: 2,
              high: interval[1] | decimal: 2,
              ratings: stars.ratings,
            })
          }}
        </p>
      }
    </ng-container>
  `,
  styles: `
    p {
      margin-top: 8px;
      color: var(--dju-text-dim);
      font-size: 14px;
    }
  `,
})
export class CrowdFigures {
  readonly participants = input.required<Participants>();
  readonly meanStars = input.required<MeanStars>();
}
