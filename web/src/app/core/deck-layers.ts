// Which deck of each side lies in front: A or C on the left, B or D on the right, as controllers with two
// decks' worth of hardware have it. Everything that a hand reaches, on the page, on keys or on a device, is
// of the decks in front; the others play on behind them.

import { computed, inject, Injectable, signal } from '@angular/core';
import { BattleRoom } from './battle-room';
import type { DeckView } from './deck-view';
import type { DeckId } from './model';
import { deckSeat } from './permissions';

@Injectable()
export class DeckLayers {
  private readonly room = inject(BattleRoom);
  private readonly left_ = signal<DeckId>('A');
  private readonly right_ = signal<DeckId>('B');
  readonly left = computed(() => this.view(this.left_(), 0));
  readonly right = computed(() => this.view(this.right_(), 1));
  /** Left, then right. */
  readonly front = computed<readonly DeckView[]>(() => [this.left(), this.right()]);
  readonly behind = computed(() => this.room.decks().filter((deck) => !this.front().includes(deck)));

  /** The deck in front on the side where this one lies. */
  reached(deck: DeckId): DeckId {
    return (deckSeat(deck) === 'A' ? this.left() : this.right()).id;
  }

  bring(deck: DeckId): void {
    (deckSeat(deck) === 'A' ? this.left_ : this.right_).set(deck);
  }

  /** The other deck of a side, if there is one. */
  swap(deck: DeckId): void {
    const other = this.behind().find(({ id }) => deckSeat(id) === deckSeat(deck));
    if (other) this.bring(other.id);
  }

  /** A battle of two decks has nothing behind them. */
  private view(id: DeckId, otherwise: number): DeckView {
    const decks = this.room.decks();
    return decks.find((deck) => deck.id === id) ?? decks[otherwise];
  }
}
