// Who is here, how far away, and the links that bring others in.

import { ChangeDetectionStrategy, Component, computed, inject, output } from '@angular/core';
import { TranslocoDirective } from '@jsverse/transloco';
import { BattleRoom } from '../core/battle-room';
import { CopyLink } from '../lobby/copy-link';
import { NetworkTable } from './network-table';
import { SideHead } from './side-head';

@Component({
  selector: 'dju-people-panel',
  imports: [CopyLink, NetworkTable, SideHead, TranslocoDirective],
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
      <dju-network-table [players]="room.presence()?.players ?? []" [equal]="room.battle()?.equalDelay ?? false" />
      @if (room.controls.lateMoves() > 0) {
        <p role="status">{{ t('late', { count: room.controls.lateMoves() }) }}</p>
      }
      <p>{{ t('spectators', { count: room.battle()?.spectators ?? 0 }) }}</p>
    </ng-container>
  `,
  styles: `
    :host {
      display: flex;
      flex-direction: column;
      gap: 12px;
    }
    p {
      color: var(--dju-text-dim);
    }
  `,
})
export class PeoplePanel {
  readonly done = output<void>();
  protected readonly room = inject(BattleRoom);
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
