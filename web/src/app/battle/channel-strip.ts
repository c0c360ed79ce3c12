// One channel of the mixer: gain, equaliser, quick effect, fader with its meter, headphone cue and side of
// the crossfader. Upright between the decks, lying for decks that are not in front.

import { ChangeDetectionStrategy, Component, computed, inject, input } from '@angular/core';
import { TranslocoDirective } from '@jsverse/transloco';
import { BattleRoom } from '../core/battle-room';
import { QUICK_EFFECTS } from '../core/controls';
import type { DeckView } from '../core/deck-view';
import { Language } from '../core/language';
import { DECK_IDS } from '../core/model';
import { deckSeat } from '../core/permissions';
import { formatSigned, Vu } from '../widgets';
import { BoundChoice } from './bound-choice';
import { BoundFader } from './bound-fader';
import { BoundKnob } from './bound-knob';
import { BoundToggle } from './bound-toggle';

@Component({
  selector: 'dju-channel-strip',
  imports: [BoundChoice, BoundFader, BoundKnob, BoundToggle, TranslocoDirective, Vu],
  changeDetection: ChangeDetectionStrategy.OnPush,
  host: { '[class.row]': 'row()' },
  templateUrl: './channel-strip.html',
  styleUrl: './channel-strip.css',
})
export class ChannelStrip {
  readonly view = input.required<DeckView>();
  readonly row = input(false);
  private readonly room = inject(BattleRoom);
  private readonly language = inject(Language);
  protected readonly bands = ['high', 'mid', 'low'] as const;
  protected readonly seat = this.room.seat;
  protected readonly deck = computed(() => this.view().id);
  protected readonly phones = computed(() => `headphone_cue_${DECK_IDS.indexOf(this.deck()) + 1}`);
  protected readonly autoGain = computed(() => this.room.controls.value({ control: 'auto_gain', deck: this.deck() })() > 0.5);
  protected readonly autoGainDb = computed(() => formatSigned(this.view().facts().autoGainDb, 1, this.language.active()));
  /** What the one knob above the fader does at present. */
  protected readonly quick = computed(() => {
    const type = this.room.controls.value({ control: 'quick_type', deck: this.deck() })();
    return (QUICK_EFFECTS[type] ?? QUICK_EFFECTS[0]).text[this.language.active()].toUpperCase();
  });

  /** First that of its seat, where it is unless somebody moves it. */
  protected readonly sides = computed(() => {
    const own = deckSeat(this.deck());
    return [`X (${own})`, 'X A', 'THRU', 'X B'];
  });
}
