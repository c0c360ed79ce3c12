// One effect: what it is, on or off, how long in beats, how much of it, and its two parameters.

import { ChangeDetectionStrategy, Component, computed, inject, input } from '@angular/core';
import { TranslocoDirective } from '@jsverse/transloco';
import { BattleRoom } from '../../core/battle-room';
import { control, EFFECTS } from '../../core/controls';
import { Language } from '../../core/language';
import type { DeckId } from '../../core/model';
import { beatsText } from '../../widgets';
import { BoundChoice } from '../bound-choice';
import { BoundKnob } from '../bound-knob';
import { BoundToggle } from '../bound-toggle';

@Component({
  selector: 'dju-effect-slot',
  imports: [BoundChoice, BoundKnob, BoundToggle, TranslocoDirective],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <ng-container *transloco="let t; prefix: 'battle.rack'">
      <div class="what">
        <dju-bound-toggle [control]="id('on')" [deck]="deck()" [label]="title()" [colour]="colour()" />
        <dju-bound-choice [control]="id('type')" [deck]="deck()" [texts]="effects()" />
        <dju-bound-choice class="beats" [control]="id('beats')" [deck]="deck()" [texts]="beats()" />
      </div>
      <div class="knobs">
        <dju-bound-knob [control]="id('mix')" [deck]="deck()" [label]="t('mix')" />
        <dju-bound-knob [control]="id('amount')" [deck]="deck()" [label]="t('amount')" [hint]="effect().amount[language.active()]" />
        <dju-bound-knob [control]="id('tone')" [deck]="deck()" [label]="t('tone')" [hint]="effect().tone[language.active()]" />
      </div>
    </ng-container>
  `,
  styles: `
    :host {
      flex: 1 1 160px;
      min-width: 0;
      display: flex;
      gap: 6px;
      align-items: center;
      padding: 4px;
      border-radius: 6px;
      background: var(--dju-ground);
      --dju-knob-size: 27px;
      border: 1px solid var(--dju-line);
    }
    .what {
      flex: 1;
      min-width: 0;
      display: grid;
      grid-template-columns: minmax(0, 1fr) 40px;
      gap: 3px;
    }
    dju-bound-toggle {
      grid-column: 1;
    }
    .beats {
      grid-area: 1 / 2;
    }
    dju-bound-choice:not(.beats) {
      grid-area: 2 / 1 / 3 / 3;
    }
    .knobs {
      display: flex;
      gap: 9px;
    }
    /* Phones: one effect a line. */
    @media (max-width: 520px) {
      :host {
        flex-basis: 220px;
      }
    }
  `,
})
export class EffectSlot {
  /** Left out for the master's. */
  readonly deck = input<DeckId>();
  readonly slot = input(1);
  private readonly room = inject(BattleRoom);
  protected readonly language = inject(Language);
  protected readonly effects = computed(() => EFFECTS.map(({ text }) => text[this.language.active()]));
  protected readonly beats = computed(() => (control(this.id('beats')).choices ?? []).map(beatsText));
  protected readonly title = computed(() => (this.deck() ? `FX${this.slot()}` : 'MST'));
  protected readonly colour = computed(() => (this.deck() ? `var(--dju-deck-${this.deck()!.toLowerCase()})` : 'var(--dju-warn)'));
  protected readonly effect = computed(() => {
    const deck = this.deck();
    const type = this.room.controls.value({ control: this.id('type'), ...(deck ? { deck } : {}) })();
    return EFFECTS[type] ?? EFFECTS[0];
  });

  protected id(part: string): string {
    return this.deck() ? `fx_${part}_${this.slot()}` : `master_fx_${part}`;
  }
}
