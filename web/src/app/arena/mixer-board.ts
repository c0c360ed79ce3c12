// Mixers over all tournaments: one rating of each by all votes on it, how it was liked, and how many people finish.

import { ChangeDetectionStrategy, Component, inject, resource } from '@angular/core';
import { RouterLink } from '@angular/router';
import { TranslocoDirective } from '@jsverse/transloco';
import { Plural } from '../widgets/plural';
import { ArenaApi, type RatedMixer } from './arena-api';
import { CrowdFigures } from './crowd-figures';
import { Decimal } from './decimal';

@Component({
  selector: 'dju-mixer-board',
  imports: [CrowdFigures, Decimal, Plural, RouterLink, TranslocoDirective],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <section *transloco="let t; prefix: 'arena.mixers'" aria-labelledby="mixers-heading">
      <h2 id="mixers-heading">{{ t('title') }}</h2>
      @if (leaders.error(); as error) {
        <p role="alert">{{ error.message }}</p>
      }
      @if (leaders.hasValue()) {
        @let shown = leaders.value();
        @if (shown.mixers.length > 0) {
          <div class="scroll" tabindex="0" role="group" [attr.aria-label]="t('title')">
            <table>
              <thead>
                <tr>
                  <th scope="col">{{ t('rank') }}</th>
                  <th scope="col">{{ t('mixer') }}</th>
                  <th scope="col">{{ t('points') }}</th>
                  <th scope="col">{{ t('tournaments') }}</th>
                  <th scope="col">{{ t('stars') }}</th>
                </tr>
              </thead>
              <tbody>
                @for (mixer of shown.mixers; track mixer.name) {
                  <tr>
                    <td>{{ rank(mixer) }}</td>
                    <th scope="row">
                      <a routerLink="/studio" [queryParams]="wish(mixer)">{{ mixer.name }}</a>
                    </th>
                    <td>
                      {{ mixer.points.toFixed(0) }}
                      <small>{{ mixer.interval[0].toFixed(0) }} … {{ mixer.interval[1].toFixed(0) }}</small>
                    </td>
                    <td>{{ mixer.tournaments }}</td>
                    <td>{{ mixer.stars.mean === null ? '–' : (mixer.stars.mean | decimal: 1) + ' (' + mixer.stars.count + ')' }}</td>
                  </tr>
                }
              </tbody>
            </table>
          </div>
        } @else {
          <p>{{ t('none') }}</p>
        }
        <p>{{ shown.votes | plural: 'arena.voteCount' }}. {{ t('intervals') }}</p>
        <dju-crowd-figures [participants]="shown.participants" [meanStars]="shown.meanStars" />
      }
    </section>
  `,
  styleUrl: './table.css',
  styles: `
    h2 {
      margin-bottom: 10px;
      font-size: 18px;
    }
    small,
    p {
      color: var(--dju-text-dim);
      font-size: 14px;
    }
    p {
      margin-top: 8px;
    }
  `,
})
export class MixerBoard {
  private readonly api = inject(ArenaApi);
  protected readonly leaders = resource({ loader: () => this.api.leaders() });

  protected rank({ rank: [best, worst] }: RatedMixer): string {
    return best === worst ? `${best}` : `${best}–${worst}`;
  }

  protected wish({ model, parameters }: RatedMixer): object {
    return Object.keys(parameters).length > 0 ? { model, parameters: JSON.stringify(parameters) } : { model };
  }
}
