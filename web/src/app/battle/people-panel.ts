// Who is here, how far away, and the links that bring others in.

import { ChangeDetectionStrategy, Component, computed, inject, output } from '@angular/core';
import { TranslocoDirective } from '@jsverse/transloco';
import { BattleRoom } from '../core/battle-room';
import { CopyLink } from '../lobby/copy-link';
import { SideHead } from './side-head';

@Component({
  selector: 'dju-people-panel',
  imports: [CopyLink, SideHead, TranslocoDirective],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <ng-container *transloco="let t; prefix: 'battle.people'">
      <dju-side-head [text]="t('title')" (done)="done.emit()" />
      @if (room.links()) {
        <dju-copy-link [label]="t('inviteLink')" [link]="inviteLink()" />
        <dju-copy-link [label]="t('watchLink')" [link]="watchLink()" />
      } @else {
        <dju-copy-link [label]="t('watchLink')" [link]="watchLink()" />
      }
      <table>
        <thead>
          <tr>
            <th scope="col">{{ t('dj') }}</th>
            <th scope="col">{{ t('roundTrip') }}</th>
            <th scope="col">{{ t('playout') }}</th>
          </tr>
        </thead>
        <tbody>
          @for (player of room.presence()?.players ?? []; track player.seat) {
            <tr>
              <td>{{ player.seat }} · {{ player.name }}{{ player.connected ? '' : ' (' + t('away') + ')' }}</td>
              <td>{{ player.rttMs === null ? '–' : round(player.rttMs) + ' ms' }}</td>
              <td>{{ player.playoutMs === null ? '–' : round(player.playoutMs) + ' ms' }}</td>
            </tr>
          }
        </tbody>
      </table>
      <p>{{ t('spectators', { count: room.battle()?.spectators ?? 0 }) }}</p>
    </ng-container>
  `,
  styles: `
    :host {
      display: flex;
      flex-direction: column;
      gap: 12px;
    }
    table {
      width: 100%;
      border-collapse: collapse;
      font-size: 14px;
    }
    th {
      text-align: left;
      color: var(--dju-text-dim);
      font-weight: 500;
    }
    td,
    th {
      padding: 6px 4px;
      border-bottom: 1px solid var(--dju-line);
    }
    p {
      color: var(--dju-text-dim);
    }
  `,
})
export class PeoplePanel {
  readonly done = output<void>();
  protected readonly room = inject(BattleRoom);
  protected readonly round = Math.round;
  private readonly id = computed(() => this.room.battle()?.id ?? '');
  protected readonly inviteLink = computed(
    () => `${location.origin}/battle/${this.id()}?invite=${encodeURIComponent(this.room.links()?.invite ?? '')}`,
  );
  protected readonly watchLink = computed(() => {
    const links = this.room.links();
    const secret = links && this.room.battle()?.visibility === 'unlisted' ? `?watch=${encodeURIComponent(links.watch)}` : '';
    return `${location.origin}/watch/${this.id()}${secret}`;
  });
}
