import { describe, expect, it } from 'vitest';
import { extraDelay } from './tap-test';

const clicks = Array.from({ length: 12 }, (_, i) => 1000 * i);
const taps = (lateMs: number, wobble: (i: number) => number = (i) => ((i * 37) % 40) - 20) =>
  clicks.map((click, i) => click + lateMs - 30 + wobble(i));

describe('tap test', () => {
  it('finds what a Bluetooth output adds', () => {
    expect(extraDelay(clicks, taps(220))).toBeGreaterThan(205);
    expect(extraDelay(clicks, taps(220))).toBeLessThan(235);
  });

  it('adds nothing where only the hand is early or late', () => {
    expect(extraDelay(clicks, taps(0))).toBe(0);
    expect(extraDelay(clicks, taps(20))).toBe(0);
  });

  it('forgives a tap that slipped', () => {
    const slipped = taps(180, (i) => (i === 4 ? 250 : 0));
    expect(extraDelay(clicks, slipped)).toBe(180);
  });

  it('says nothing for too few taps or taps without time', () => {
    expect(extraDelay(clicks, taps(200).slice(0, 7))).toBeNull();
    expect(extraDelay(clicks, taps(250, (i) => ((i * 71) % 240) - 120))).toBeNull();
  });
});
