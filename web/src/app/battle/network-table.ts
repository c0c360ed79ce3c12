// How far each DJ is from the decks, for both of them and for the audience: what the server measured,
// and the delay that both were given where it is the same for both.

import { ChangeDetectionStrategy, Component, input } from '@angular/core';
import { TranslocoDirective } from '@jsverse/transloco';
import type { Presence } from '../core/protocol';

@Component({
  selector: 'dju-network-table',
  imports: [TranslocoDirective],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <ng-container *transloco="let t; prefix: 'battle.network'">
      <table>
        <caption>
          {{ t('title') }}
        </caption>
        <thead>
          <tr>
            <th scope="col">{{ t('dj') }}</th>
            <th scope="col" [title]="t('roundTripWhy')">{{ t('roundTrip') }}</th>
            <th scope="col" [title]="t('lossWhy')">{{ t('loss') }}</th>
            <th scope="col" [title]="t('delayWhy')">{{ t('delay') }}</th>
          </tr>
        </thead>
        <tbody>
          @for (player of players(); track player.seat) {
            <tr>
              <th scope="row">
                {{ player.seat }} · {{ player.name }}{{ player.connected ? '' : ' (' + t('away') + ')' }}
              </th>
              <td>{{ player.rttMs === null ? '–' : t('ms', { ms: round(player.rttMs) }) + ' ± ' + round(player.jitterMs ?? 0) }}</td>
              <td>{{ player.loss === null ? '–' : (player.loss * 100).toFixed(1) + ' %' }}</td>
              <td>
                {{ player.delayMs === null ? '–' : t('ms', { ms: round(player.delayMs + player.holdMs) }) }}
                @if (player.holdMs > 0) {
                  <small>{{ t('held', { ms: round(player.holdMs) }) }}</small>
                }
              </td>
            </tr>
          }
        </tbody>
      </table>
      <p>{{ t(equal() ? 'equal' : 'own') }}</p>
    </ng-container>
  `,
  styles: `
    table {
      width: 100%;
      border-collapse: collapse;
      font-size: 13px;
      font-variant-numeric: tabular-nums;
    }
    caption {
      text-align: left;
      color: var(--dju-text-dim);
      padding-bottom: 4px;
    }
    th {
      text-align: left;
      font-weight: 500;
    }
    thead th {
      color: var(--dju-text-dim);
    }
    td,
    th {
      padding: 6px 4px;
      border-bottom: 1px solid var(--dju-line);
    }
    small {
      display: block;
      color: var(--dju-text-dim);
    }
    p {
      margin-top: 6px;
      font-size: 13px;
      color: var(--dju-text-dim);
    }
  `,
})
export class NetworkTable {
  readonly players = input.required<Presence['players']>();
  /** Whether both DJs are given the larger of their two delays. */
  readonly equal = input(false);
  protected readonly round = Math.round;
}
