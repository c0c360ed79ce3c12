// A live battle in a list: who plays, in what form, who listens, and the ways in.

import { ChangeDetectionStrategy, Component, computed, input } from '@angular/core';
import { RouterLink } from '@angular/router';
import { TranslocoDirective } from '@jsverse/transloco';
import type { Battle, Seat } from '../core/model';

@Component({
  selector: 'dju-battle-card',
  imports: [RouterLink, TranslocoDirective],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <article *transloco="let t; prefix: 'lobby'" [class.running]="battle().state === 'running'">
      <div class="top">
        <h3>{{ battle().name }}</h3>
        <span class="state">{{ t('state.' + battle().state) }}</span>
      </div>
      <p class="players">
        @for (seat of seats; track seat) {
          @if (seat === 'B') {
            <span>{{ t('versus') }}</span>
          }
          @if (player(seat); as name) {
            <b class="seat-{{ seat }}">{{ name }}</b>
          } @else {
            <span>{{ t('freeSeat') }}</span>
          }
        }
      </p>
      <p class="facts">
        {{ t('format.' + battle().format) }}
        @if (battle().format === 'rounds') {
          · {{ t(battle().round ? 'round' : 'roundsAhead', { round: battle().round, rounds: battle().rounds }) }}
        }
        · {{ t('listeners', { count: battle().spectators }) }}
        @if (battle().kind === 'replay') {
          · {{ t('replay') }}
        }
      </p>
      <div class="ways">
        @if (mine()) {
          <a class="primary" [routerLink]="['/battle', battle().id]">{{ t('toDecks') }}</a>
        }
        <a [class.primary]="!mine()" [routerLink]="['/watch', battle().id]">{{ t('listen') }}</a>
      </div>
    </article>
  `,
  styles: `
    article {
      display: flex;
      flex-direction: column;
      gap: 8px;
      height: 100%;
      padding: 16px;
      border-radius: 12px;
      border: 1px solid var(--dju-line, #262b35);
      background: var(--dju-surface, #14171d);
    }
    .top {
      display: flex;
      justify-content: space-between;
      gap: 12px;
      align-items: baseline;
    }
    h3 {
      margin: 0;
      font-size: 18px;
      overflow-wrap: anywhere;
    }
    .state {
      padding: 2px 10px;
      border-radius: 99px;
      border: 1px solid var(--dju-control-edge, #3b4250);
      font-size: 12px;
      font-weight: 600;
      color: var(--dju-text-dim, #a2a9b6);
      white-space: nowrap;
    }
    .running .state {
      border-color: var(--dju-level-safe, #37c871);
      color: var(--dju-level-safe, #37c871);
    }
    p {
      margin: 0;
    }
    .players {
      display: flex;
      flex-wrap: wrap;
      gap: 8px;
      font-size: 16px;
    }
    .players span,
    .facts {
      color: var(--dju-text-dim, #a2a9b6);
    }
    .seat-A {
      color: var(--dju-deck-a, #35c6dd);
    }
    .seat-B {
      color: var(--dju-deck-b, #f2a33a);
    }
    .facts {
      font-size: 14px;
    }
    .ways {
      display: flex;
      gap: 8px;
      margin-top: auto;
      padding-top: 6px;
    }
    .ways a {
      padding: 8px 16px;
      border-radius: 8px;
      border: 1px solid var(--dju-control-edge, #3b4250);
      color: var(--dju-text, #e8ebf0);
      text-decoration: none;
      font-weight: 600;
    }
    .ways a.primary {
      border-color: transparent;
      background: var(--dju-accent, #35c6dd);
      color: #0b0d10;
    }
  `,
})
export class BattleCard {
  readonly battle = input.required<Battle>();
  readonly me = input<string | null>(null);
  protected readonly seats: readonly Seat[] = ['A', 'B'];
  protected readonly mine = computed(() =>
    this.battle().players.some((player) => player.playerId === this.me()),
  );

  protected player(seat: Seat): string | null {
    return this.battle().players.find((player) => player.seat === seat)?.name ?? null;
  }
}
