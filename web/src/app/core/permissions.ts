// Whose hands may move what, as the server decides it (src/server/battle/permissions.h). The page
// only shows it; the server is asked each time. Pure.

import { control, type Address } from './controls';
import type { Battle, Seat } from './model';

export function mayMove(battle: Battle | null, seat: Seat | null, address: Address): boolean {
  if (!battle || !seat || battle.state === 'ended' || battle.kind === 'replay') return false;
  const { owner } = control(address.control);
  if (owner === 'monitor') return address.monitor === seat;
  if (battle.turn) return battle.turn === seat;
  if (owner === 'shared' || owner === 'open' || battle.format === 'free') return true;
  return deckSeat(address.deck ?? 'A') === seat;
}

export type CrossfaderSide = 'left' | 'thru' | 'right';

/** Where `crossfader_side` puts a deck: 0 leaves it on the side of its seat. */
export function crossfaderSide(deck: string, value: number): CrossfaderSide {
  return (['left', 'thru', 'right'] as const)[value - 1] ?? (deckSeat(deck) === 'A' ? 'left' : 'right');
}

/** The seat that a deck belongs to where each DJ has the own decks. */
export function deckSeat(deck: string): Seat {
  return deck === 'A' || deck === 'C' ? 'A' : 'B';
}
