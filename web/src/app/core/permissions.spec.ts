import { describe, expect, it } from 'vitest';
import type { Battle } from './model';
import { mayMove } from './permissions';

const battle = (change: Partial<Battle>) => ({ format: 'back_to_back', state: 'running', kind: 'live', turn: null, ...change }) as Battle;

describe('whose hands', () => {
  it('back to back: one deck each, the mixer shared', () => {
    const b = battle({});
    expect(mayMove(b, 'A', { control: 'play', deck: 'A' })).toBe(true);
    expect(mayMove(b, 'A', { control: 'play', deck: 'B' })).toBe(false);
    expect(mayMove(b, 'B', { control: 'crossfader' })).toBe(true);
  });

  it('rounds: all belongs to whose turn it is, headphones to oneself', () => {
    const b = battle({ format: 'rounds', turn: 'B' });
    expect(mayMove(b, 'B', { control: 'play', deck: 'A' })).toBe(true);
    expect(mayMove(b, 'A', { control: 'play', deck: 'A' })).toBe(false);
    expect(mayMove(b, 'A', { control: 'crossfader' })).toBe(false);
    expect(mayMove(b, 'A', { control: 'headphone_mix', monitor: 'A' })).toBe(true);
    expect(mayMove(b, 'A', { control: 'headphone_mix', monitor: 'B' })).toBe(false);
  });

  it('nobody moves anything without a seat or after the end', () => {
    expect(mayMove(battle({ format: 'free' }), null, { control: 'crossfader' })).toBe(false);
    expect(mayMove(battle({ state: 'ended' }), 'A', { control: 'play', deck: 'A' })).toBe(false);
  });
});
