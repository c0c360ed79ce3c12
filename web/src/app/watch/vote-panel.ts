// The vote at the end of a battle or a round: A, tie or B, once each, with what one has heard.

import { ChangeDetectionStrategy, Component, computed, input, output } from '@angular/core';
import { TranslocoDirective } from '@jsverse/transloco';
import { formatTime } from '../widgets/maths/format';
import { SAMPLE_RATE } from '../widgets/maths/beat-grid';

export type Choice = 'A' | 'B' | 'tie';

export interface Tally {
  readonly A: number;
  readonly B: number;
  readonly tie: number;
}

@Component({
  selector: 'dju-vote-panel',
  imports: [TranslocoDirective],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <section *transloco="let t; prefix: 'watch'" aria-labelledby="vote-heading">
      <h2 id="vote-heading">{{ round() ? t('voteRound', { round: round() }) : t('vote') }}</h2>
      <p class="heard">{{ t('heard', { time: heard() }) }}</p>
      <div class="choices">
        @for (choice of choices; track choice) {
          <button
            type="button"
            class="{{ choice }}"
            [class.on]="voted() === choice"
            [attr.aria-pressed]="voted() === choice"
            [disabled]="busy()"
            (click)="vote.emit(choice)"
          >
            <b>{{ choice === 'tie' ? t('tie') : choice }}</b>
            @if (choice !== 'tie') {
              <span>{{ names()[choice] }}</span>
            }
            @if (tally(); as votes) {
              <small>{{ votes[choice] }}</small>
              <i [style.width.%]="share(choice)" aria-hidden="true"></i>
            }
          </button>
        }
      </div>
      @if (voted(); as choice) {
        <p role="status">{{ t('voted', { choice: choice === 'tie' ? t('tie') : choice }) }}</p>
      }
      @if (error(); as message) {
        <p class="error" role="alert">{{ message }}</p>
      }
    </section>
  `,
  styles: `
    section {
      padding: 16px;
      border-radius: 12px;
      border: 1px solid var(--dju-accent);
      background: var(--dju-surface);
      display: grid;
      gap: 10px;
    }
    h2 {
      font-size: 20px;
    }
    .heard {
      color: var(--dju-text-dim);
    }
    .choices {
      display: grid;
      grid-template-columns: 1fr auto 1fr;
      gap: 10px;
    }
    button {
      position: relative;
      min-height: 72px;
      display: flex;
      flex-direction: column;
      align-items: center;
      justify-content: center;
      overflow: hidden;
    }
    .A {
      border-color: var(--dju-deck-a);
    }
    .B {
      border-color: var(--dju-deck-b);
    }
    .on {
      outline: 3px solid var(--dju-text);
      outline-offset: -3px;
    }
    button b {
      font-size: 20px;
    }
    span {
      max-width: 100%;
      overflow: hidden;
      text-overflow: ellipsis;
      color: var(--dju-text-dim);
    }
    small {
      font-variant-numeric: tabular-nums;
    }
    i {
      position: absolute;
      left: 0;
      bottom: 0;
      height: 4px;
      background: var(--dju-text-dim);
    }
    .A i {
      background: var(--dju-deck-a);
    }
    .B i {
      background: var(--dju-deck-b);
    }
    .error {
      color: #ff9a9a;
    }
  `,
})
export class VotePanel {
  readonly names = input<Readonly<Record<'A' | 'B', string>>>({ A: '', B: '' });
  readonly round = input<number | null>(null);
  readonly voted = input<Choice | null>(null);
  readonly tally = input<Tally | null>(null);
  readonly heardFrames = input(0);
  readonly busy = input(false);
  readonly error = input<string | null>(null);
  readonly vote = output<Choice>();

  protected readonly choices = ['A', 'tie', 'B'] as const;
  protected readonly heard = computed(() => formatTime(this.heardFrames() / SAMPLE_RATE));

  protected share(choice: Choice): number {
    const votes = this.tally();
    const total = votes ? votes.A + votes.B + votes.tie : 0;
    return votes && total > 0 ? (votes[choice] / total) * 100 : 0;
  }
}
