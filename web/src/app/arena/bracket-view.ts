// A tournament's matches by round, filling as votes come in. Rounds stand side by side where there is room.

import { ChangeDetectionStrategy, Component, computed, input } from '@angular/core';
import { TranslocoDirective } from '@jsverse/transloco';
import { Plural } from '../widgets/plural';
import type { Match, Tournament } from './arena-api';

@Component({
  selector: 'dju-bracket-view',
  imports: [Plural, TranslocoDirective],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <section *transloco="let t; prefix: 'arena.bracket'" aria-labelledby="bracket-heading">
      <h2 id="bracket-heading">{{ t('title') }}</h2>
      <div class="rounds" tabindex="0" role="group" [attr.aria-label]="t('title')">
        @for (round of rounds(); track round.part + round.round) {
          <div class="round">
            <h3>{{ t('part.' + round.part, { round: round.round }) }}</h3>
            <ul>
              @for (match of round.matches; track match.number) {
                <li [class]="'match ' + match.state">
                  @for (side of sides; track side) {
                    <span class="entrant" [class.winner]="match.winner !== undefined && match.winner === match[side]">
                      <span class="name">{{ nameOf(match, side) ?? t(match.state === 'bye' ? 'bye' : 'open') }}</span>
                      @if (match.state === 'open' || match.state === 'decided') {
                        <span class="votes">{{ match.votes[side] }}</span>
                      }
                    </span>
                  }
                  @if (match.state === 'open') {
                    <small>{{ tournament().votesPerMatch | plural: 'arena.bracket.votesOf' : { votes: total(match) } }}</small>
                  } @else if (match.decidedBy && match.decidedBy !== 'votes') {
                    <small>{{ t('by.' + match.decidedBy) }}</small>
                  } @else if (match.state === 'notNeeded') {
                    <small>{{ t('notNeeded') }}</small>
                  }
                </li>
              }
            </ul>
          </div>
        }
      </div>
    </section>
  `,
  styles: `
    h2 {
      margin-bottom: 10px;
      font-size: 18px;
    }
    h3 {
      margin-bottom: 8px;
      color: var(--dju-text-dim);
      font-size: 14px;
      font-weight: 500;
    }
    .rounds {
      display: flex;
      gap: 18px;
      overflow-x: auto;
      padding: 2px 2px 10px;
    }
    .round {
      display: flex;
      flex-direction: column;
      flex: 0 0 210px;
    }
    ul {
      flex: 1;
      display: flex;
      flex-direction: column;
      justify-content: space-around;
      gap: 10px;
      margin: 0;
      padding: 0;
      list-style: none;
    }
    .match {
      display: grid;
      gap: 2px;
      padding: 6px 10px;
      border: 1px solid var(--dju-line);
      border-radius: 8px;
      background: var(--dju-surface);
    }
    .match.open {
      border-color: var(--dju-accent);
    }
    .match.waiting,
    .match.bye,
    .match.notNeeded {
      border-style: dashed;
    }
    .entrant {
      display: flex;
      justify-content: space-between;
      gap: 8px;
      color: var(--dju-text-dim);
    }
    .name {
      overflow: hidden;
      text-overflow: ellipsis;
      white-space: nowrap;
    }
    .winner {
      color: var(--dju-text);
      font-weight: 650;
    }
    .votes {
      font-variant-numeric: tabular-nums;
    }
    small {
      color: var(--dju-text-dim);
    }
  `,
})
export class BracketView {
  readonly tournament = input.required<Tournament>();

  protected readonly sides = ['a', 'b'] as const;
  protected readonly rounds = computed(() => this.tournament().bracket?.rounds ?? []);

  protected nameOf(match: Match, side: 'a' | 'b'): string | undefined {
    const number = match[side];
    return number === null ? undefined : this.tournament().contestants[number].name;
  }

  protected total({ votes }: Match): number {
    return votes.a + votes.b + votes.tie + votes.bothBad;
  }
}
