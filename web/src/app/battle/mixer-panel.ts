// The mixer between the decks: a strip for each channel, headphones and master in the middle, the
// crossfader below. Headphones are one's own; spectators do not see them.

import { ChangeDetectionStrategy, Component, computed, inject } from '@angular/core';
import { TranslocoDirective } from '@jsverse/transloco';
import { BattleRoom } from '../core/battle-room';
import type { DeckView } from '../core/deck-view';
import { PhaseMeter, Vu } from '../widgets';
import { beatPhase } from '../widgets/maths/beat-grid';
import { BoundFader } from './bound-fader';
import { BoundKnob } from './bound-knob';
import { BoundToggle } from './bound-toggle';

const BANDS = ['high', 'mid', 'low'] as const;

@Component({
  selector: 'dju-mixer-panel',
  imports: [BoundFader, BoundKnob, BoundToggle, PhaseMeter, TranslocoDirective, Vu],
  changeDetection: ChangeDetectionStrategy.OnPush,
  templateUrl: './mixer-panel.html',
  styleUrl: './mixer-panel.css',
})
export class MixerPanel {
  protected readonly room = inject(BattleRoom);
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
}

function phaseOf(deck: DeckView): number | null {
  const [grid, heard] = [deck.grid(), deck.heard()];
  return grid && heard?.playing ? beatPhase(grid, heard.position) : null;
}
