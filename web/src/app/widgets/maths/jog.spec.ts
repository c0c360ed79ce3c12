import { describe, expect, it } from 'vitest';
import { angleTurns, jogZone, platterTurns, turnDelta } from './jog';

describe('jog', () => {
  it('tells the top from the rim', () => {
    expect(jogZone(0, 0, 100)).toBe('top');
    expect(jogZone(60, 60, 100)).toBe('rim');
  });

  it('turns clockwise on a screen whose y grows downwards', () => {
    expect(turnDelta(angleTurns(1, 0), angleTurns(0, 1))).toBeCloseTo(0.25);
    expect(turnDelta(angleTurns(1, 0), angleTurns(0, -1))).toBeCloseTo(-0.25);
  });

  it('takes the shorter way across the seam at half a turn', () => {
    expect(turnDelta(0.49, -0.49)).toBeCloseTo(0.02);
    expect(turnDelta(-0.49, 0.49)).toBeCloseTo(-0.02);
  });

  it('adds up to whole turns along a circle', () => {
    let sum = 0;
    for (let i = 0; i < 360; ++i) {
      const at = (n: number) =>
        angleTurns(Math.cos((n * Math.PI) / 60), Math.sin((n * Math.PI) / 60));
      sum += turnDelta(at(i), at(i + 1));
    }
    expect(sum).toBeCloseTo(3);
  });

  it('turns a platter 33⅓ times a minute', () => {
    expect(platterTurns(60 * 48000)).toBeCloseTo(100 / 3);
  });
});
