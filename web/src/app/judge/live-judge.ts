// The judge of the battle that the page is in: the coach's line, both DJs' scores, the transitions.
// Battle pages and audience pages show the same.

import { ChangeDetectionStrategy, Component, computed, inject } from '@angular/core';
import { TranslocoDirective } from '@jsverse/transloco';
import { BattleRoom } from '../core/battle-room';
import { certainty, styleName } from '../core/judge';
import { FeedbackLine } from './feedback-line';
import { ScoreBoard } from './score-board';
import { TransitionCards } from './transition-cards';

@Component({
  selector: 'dju-live-judge',
  imports: [FeedbackLine, ScoreBoard, TransitionCards, TranslocoDirective],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <ng-container *transloco="let t; prefix: 'judge'">
      <dju-feedback-line [said]="room.judge.feedback()[0]" [names]="room.names()" />
      <dju-score-board [sides]="sides()" [names]="room.names()" [recording]="room.recordingId()" />
      @if (room.judge.scores()?.winProbabilityA; as probability) {
        <p class="dim">{{ t('ahead', { name: room.names()[probability >= 0.5 ? 'A' : 'B'], percent: certainty(probability) }) }}</p>
      }
      @if (room.judge.scores()?.missedBlocks; as blocks) {
        <p class="dim" role="note">{{ t('missed', { seconds: (blocks / 200).toFixed(1) }) }}</p>
      }
      <h3>{{ t('transitions') }}</h3>
      <dju-transition-cards
        [transitions]="room.judge.transitions()"
        [names]="room.names()"
        [recording]="room.recordingId()"
      />
    </ng-container>
  `,
  styles: `
    :host {
      display: flex;
      flex-direction: column;
      gap: 12px;
    }
    h3 {
      font-size: 15px;
    }
    .dim {
      color: var(--dju-text-dim);
    }
  `,
})
export class LiveJudge {
  protected readonly room = inject(BattleRoom);
  protected readonly certainty = certainty;
  protected readonly sides = computed(() =>
    (this.room.judge.scores()?.scores ?? []).map(({ style, ...side }) => ({
      ...side,
      ...(style ? { styleName: styleName(style) } : {}),
    })),
  );
}
