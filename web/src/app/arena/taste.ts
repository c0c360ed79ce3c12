// A listener's own taste by their votes: in words, in figures with intervals, the mixers by it, parameters to mix with;
// and a mix to hear and rate. What is held can be taken along or let go.

import { ChangeDetectionStrategy, Component, computed, inject, resource, signal } from '@angular/core';
import { RouterLink } from '@angular/router';
import { TranslocoDirective } from '@jsverse/transloco';
import { Language } from '../core/language';
import { SessionService } from '../core/session.service';
import { GuestName } from '../lobby/guest-name';
import { Plural } from '../widgets/plural';
import { ArenaApi, type Trial } from './arena-api';
import { OfferBooth } from './offer-booth';
import { Decimal } from './decimal';

/** Log odds at the ends of the bars. */
const WIDEST = 3;

@Component({
  selector: 'dju-taste',
  imports: [Decimal, GuestName, OfferBooth, Plural, RouterLink, TranslocoDirective],
  changeDetection: ChangeDetectionStrategy.OnPush,
  templateUrl: './taste.html',
  styleUrls: ['./table.css', './taste.css'],
})
export class TastePage {
  private readonly api = inject(ArenaApi);
  protected readonly session = inject(SessionService);
  protected readonly language = inject(Language);
  protected readonly taste = resource({
    params: () => this.session.token() || undefined,
    loader: () => this.api.taste(),
  });
  protected readonly trial = signal<Trial | null>(null);
  protected readonly message = signal<string | null>(null);
  protected readonly gone = signal(false);
  protected readonly recommended = computed(() => {
    const wish = this.taste.hasValue() ? this.taste.value().recommended : undefined;
    return wish && Object.keys(wish.parameters).length > 0 ? wish : null;
  });

  protected place(logOdds: number): number {
    return 50 + (50 * Math.max(-WIDEST, Math.min(WIDEST, logOdds))) / WIDEST;
  }

  protected text(value: unknown): string {
    return JSON.stringify(value);
  }

  protected names(parameters: Readonly<Record<string, unknown>>): readonly string[] {
    return Object.entries(parameters).map(([name, value]) => `${name} ${String(value)}`);
  }

  protected async showTrial(): Promise<void> {
    await this.attempt(async () => this.trial.set(await this.api.trial()));
  }

  protected async save(): Promise<void> {
    await this.attempt(async () => {
      const link = document.createElement('a');
      link.href = URL.createObjectURL(new Blob([JSON.stringify(await this.api.mine(), null, 1)], { type: 'application/json' }));
      link.download = 'arena.json';
      link.click();
      URL.revokeObjectURL(link.href);
    });
  }

  protected async forget(): Promise<void> {
    await this.attempt(async () => {
      await this.api.forget();
      this.gone.set(true);
      this.taste.reload();
    });
  }

  private async attempt(work: () => Promise<void>): Promise<void> {
    try {
      await work();
      this.message.set(null);
    } catch (error) {
      this.message.set((error as Error).message);
    }
  }
}
