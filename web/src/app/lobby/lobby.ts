// The first page: who one is, which battles are live, a new battle, what was recorded lately. The
// list is asked for again every few seconds while the page is seen; battles change slowly.

import {
  ChangeDetectionStrategy,
  Component,
  computed,
  DestroyRef,
  inject,
  signal,
} from '@angular/core';
import { RouterLink } from '@angular/router';
import { TranslocoDirective } from '@jsverse/transloco';
import { ApiService } from '../core/api.service';
import type { Battle, Recording } from '../core/model';
import { SessionService } from '../core/session.service';
import { BattleCard } from './battle-card';
import { CreateBattle } from './create-battle';
import { GuestName } from './guest-name';
import { RecordingRow } from '../replay/recording-row';

const REFRESH_MS = 4000;
const RECENT = 5;

@Component({
  selector: 'dju-lobby',
  imports: [BattleCard, CreateBattle, GuestName, RecordingRow, RouterLink, TranslocoDirective],
  changeDetection: ChangeDetectionStrategy.OnPush,
  templateUrl: './lobby.html',
  styleUrl: './lobby.css',
})
export class Lobby {
  private readonly api = inject(ApiService);
  protected readonly session = inject(SessionService);
  protected readonly battles = signal<readonly Battle[] | null>(null);
  protected readonly recordings = signal<readonly Recording[] | null>(null);
  protected readonly error = signal<string | null>(null);
  /** One's own battles first, then running before waiting, newest first. */
  protected readonly sorted = computed(() => {
    const me = this.session.playerId();
    const rank = (battle: Battle) =>
      (battle.players.some((player) => player.playerId === me) ? 0 : 2) +
      (battle.state === 'running' ? 0 : 1);
    return [...(this.battles() ?? [])].sort(
      (a, b) => rank(a) - rank(b) || b.createdAt - a.createdAt,
    );
  });

  constructor() {
    void this.refresh();
    const timer = setInterval(() => {
      if (document.visibilityState === 'visible') void this.refresh();
    }, REFRESH_MS);
    inject(DestroyRef).onDestroy(() => clearInterval(timer));
  }

  protected async refresh(): Promise<void> {
    try {
      const [battles, recordings] = await Promise.all([
        this.api.battles('live'),
        this.api.recordings(RECENT, 0),
      ]);
      this.battles.set(battles);
      this.recordings.set(recordings.recordings);
      this.error.set(null);
    } catch (error) {
      this.error.set((error as Error).message);
    }
  }
}
