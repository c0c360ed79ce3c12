// All tournaments, and the form that makes one: a name, a format, who takes part. Tracks are chosen by the
// server's library where nobody chooses them, so three clicks are enough.

import { ChangeDetectionStrategy, Component, DestroyRef, inject, signal } from '@angular/core';
import { RouterLink } from '@angular/router';
import { TranslocoDirective } from '@jsverse/transloco';
import { SessionService } from '../core/session.service';
import { GuestName } from '../lobby/guest-name';
import { Plural } from '../widgets/plural';
import { ArenaApi, type EvolutionSummary, type TournamentSummary } from './arena-api';
import { CreateTournament } from './create-tournament';
import { MixerBoard } from './mixer-board';

const REFRESH_MS = 5000;

@Component({
  selector: 'dju-arena',
  imports: [CreateTournament, GuestName, MixerBoard, Plural, RouterLink, TranslocoDirective],
  changeDetection: ChangeDetectionStrategy.OnPush,
  templateUrl: './arena.html',
  styleUrl: './arena.css',
})
export class Arena {
  private readonly api = inject(ArenaApi);
  protected readonly session = inject(SessionService);
  protected readonly tournaments = signal<readonly TournamentSummary[] | null>(null);
  protected readonly evolutions = signal<readonly EvolutionSummary[]>([]);
  protected readonly error = signal<string | null>(null);

  constructor() {
    void this.refresh();
    const timer = setInterval(() => {
      if (document.visibilityState === 'visible') void this.refresh();
    }, REFRESH_MS);
    inject(DestroyRef).onDestroy(() => clearInterval(timer));
  }

  private async refresh(): Promise<void> {
    try {
      const [tournaments, evolutions] = await Promise.all([this.api.tournaments(), this.api.evolutions()]);
      this.tournaments.set(tournaments);
      this.evolutions.set(evolutions);
      this.error.set(null);
    } catch (error) {
      this.error.set((error as Error).message);
    }
  }
}
