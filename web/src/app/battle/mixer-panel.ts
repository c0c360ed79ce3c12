// The mixer between the decks: the channels of the two decks in front, headphones and master between them,
// the crossfader below. Headphones are one's own; spectators do not see them.

import { ChangeDetectionStrategy, Component, computed, inject, model } from '@angular/core';
import { TranslocoDirective } from '@jsverse/transloco';
import { BattleRoom } from '../core/battle-room';
import { DeckLayers } from '../core/deck-layers';
import { Language } from '../core/language';
import { MasterMeter, PhaseMeter } from '../widgets';
import { BoundFader } from './bound-fader';
import { BoundKnob } from './bound-knob';
import { BoundToggle } from './bound-toggle';
import { ChannelStrip } from './channel-strip';
import { RACKS, type RackName } from './rack/rack';

@Component({
  selector: 'dju-mixer-panel',
  imports: [BoundFader, BoundKnob, BoundToggle, ChannelStrip, MasterMeter, PhaseMeter, TranslocoDirective],
  changeDetection: ChangeDetectionStrategy.OnPush,
  templateUrl: './mixer-panel.html',
  styleUrl: './mixer-panel.css',
})
export class MixerPanel {
  /** The strip that is open above the decks. */
  readonly rack = model<RackName | null>(null);
  protected readonly room = inject(BattleRoom);
  protected readonly layers = inject(DeckLayers);
  protected readonly language = inject(Language);
  /** That of the decks behind only where there are any. */
  protected readonly racks = computed(() => RACKS.filter((name) => name !== 'decks' || this.layers.behind().length > 0));
  protected readonly seat = this.room.seat;
  protected readonly sides = computed<[string, string]>(() => [this.layers.left().id, this.layers.right().id]);
  protected readonly bpm = computed(() => {
    const moving = this.layers.front().find((deck) => (deck.heard()?.bpm ?? 0) > 0);
    return moving?.heard()?.bpm || 120;
  });
  protected readonly held = computed(() => {
    const held = this.room.heldBy();
    return held?.control === 'crossfader' ? held.player : null;
  });
  protected readonly master = () => this.room.visualization()?.masterPeakDb ?? [-Infinity, -Infinity];
  protected readonly truePeak = () => this.room.visualization()?.masterTruePeakDb ?? -Infinity;
  protected readonly limiter = () => this.room.visualization()?.limiterDb ?? 0;
}
