// What a controller's lamps and meters show, from what the page knows of the battle. Pure.

import type { DeckFacts } from '../deck-view';
import type { Lamp } from './mapping';

/** The battle as lamps see it. */
export interface LampState {
  facts(deck: Lamp['deck']): DeckFacts | null;
  /** What a control shows. */
  value(lamp: Lamp): number;
  mode(deck: Lamp['deck']): string | undefined;
  samplerLoaded(sampler: number): boolean;
  samplerPlaying(sampler: number): boolean;
  /** dBFS of a deck before its fader, or of the master. */
  levelDb(lamp: Lamp): number;
}

/** Of the level, dBFS, at which a meter begins. */
const FLOOR_DB = -42;

/** The last byte of the lamp's message. */
export function lampByte(lamp: Lamp, state: LampState): number {
  if (lamp.level) {
    const share = Math.min(1, Math.max(0, 1 - state.levelDb(lamp) / FLOOR_DB));
    return Math.round(lamp.off + share * (lamp.on - lamp.off));
  }
  return isLit(lamp, state) ? lamp.on : lamp.off;
}

function isLit(lamp: Lamp, state: LampState): boolean {
  const facts = state.facts(lamp.deck);
  const { lit = '', mode, value } = lamp;
  if (lit === 'mode') return state.mode(lamp.deck) === mode;
  const hotCue = /^hotcue_(\d)$/.exec(lit);
  if (hotCue) return facts?.hotCues[Number(hotCue[1]) - 1] != null;
  switch (lit) {
    case 'loaded':
      return !!facts?.loaded;
    case 'cue':
      return !!facts?.loaded && !facts.playing;
    case 'beatloop':
      return !!facts?.looping && Math.abs(facts.loopBeats - value!) < value! / 16;
    case 'leader':
      return !!facts?.leader;
    case 'sampler_load':
      return state.samplerLoaded(lamp.sampler!);
    case 'sampler_play':
      return state.samplerPlaying(lamp.sampler!);
    default:
      return state.value(lamp) > 0.5;
  }
}
