// Chat and reactions beside the decks, stamped with the frame that one hears.

import { ChangeDetectionStrategy, Component, computed, effect, inject, output, viewChild } from '@angular/core';
import { TranslocoDirective } from '@jsverse/transloco';
import { BattleRoom } from '../core/battle-room';
import { ChatPanel } from '../watch/chat-panel';
import { Reactions } from '../watch/reactions';
import { SideHead } from './side-head';

@Component({
  selector: 'dju-talk-panel',
  imports: [ChatPanel, Reactions, SideHead, TranslocoDirective],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <ng-container *transloco="let t; prefix: 'battle.talk'">
      <dju-side-head [text]="t('title')" (done)="done.emit()" />
      <dju-chat-panel [lines]="lines()" (say)="room.say($event)" />
      <dju-reactions (react)="room.react($event)" />
    </ng-container>
  `,
  styles: `
    :host {
      display: flex;
      flex-direction: column;
      gap: 10px;
    }
    dju-chat-panel {
      flex: 1;
    }
  `,
})
export class TalkPanel {
  readonly done = output<void>();
  protected readonly room = inject(BattleRoom);
  private readonly reactions = viewChild(Reactions);
  protected readonly lines = computed(() =>
    this.room.chat().map(({ name, text, role }) => ({ name, text, role: role === 'spectator' ? role : 'dj' })),
  );

  constructor() {
    effect(() => {
      const reaction = this.room.reaction();
      if (reaction) this.reactions()?.show(reaction.kind, reaction.count);
    });
  }
}
