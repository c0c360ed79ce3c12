// After the end: the votes as they come in, and the way to the recording.

import { ChangeDetectionStrategy, Component, computed, inject } from '@angular/core';
import { RouterLink } from '@angular/router';
import { TranslocoDirective } from '@jsverse/transloco';
import { BattleRoom } from '../core/battle-room';
import type { Seat } from '../core/model';

@Component({
  selector: 'dju-result-panel',
  imports: [RouterLink, TranslocoDirective],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <section *transloco="let t; prefix: 'battle.result'" [attr.aria-label]="t('title')">
      <h2>{{ t('title') }}</h2>
      <div class="bars" role="status">
        @for (side of sides(); track side.id) {
          <div class="bar {{ side.id }}">
            <span>{{ side.id === 'tie' ? t('tie') : side.name }}</span>
            <i aria-hidden="true"><u [style.width.%]="side.share"></u></i>
            <b>{{ side.count }}</b>
          </div>
        }
      </div>
      @if (room.recordingId(); as id) {
        <a class="way" [routerLink]="['/report', id]">{{ t('report') }}</a>
        <a class="way" [routerLink]="['/recordings', id]">{{ t('recording') }}</a>
      }
    </section>
  `,
  styles: `
    section {
      display: flex;
      flex-wrap: wrap;
      align-items: center;
      gap: 10px 24px;
      padding: 12px 16px;
      background: var(--dju-raised);
      border-bottom: 1px solid var(--dju-line);
    }
    h2 {
      font-size: 17px;
    }
    .bars {
      flex: 1;
      min-width: 260px;
      display: grid;
      gap: 4px;
    }
    .bar {
      display: grid;
      grid-template-columns: 140px 1fr 36px;
      gap: 10px;
      align-items: center;
    }
    .bar span {
      overflow: hidden;
      text-overflow: ellipsis;
      white-space: nowrap;
    }
    i {
      height: 10px;
      border-radius: 5px;
      background: var(--dju-ground);
      overflow: hidden;
    }
    u {
      display: block;
      height: 100%;
      background: var(--dju-text-dim);
    }
    .A u {
      background: var(--dju-deck-a);
    }
    .B u {
      background: var(--dju-deck-b);
    }
    .way {
      padding: 9px 18px;
      border-radius: 6px;
      background: var(--dju-accent);
      color: #06141a;
      font-weight: 650;
      text-decoration: none;
    }
  `,
})
export class ResultPanel {
  protected readonly room = inject(BattleRoom);
  protected readonly sides = computed(() => {
    const votes = this.room.votes() ?? { A: 0, B: 0, tie: 0 };
    const total = Math.max(1, votes.A + votes.B + votes.tie);
    const name = (seat: Seat) => this.room.battle()?.players.find((p) => p.seat === seat)?.name ?? seat;
    return (['A', 'B', 'tie'] as const).map((id) => ({
      id,
      name: id === 'tie' ? '' : name(id),
      count: votes[id],
      share: (100 * votes[id]) / total,
    }));
  });
}
