// Keys, motors and habits of the decks in front, and between them whom the synced decks follow.

import { ChangeDetectionStrategy, Component, computed, inject } from '@angular/core';
import { TranslocoDirective } from '@jsverse/transloco';
import { BattleRoom } from '../../core/battle-room';
import { QUICK_EFFECTS } from '../../core/controls';
import { DeckLayers } from '../../core/deck-layers';
import { Language } from '../../core/language';
import { DECK_IDS } from '../../core/model';
import { BoundChoice } from '../bound-choice';
import { BoundFader } from '../bound-fader';
import { BoundKnob } from '../bound-knob';
import { BoundToggle } from '../bound-toggle';
import { BoundTrigger } from '../bound-trigger';

@Component({
  selector: 'dju-clock-rack',
  imports: [BoundChoice, BoundFader, BoundKnob, BoundToggle, BoundTrigger, TranslocoDirective],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <ng-container *transloco="let t; prefix: 'battle.rack'">
      @for (deck of layers.front(); track deck.id) {
        <div role="group" class="deck" [style.border-left-color]="'var(--dju-deck-' + deck.id.toLowerCase() + ')'" [attr.aria-label]="t('moreOf', { deck: deck.id })">
          <dju-bound-knob control="key_shift" [deck]="deck.id" [label]="t('shift')" />
          <div class="pair">
            <dju-bound-trigger control="key_sync" [deck]="deck.id" [label]="t('matchKey')" [off]="!deck.track()" />
            <dju-bound-choice control="key_voice" [deck]="deck.id" [texts]="[t('fast'), t('fine')]" />
          </div>
          <div class="pair">
            <dju-bound-trigger control="sync_tempo" [deck]="deck.id" [label]="t('matchTempo')" [off]="!deck.track()" />
            <dju-bound-trigger control="sync_phase" [deck]="deck.id" [label]="t('matchBeat')" [off]="!deck.track()" />
          </div>
          <div class="pair">
            <dju-bound-trigger control="brake" [deck]="deck.id" [label]="t('brake')" [lit]="deck.facts().braking" [off]="!deck.track()" />
            <dju-bound-trigger control="spin_up" [deck]="deck.id" [label]="t('spinUp')" [off]="!deck.track()" />
          </div>
          <dju-bound-knob control="brake_time" [deck]="deck.id" [label]="t('time')" />
          <div class="pair">
            <dju-bound-toggle control="fader_start" [deck]="deck.id" [label]="t('faderStart')" />
            <dju-bound-toggle control="auto_gain" [deck]="deck.id" [label]="t('autoGain')" />
          </div>
          <div class="pair">
            <dju-bound-choice control="quick_type" [deck]="deck.id" [texts]="quick()" />
          </div>
          <dju-bound-knob control="filter_resonance" [deck]="deck.id" [label]="t('reso')" />
        </div>
        @if ($first) {
          <div role="group" class="clock" [attr.aria-label]="t('clock')">
            <div class="pair">
              <dju-bound-choice control="sync_leader" [texts]="leaders(t)" />
              <dju-bound-trigger control="clock_align" [label]="t('align')" />
            </div>
            <label>
              <dju-bound-fader control="clock_bpm" orientation="horizontal" />
              <b>{{ clockBpm() }} BPM</b>
            </label>
          </div>
        }
      }
    </ng-container>
  `,
  styleUrl: './clock-rack.css',
})
export class ClockRack {
  private readonly room = inject(BattleRoom);
  protected readonly layers = inject(DeckLayers);
  private readonly language = inject(Language);
  protected readonly quick = computed(() => QUICK_EFFECTS.map(({ text }) => text[this.language.active()]));
  protected readonly clockBpm = computed(() => this.room.controls.value({ control: 'clock_bpm' })().toFixed(1));

  protected leaders(t: (key: string, values?: Record<string, string>) => string): string[] {
    const decks = DECK_IDS.map((deck) => t('leaderDeck', { deck }));
    return [t('leaderAuto'), ...decks, t('leaderClock')];
  }
}
