// A DJ's deck as the audience sees it: what is on it, what sounds, and its controls moving under the
// DJ's hands. Nothing here can be touched.

import { ChangeDetectionStrategy, Component, computed, inject, input } from '@angular/core';
import { TranslocoDirective, TranslocoService } from '@jsverse/transloco';
import { formatNumber, formatTime } from '../widgets/maths/format';
import { Fader } from '../widgets/fader/fader';
import { Knob } from '../widgets/knob/knob';

/** What of a deck is shown; numbers in the units of the control registry. */
export interface DeckView {
  readonly deck: 'A' | 'B' | 'C' | 'D';
  readonly player: string | null;
  readonly title: string;
  readonly artist: string;
  readonly loaded: boolean;
  readonly playing: boolean;
  readonly onAir: boolean;
  /** Seconds, at the heard frame. */
  readonly elapsed: number;
  readonly remaining: number;
  readonly bpm: number;
  /** Percent. */
  readonly rate: number;
  readonly rateRange: number;
  readonly eq: { readonly high: number; readonly mid: number; readonly low: number };
  readonly kills: { readonly high: boolean; readonly mid: boolean; readonly low: boolean };
  readonly trim: number;
  readonly volume: number;
  readonly hotCues: readonly boolean[];
}

@Component({
  selector: 'dju-watch-deck',
  imports: [Fader, Knob, TranslocoDirective],
  changeDetection: ChangeDetectionStrategy.OnPush,
  host: {
    '[class.on-air]': 'deck().onAir',
    '[style.--accent]': 'accent()',
  },
  templateUrl: './watch-deck.html',
  styleUrl: './watch-deck.css',
})
export class WatchDeck {
  readonly deck = input.required<DeckView>();
  private readonly transloco = inject(TranslocoService);

  protected readonly accent = computed(() => `var(--dju-deck-${this.deck().deck.toLowerCase()})`);
  protected readonly bands = ['high', 'mid', 'low'] as const;

  protected time(seconds: number): string {
    return formatTime(seconds);
  }

  protected number(value: number, decimals: number): string {
    return formatNumber(value, decimals, this.transloco.getActiveLang());
  }

  protected rateText(): string {
    const rate = this.deck().rate;
    const sign = rate > 0 ? '+' : rate < 0 ? '−' : '±';
    return `${sign}${this.number(Math.abs(rate), 2)} %`;
  }
}
