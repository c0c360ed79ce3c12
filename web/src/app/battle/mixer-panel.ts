// The mixer between the decks: a strip for each channel, headphones and master in the middle, the
// crossfader below. Headphones are one's own; spectators do not see them.

import { ChangeDetectionStrategy, Component, computed, inject, model } from '@angular/core';
import { TranslocoDirective } from '@jsverse/transloco';
import { BattleRoom } from '../core/battle-room';
import { QUICK_EFFECTS } from '../core/controls';
import type { DeckView } from '../core/deck-view';
import { Language } from '../core/language';
import { PhaseMeter, Vu } from '../widgets';
import { beatPhase } from '../widgets/maths/beat-grid';
import { BoundFader } from './bound-fader';
import { BoundKnob } from './bound-knob';
import { BoundToggle } from './bound-toggle';
import { RACKS, type RackName } from './rack/rack';

const BANDS = ['high', 'mid', 'low'] as const;

@Component({
  selector: 'dju-mixer-panel',
  imports: [BoundFader, BoundKnob, BoundToggle, PhaseMeter, TranslocoDirective, Vu],
  changeDetection: ChangeDetectionStrategy.OnPush,
  templateUrl: './mixer-panel.html',
  styleUrl: './mixer-panel.css',
})
export class MixerPanel {
  /** The strip that is open above the decks. */
  readonly rack = model<RackName | null>(null);
  protected readonly room = inject(BattleRoom);
  private readonly language = inject(Language);
  protected readonly racks = RACKS;
  protected readonly bands = BANDS;
  protected readonly seat = this.room.seat;
  protected readonly phaseA = computed(() => phaseOf(this.room.decks[0]));
  protected readonly phaseB = computed(() => phaseOf(this.room.decks[1]));
  protected readonly bpm = computed(() => {
    const loudest = this.room.decks.find((deck) => (deck.heard()?.bpm ?? 0) > 0);
    return loudest?.heard()?.bpm || 120;
  });
  protected readonly held = computed(() => {
    const held = this.room.heldBy();
    return held?.control === 'crossfader' ? held.player : null;
  });
  protected readonly levels = this.room.decks.map((deck) => () => [deck.heard()?.peakDb ?? -Infinity]);
  protected readonly master = () => this.room.visualization()?.masterPeakDb ?? [-Infinity, -Infinity];

  /** What the one knob under the EQ does at present. */
  protected quick({ id }: DeckView): string {
    const type = this.room.value({ control: 'quick_type', deck: id })();
    return (QUICK_EFFECTS[type] ?? QUICK_EFFECTS[0]).text[this.language.active()].toUpperCase();
  }
}

function phaseOf(deck: DeckView): number | null {
  const [grid, heard] = [deck.grid(), deck.heard()];
  return grid && heard?.playing ? beatPhase(grid, heard.position) : null;
}
