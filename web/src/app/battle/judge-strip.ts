// One line under the instruments: both totals and the coach's newest sentence; it opens the judge in full.

import { ChangeDetectionStrategy, Component, computed, inject, input, output } from '@angular/core';
import { TranslocoDirective } from '@jsverse/transloco';
import { BattleRoom } from '../core/battle-room';
import { points } from '../core/judge';
import type { Seat } from '../core/model';
import { FeedbackLine } from '../judge/feedback-line';

@Component({
  selector: 'dju-judge-strip',
  imports: [FeedbackLine, TranslocoDirective],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    @if (room.judge.scores()) {
      <div class="strip" *transloco="let t; prefix: 'judge'">
        <b class="A" [attr.aria-label]="t('totalOf', { name: room.names().A, points: total('A') })">{{ total('A') }}</b>
        @if (inPanel()) {
          <span class="line"></span>
        } @else {
          <dju-feedback-line class="line" [said]="room.judge.feedback()[0]" [names]="room.names()" />
        }
        <b class="B" [attr.aria-label]="t('totalOf', { name: room.names().B, points: total('B') })">{{ total('B') }}</b>
        <button type="button" [attr.aria-expanded]="inPanel()" (click)="panel.emit()">{{ t('title') }}</button>
      </div>
    }
  `,
  styles: `
    :host {
      flex: none;
    }
    .strip {
      display: grid;
      grid-template-columns: 34px minmax(0, 1fr) 34px auto;
      gap: 10px;
      align-items: center;
      padding: 2px 8px;
      background: var(--dju-raised);
      font-size: 14px;
    }
    b {
      font-size: 18px;
      text-align: center;
      font-variant-numeric: tabular-nums;
    }
    .A {
      color: var(--dju-deck-a);
    }
    .B {
      color: var(--dju-deck-b);
    }
    button {
      min-height: var(--dju-hit);
      padding: 0 12px;
    }
  `,
})
export class JudgeStrip {
  /** The panel is open and says it there: nobody is told twice. */
  readonly inPanel = input(false);
  readonly panel = output<void>();
  protected readonly room = inject(BattleRoom);
  private readonly scores = computed(() => this.room.judge.scores()?.scores ?? []);

  protected total(seat: Seat): string {
    const side = this.scores().find(({ player }) => player === seat);
    return points(side && side.heads.length > 0 ? side.total : null);
  }
}
