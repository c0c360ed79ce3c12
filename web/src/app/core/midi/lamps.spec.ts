import { signal } from '@angular/core';
import { describe, expect, it } from 'vitest';
import { DeckView } from '../deck-view';
import { lampByte, type LampState } from './lamps';
import { type Lamp, lampsOf } from './mapping';
import { MAPPINGS } from './mappings';

const EMPTY = new DeckView('A', { heard: signal(null), frameNow: () => null }, signal(0)).facts();

function state(change: Partial<LampState> = {}): LampState {
  return {
    facts: () => EMPTY,
    value: () => 0,
    mode: () => undefined,
    samplerLoaded: () => false,
    samplerPlaying: () => false,
    levelDb: () => -Infinity,
    ...change,
  };
}

const lamp = (change: Partial<Lamp>): Lamp => ({ status: 0x90, data: 0, on: 127, off: 1, ...change });

describe('lamps', () => {
  it('show switches, cues, loops of their size and samplers', () => {
    const facts = { ...EMPTY, loaded: true, looping: true, loopBeats: 4, hotCues: [null, 48000, null, null, null, null, null, null] };
    const now = state({ facts: () => facts, value: ({ lit }) => (lit === 'slip' ? 1 : 0), samplerLoaded: (n) => n === 2 });
    const lit = (change: Partial<Lamp>) => lampByte(lamp(change), now) === 127;
    expect([lit({ lit: 'slip' }), lit({ lit: 'quantize' })]).toEqual([true, false]);
    expect([lit({ lit: 'hotcue_2' }), lit({ lit: 'hotcue_1' }), lit({ lit: 'cue' })]).toEqual([true, false, true]);
    expect([lit({ lit: 'beatloop', value: 4 }), lit({ lit: 'beatloop', value: 8 })]).toEqual([true, false]);
    expect([lit({ lit: 'sampler_load', sampler: 2 }), lit({ lit: 'sampler_load', sampler: 1 })]).toEqual([true, false]);
  });

  it('tell the pad mode', () => {
    const mode = lamp({ lit: 'mode', mode: 'loop' });
    expect([lampByte(mode, state({ mode: () => 'loop' })), lampByte(mode, state({ mode: () => 'hotcue' }))]).toEqual([127, 1]);
  });

  it('are meters from -42 to 0 dBFS', () => {
    const meter = lamp({ level: 'deck', off: 0, on: 90 });
    expect([-Infinity, -42, -21, 0, 3].map((db) => lampByte(meter, state({ levelDb: () => db })))).toEqual([0, 0, 45, 90, 90]);
  });

  it('of every mapping are understood', () => {
    for (const mapping of MAPPINGS) for (const one of lampsOf(mapping)) expect(lampByte(one, state())).toBe(one.off);
  });
});
