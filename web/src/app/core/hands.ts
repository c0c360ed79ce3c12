// Where what a hand on a device does becomes what the battle or the page does. Every device ends
// here, keyboard, controller and gamepad, so that all move things in one way. Devices know two decks, a
// left and a right one; which they are is decided here, by what lies in front.

import { inject, Injectable, signal } from '@angular/core';
import { BattleRoom } from './battle-room';
import { type Address, addressKey, control } from './controls';
import { DeckLayers } from './deck-layers';
import type { Target } from './midi/mapping';
import type { Movement } from './midi/translator';
import { DECK_IDS, type DeckId } from './model';

/** Names its deck by a number, as the value of `sync_leader` does. */
const PHONES = /^headphone_cue_(\d)$/;

@Injectable()
export class Hands {
  private readonly room = inject(BattleRoom);
  private readonly layers = inject(DeckLayers);
  /** Where a press began, so that it is let go there though another deck has come to the front. */
  private readonly began = new Map<string, Address>();
  /** Rows by which hands have moved through the library, in all. */
  readonly browsed = signal(0);
  /** The selected track is wanted on this deck. */
  readonly loadWanted = signal<{ readonly deck: DeckId } | null>(null);

  carry(movement: Movement | null): void {
    if (!movement || movement.kind === 'mode' || this.room.tab.elsewhere()) return;
    if (this.onPage(movement)) return;
    const { controls } = this.room;
    switch (movement.kind) {
      case 'move':
        return controls.move(this.address(movement), movement.value);
      case 'turn':
        return controls.turn(this.address(movement), movement.by);
      case 'toggle':
        return controls.toggle(this.address(movement));
      case 'press':
        return void controls.press(this.pressed(movement, movement.value), this.valueOf(movement));
    }
  }

  /** Which control a device means: of the decks in front, headphones of one's own seat. */
  address({ control: id, deck, sampler }: Target): Address {
    const seat = this.room.seat();
    const phones = PHONES.exec(id);
    if (phones) id = `headphone_cue_${this.number(Number(phones[1]))}`;
    if (control(id).scope === 'monitor' && seat) return { control: id, monitor: seat };
    return { control: id, ...(deck ? { deck: this.layers.reached(deck) } : {}), ...(sampler ? { sampler } : {}) };
  }

  private pressed(target: Target, value: number): Address {
    const key = addressKey(target);
    const began = this.began.get(key);
    const address = value === 0 && began ? began : this.address(target);
    if (value === 0) this.began.delete(key);
    else this.began.set(key, address);
    return address;
  }

  private valueOf({ control: id, value }: { control: string; value: number }): number {
    return id === 'sync_leader' && value <= DECK_IDS.length ? this.number(value) : value;
  }

  /** The number of the deck in front, where a device says 1 for the left and 2 for the right one. */
  private number(n: number): number {
    const deck = DECK_IDS[n - 1];
    return deck ? DECK_IDS.indexOf(this.layers.reached(deck)) + 1 : n;
  }

  private onPage(movement: Exclude<Movement, { kind: 'mode' }>): boolean {
    const down = movement.kind === 'press' && movement.value > 0;
    switch (movement.control) {
      case 'browse':
        if (movement.kind === 'turn') this.browsed.update((rows) => rows + movement.by);
        return true;
      case 'load_selected':
        if (down && movement.deck) this.loadWanted.set({ deck: this.layers.reached(movement.deck) });
        return true;
      case 'deck_layer':
        if (down && movement.deck) this.layers.swap(movement.deck);
        return true;
      default:
        return false;
    }
  }
}
