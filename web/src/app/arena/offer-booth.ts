// One mix that was chosen for the listener, without a name: heard, then given one to five stars. By these it is found
// out whether mixes chosen by taste are liked better.

import { ChangeDetectionStrategy, Component, inject, signal } from '@angular/core';
import { TranslocoDirective } from '@jsverse/transloco';
import { ArenaApi, type Offer } from './arena-api';

const REPORT_SECONDS = 1;
/** Beyond, the listener has moved on rather than listened. */
const MOST_SECONDS = 3;

@Component({
  selector: 'dju-offer-booth',
  imports: [TranslocoDirective],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <section *transloco="let t; prefix: 'arena.taste.offer'" aria-labelledby="offer-heading">
      <h2 id="offer-heading">{{ t('title') }}</h2>
      @if (offer(); as it) {
        <p>{{ it.tracks[0].title }} → {{ it.tracks[1].title }}</p>
        <audio controls [src]="it.clip.url" (timeupdate)="hear($event)" (seeking)="from = null"></audio>
        <div class="stars" role="group" [attr.aria-label]="t('rate')">
          @for (value of [1, 2, 3, 4, 5]; track value) {
            <button
              type="button"
              [disabled]="!enough()"
              [attr.aria-label]="t('star', { value })"
              (click)="rate(value)"
            >
              ☆ {{ value }}
            </button>
          }
        </div>
        @if (!enough()) {
          <p>{{ t('listenFirst', { need: it.needSeconds }) }}</p>
        }
      } @else {
        @if (thanked()) {
          <p role="status">{{ t('thanks') }}</p>
        }
        <button type="button" (click)="next()">{{ t('ask') }}</button>
      }
      @if (message(); as text) {
        <p role="alert">{{ text }}</p>
      }
    </section>
  `,
  styles: `
    h2 {
      margin-bottom: 8px;
      font-size: 18px;
    }
    audio {
      width: 100%;
      max-width: 480px;
    }
    .stars {
      display: flex;
      flex-wrap: wrap;
      gap: 6px;
      margin: 10px 0;
    }
    p {
      color: var(--dju-text-dim);
    }
  `,
})
export class OfferBooth {
  private readonly api = inject(ArenaApi);
  protected readonly offer = signal<Offer | null>(null);
  protected readonly enough = signal(false);
  protected readonly thanked = signal(false);
  protected readonly message = signal<string | null>(null);
  /** Second up to which what was played has been reported; null after a leap. */
  protected from: number | null = null;

  protected async next(): Promise<void> {
    await this.attempt(async () => {
      const offer = await this.api.offer();
      this.from = null;
      this.enough.set(offer.heard >= offer.needSeconds);
      this.offer.set(offer);
    });
  }

  protected async hear(event: Event): Promise<void> {
    const audio = event.target as HTMLAudioElement;
    const offer = this.offer();
    const [from, now] = [this.from, audio.currentTime];
    if (from === null || now < from || now - from > MOST_SECONDS) this.from = now;
    if (!offer || audio.seeking || from === null || now - from < REPORT_SECONDS || now - from > MOST_SECONDS) return;
    this.from = now;
    await this.attempt(async () => this.enough.set((await this.api.offerHeard(offer.id, from, now)).enough));
  }

  protected async rate(stars: number): Promise<void> {
    await this.attempt(async () => {
      await this.api.rateOffer(this.offer()!.id, stars);
      this.offer.set(null);
      this.thanked.set(true);
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
