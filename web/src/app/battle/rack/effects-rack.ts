// The effects of the decks in front, three slots each, with the master's between them.

import { ChangeDetectionStrategy, Component, inject } from '@angular/core';
import { TranslocoDirective } from '@jsverse/transloco';
import { DeckLayers } from '../../core/deck-layers';
import { EffectSlot } from './effect-slot';

@Component({
  selector: 'dju-effects-rack',
  imports: [EffectSlot, TranslocoDirective],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <ng-container *transloco="let t; prefix: 'battle.rack'">
      @for (deck of layers.front(); track deck.id) {
        <div role="group" class="deck" [style.border-color]="'var(--dju-deck-' + deck.id.toLowerCase() + ')'" [attr.aria-label]="t('effectsOf', { deck: deck.id })">
          @for (slot of slots; track slot) {
            <dju-effect-slot [deck]="deck.id" [slot]="slot" />
          }
        </div>
        @if ($first) {
          <div role="group" class="master" [attr.aria-label]="t('masterEffect')">
            <dju-effect-slot />
          </div>
        }
      }
    </ng-container>
  `,
  styles: `
    :host {
      display: flex;
      flex-wrap: wrap;
      gap: 6px;
    }
    div {
      display: flex;
      flex-wrap: wrap;
      gap: 4px;
      min-width: 0;
    }
    .deck {
      flex: 3 1 490px;
      padding-left: 4px;
      border-left: 3px solid;
    }
    .master {
      flex: 1 1 160px;
    }
  `,
})
export class EffectsRack {
  protected readonly layers = inject(DeckLayers);
  protected readonly slots = [1, 2, 3];
}
