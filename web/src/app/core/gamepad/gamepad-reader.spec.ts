import { describe, expect, it } from 'vitest';
import { GamepadReader } from './gamepad-reader';

function pad(axes: number[] = [0, 0, 0, 0], held: Record<number, number> = {}) {
  return { axes, buttons: Array.from({ length: 17 }, (_, i) => ({ pressed: (held[i] ?? 0) > 0.5, value: held[i] ?? 0 })) };
}

describe('gamepad', () => {
  it('presses and lets go, once each', () => {
    const reader = new GamepadReader(() => 0);
    expect(reader.take(pad([0, 0, 0, 0], { 13: 1, 1: 1 }), 0.01)).toEqual([
      { kind: 'toggle', control: 'play', deck: 'A' },
      { kind: 'press', control: 'cue', deck: 'B', value: 1 },
    ]);
    expect(reader.take(pad([0, 0, 0, 0], { 13: 1, 1: 1 }), 0.01)).toEqual([]);
    expect(reader.release()).toEqual([{ kind: 'press', control: 'cue', deck: 'B', value: 0 }]);
  });

  it('turns the wheels by time, and rests within the dead zone', () => {
    const reader = new GamepadReader(() => 0);
    expect(reader.take(pad([0.1, 0, 0, 0]), 0.1)).toEqual([]);
    expect(reader.take(pad([1, 0, -1, 0]), 0.1)).toEqual([
      { kind: 'turn', control: 'jog', deck: 'A', by: 0.05 },
      { kind: 'turn', control: 'jog', deck: 'B', by: -0.05 },
    ]);
  });

  it('moves faders from where they are', () => {
    const reader = new GamepadReader(({ control }) => (control === 'crossfader' ? -0.5 : 0.8));
    expect(reader.take(pad([0, 0, 0, 0], { 9: 1 }), 0.1)).toEqual([{ kind: 'move', control: 'crossfader', value: expect.closeTo(-0.2) }]);
    expect(reader.take(pad([0, -1, 0, 0]), 0.1)).toMatchObject([{ kind: 'move', control: 'volume', deck: 'A' }]);
  });

  it('opens the filter with a trigger, and closes it once', () => {
    const reader = new GamepadReader(() => NaN);
    expect(reader.take(pad(), 0.01)).toEqual([]);
    expect(reader.take(pad([0, 0, 0, 0], { 6: 0.25 }), 0.01)).toEqual([{ kind: 'move', control: 'filter', deck: 'A', value: 0.25 }]);
    expect(reader.take(pad(), 0.01)).toEqual([{ kind: 'move', control: 'filter', deck: 'A', value: 0 }]);
    expect(reader.take(pad(), 0.01)).toEqual([]);
  });
});
