// The line above the decks: the battle, who plays against whom, whose turn it is and for how long,
// how good the way to the server is, and the ways to begin and to end.

import { ChangeDetectionStrategy, Component, computed, inject, output, signal } from '@angular/core';
import { TranslocoDirective } from '@jsverse/transloco';
import { BattleRoom } from '../core/battle-room';
import type { Seat } from '../core/model';
import { formatTime } from '../widgets';

const GOOD_RTT_MS = 60;
const FAIR_RTT_MS = 150;

@Component({
  selector: 'dju-stage-bar',
  imports: [TranslocoDirective],
  changeDetection: ChangeDetectionStrategy.OnPush,
  templateUrl: './stage-bar.html',
  styleUrl: './stage-bar.css',
})
export class StageBar {
  readonly panel = output<'chat' | 'people' | 'settings' | 'help'>();

  protected readonly room = inject(BattleRoom);
  protected readonly battle = this.room.battle;
  protected readonly confirming = signal(false);
  protected readonly unread = computed(() => this.room.chat().length);
  protected readonly seats: readonly Seat[] = ['A', 'B'];
  protected readonly clock = computed(() => {
    const [battle, heard] = [this.battle(), this.room.clock.heard()];
    if (!battle || heard === null) return null;
    if (battle.state === 'running' && battle.roundEndsFrame) {
      return formatTime(Math.max(0, battle.roundEndsFrame - heard) / 48000);
    }
    const since = battle.startedFrame;
    return battle.state === 'running' && since != null ? formatTime(Math.max(0, heard - since) / 48000) : null;
  });
  protected readonly quality = computed(() => {
    const rtt = this.room.clock.rttMs();
    if (this.room.status() !== 'joined') return 'lost';
    if (rtt === null) return 'unknown';
    return rtt < GOOD_RTT_MS ? 'good' : rtt < FAIR_RTT_MS ? 'fair' : 'poor';
  });
  protected readonly rtt = computed(() => {
    const rtt = this.room.clock.rttMs();
    return rtt === null ? '–' : String(Math.round(rtt));
  });
  protected readonly playout = computed(() => Math.round(this.room.clock.playoutMs() ?? 0));

  protected player(seat: Seat) {
    return this.battle()?.players.find((player) => player.seat === seat) ?? null;
  }

  protected async end(): Promise<void> {
    this.confirming.set(false);
    await this.room.end();
  }
}
