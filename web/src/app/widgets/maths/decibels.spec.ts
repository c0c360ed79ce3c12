import { describe, expect, it } from 'vitest';
import { amplitudeToDb, HeldMaximum, MeterBallistics, vuFraction } from './decibels';

describe('decibels', () => {
  it('knows full scale, half and silence', () => {
    expect(amplitudeToDb(1)).toBe(0);
    expect(amplitudeToDb(0.5)).toBeCloseTo(-6.02, 2);
    expect(amplitudeToDb(0)).toBe(-Infinity);
  });

  it('gives the upper 18 dB two thirds of the height, without a step', () => {
    expect(vuFraction(0)).toBe(1);
    expect(vuFraction(-18)).toBeCloseTo(1 / 3);
    expect(vuFraction(-18.001)).toBeCloseTo(1 / 3, 3);
    expect(vuFraction(-48)).toBe(0);
    expect(vuFraction(-Infinity)).toBe(0);
    expect(vuFraction(NaN)).toBe(0);
  });

  it('rises at once, falls 20 dB a second and holds its peak for 1.2 s', () => {
    const meter = new MeterBallistics();
    expect(meter.update(-3, 1000)).toEqual({ level: -3, peak: -3 });
    const half = meter.update(-Infinity, 1500);
    expect(half.level).toBeCloseTo(-13);
    expect(half.peak).toBe(-3);
    expect(meter.update(-Infinity, 2300).peak).toBeLessThan(-3);
    expect(meter.update(-1, 2400)).toEqual({ level: -1, peak: -1 });
  });

  it('a figure keeps the highest value for three seconds', () => {
    const held = new HeldMaximum();
    expect(held.update(-6, 0)).toBe(-6);
    expect(held.update(-9, 2900)).toBe(-6);
    expect(held.update(-8, 3001)).toBe(-8);
    expect(held.update(-2, 3100)).toBe(-2);
  });
});
