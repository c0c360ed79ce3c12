import { describe, expect, it } from 'vitest';
import { dragValue, fromFraction, keyValue, knobAngle, toFraction, withDetent } from './range';

const percent = { min: -8, max: 8 };

describe('range', () => {
  it('turns a knob from −130° over 0° to 130°', () => {
    expect([0, 0.5, 1].map((value) => knobAngle(value, { min: 0, max: 1 }))).toEqual([
      -130, 0, 130,
    ]);
  });

  it('maps values to fractions and back, and keeps within the ends', () => {
    expect(toFraction(4, percent)).toBe(0.75);
    expect(fromFraction(0.75, percent)).toBe(4);
    expect(toFraction(100, percent)).toBe(1);
    expect(toFraction(1, { min: 1, max: 1 })).toBe(0);
  });

  it('crosses the range in 160 pixels, and a tenth of it in fine mode', () => {
    expect(dragValue(-8, 160, percent, false)).toBe(8);
    expect(dragValue(-8, 160, percent, true)).toBeCloseTo(-6.4);
    expect(dragValue(8, 50, percent, false)).toBe(8);
  });

  it('moves by keys as ARIA sliders do', () => {
    const key = (name: string, shiftKey = false) => keyValue({ key: name, shiftKey }, 0, percent);
    expect(key('ArrowUp')).toBeCloseTo(0.32);
    expect(key('ArrowDown', true)).toBeCloseTo(-0.032);
    expect(key('PageUp')).toBeCloseTo(1.6);
    expect(key('Home')).toBe(-8);
    expect(key('End')).toBe(8);
    expect(key('q')).toBeNull();
  });

  it('moves an inverted fader the way the hand goes', () => {
    expect(keyValue({ key: 'ArrowDown', shiftKey: false }, 0, percent, true)).toBeCloseTo(0.32);
    expect(keyValue({ key: 'ArrowRight', shiftKey: false }, 0, percent, true)).toBeCloseTo(0.32);
  });

  it('falls into the detent near its centre only', () => {
    expect(withDetent(0.2, percent, 0)).toBe(0);
    expect(withDetent(0.3, percent, 0)).toBe(0.3);
  });
});
