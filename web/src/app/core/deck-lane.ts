// A deck of a battle as a lane of the scrolling waveforms.

import type { WaveformLane } from '../widgets';
import { type DeckView, loopOf } from './deck-view';

export function laneOf(deck: DeckView): WaveformLane {
  const facts = deck.facts();
  return {
    deck: deck.id,
    waveform: deck.waveform(),
    grid: deck.grid(),
    cueFrame: deck.track() ? facts.cueFrame : null,
    hotCues: facts.hotCues,
    marks: deck.marks(),
    loop: loopOf(facts),
    slipAt: () => deck.slipFrame,
    positionAt: () => deck.position(),
    rateAt: () => deck.rate(),
  };
}
