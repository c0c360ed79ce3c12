// Where what a hand on a device does becomes what the battle or the page does. Every device ends
// here, so that a controller, a gamepad and whatever comes later move things in one way.

import { inject, Injectable, signal } from '@angular/core';
import { BattleRoom } from './battle-room';
import { Address, control } from './controls';
import type { Target } from './midi/mapping';
import type { Movement } from './midi/translator';
import type { DeckId } from './model';

@Injectable()
export class Hands {
  private readonly room = inject(BattleRoom);
  /** Rows by which hands have moved through the library, in all. */
  readonly browsed = signal(0);
  /** The selected track is wanted on this deck. */
  readonly loadWanted = signal<{ readonly deck: DeckId } | null>(null);

  carry(movement: Movement | null): void {
    if (!movement || movement.kind === 'mode' || this.room.tab.elsewhere()) return;
    if (this.onPage(movement)) return;
    const address = this.address(movement);
    switch (movement.kind) {
      case 'move':
        return this.room.move(address, movement.value);
      case 'turn':
        return this.room.turn(address, movement.by);
      case 'toggle':
        return this.room.toggle(address);
      case 'press':
        return void this.room.press(address, movement.value);
    }
  }

  /** Headphones are those of one's own seat. */
  address({ control: id, deck, sampler }: Target): Address {
    const seat = this.room.seat();
    if (control(id).scope === 'monitor' && seat) return { control: id, monitor: seat };
    return { control: id, ...(deck ? { deck } : {}), ...(sampler ? { sampler } : {}) };
  }

  private onPage(movement: Exclude<Movement, { kind: 'mode' }>): boolean {
    if (movement.control === 'browse' && movement.kind === 'turn') this.browsed.update((rows) => rows + movement.by);
    else if (movement.control === 'load_selected' && movement.deck) {
      if (movement.kind === 'press' && movement.value > 0) this.loadWanted.set({ deck: movement.deck });
    } else return false;
    return true;
  }
}
