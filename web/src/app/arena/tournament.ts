// One tournament: voting, standings, bracket, result. Asked for again every few seconds, and after each vote.

import { ChangeDetectionStrategy, Component, computed, DestroyRef, inject, signal } from '@angular/core';
import { toSignal } from '@angular/core/rxjs-interop';
import { ActivatedRoute, RouterLink } from '@angular/router';
import { TranslocoDirective } from '@jsverse/transloco';
import { SessionService } from '../core/session.service';
import { GuestName } from '../lobby/guest-name';
import { ArenaApi, type Tournament } from './arena-api';
import { BracketView } from './bracket-view';
import { Leaderboard } from './leaderboard';
import { VotingBooth } from './voting-booth';

const REFRESH_MS = 3000;

@Component({
  selector: 'dju-tournament',
  imports: [BracketView, GuestName, Leaderboard, RouterLink, TranslocoDirective, VotingBooth],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <div class="page" *transloco="let t; prefix: 'arena'">
      <a routerLink="/arena">{{ t('back') }}</a>
      @if (error(); as message) {
        <p class="error" role="alert">{{ message }}</p>
      }
      @if (tournament(); as shown) {
        <header>
          <h1>{{ shown.name }}</h1>
          <p>
            {{ t('format.' + shown.format) }} · {{ t('state.' + shown.state) }} ·
            {{ t('madeBy', { name: shown.creator.name || '–' }) }}
          </p>
          @if (mine() && shown.state !== 'ended') {
            <button type="button" (click)="end()">{{ t('end') }}</button>
          }
        </header>
        @if (shown.outcome; as outcome) {
          <p class="outcome" role="status">
            @if (champion(); as name) {
              <b>{{ t('wonBy', { name }) }}</b>
            }
            {{ t('outcome.' + outcome.by) }}
          </p>
        }
        @if (shown.state === 'preparing') {
          <div class="preparing" role="status">
            <p>{{ t('preparing', { ready: shown.clips.ready + shown.clips.failed, total: shown.clips.total }) }}</p>
            <progress [value]="shown.clips.ready + shown.clips.failed" [max]="shown.clips.total"></progress>
          </div>
        } @else if (shown.state === 'running') {
          @if (session.name()) {
            <dju-voting-booth [tournament]="shown.id" (voted)="refresh()" />
          } @else {
            <dju-guest-name />
          }
        }
        @for (failure of shown.clips.failures; track $index) {
          <p class="failure">
            {{ t('failed', { name: shown.contestants[failure.contestant].name, error: failure.error }) }}
          </p>
        }
        <dju-leaderboard [tournament]="shown" />
        @if (shown.bracket) {
          <dju-bracket-view [tournament]="shown" />
        }
      }
    </div>
  `,
  styles: `
    .page {
      display: grid;
      grid-template-columns: minmax(0, 1fr);
      gap: 22px;
      max-width: 1000px;
      margin: 0 auto;
      padding: 22px clamp(12px, 3vw, 40px) 48px;
    }
    header {
      display: grid;
      grid-template-columns: 1fr auto;
      gap: 4px 16px;
    }
    h1 {
      font-size: clamp(24px, 3vw, 34px);
      overflow-wrap: anywhere;
    }
    header p {
      grid-column: 1;
      color: var(--dju-text-dim);
    }
    header button {
      grid-area: 1 / 2 / 3;
      align-self: start;
    }
    .outcome {
      padding: 14px 16px;
      border: 1px solid var(--dju-warn);
      border-radius: 12px;
    }
    .preparing progress {
      width: 100%;
      accent-color: var(--dju-accent);
    }
    .failure,
    .error {
      color: #ff9a9a;
      overflow-wrap: anywhere;
    }
  `,
})
export class TournamentPage {
  private readonly api = inject(ArenaApi);
  private readonly route = toSignal(inject(ActivatedRoute).paramMap);
  protected readonly session = inject(SessionService);
  protected readonly tournament = signal<Tournament | null>(null);
  protected readonly error = signal<string | null>(null);
  protected readonly mine = computed(
    () => this.tournament()?.creator.playerId === this.session.playerId(),
  );
  protected readonly champion = computed(() => {
    const number = this.tournament()?.outcome?.champion;
    return number == null ? null : this.tournament()!.contestants[number].name;
  });

  constructor() {
    void this.refresh();
    const timer = setInterval(() => {
      if (document.visibilityState === 'visible') void this.refresh();
    }, REFRESH_MS);
    inject(DestroyRef).onDestroy(() => clearInterval(timer));
  }

  protected async refresh(): Promise<void> {
    await this.show((id) => this.api.tournament(id));
  }

  protected async end(): Promise<void> {
    await this.show((id) => this.api.end(id));
  }

  private async show(ask: (id: string) => Promise<Tournament>): Promise<void> {
    try {
      this.tournament.set(await ask(this.route()?.get('id') ?? ''));
      this.error.set(null);
    } catch (error) {
      this.error.set((error as Error).message);
    }
  }
}
