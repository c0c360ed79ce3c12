import { plan } from './testing';
import {
  centred,
  clipsOf,
  mixAt,
  recordAt,
  samePlace,
  scrollFor,
  ticks,
  zoomRange,
} from './timeline';

describe('a plan in time', () => {
  const [a, b] = clipsOf(plan());

  it('lays records on two lanes by turns', () => {
    expect([a.lane, b.lane]).toEqual([0, 1]);
    expect([a.from, a.to, b.from, b.to]).toEqual([0, 68, 60, 152]);
  });

  it('says what of a record is heard at a moment, and when', () => {
    expect(recordAt(a, 60)).toBeCloseTo(68);
    expect(recordAt(a, 0)).toBeCloseTo(2);
    expect(recordAt(a, 64)).toBeCloseTo(73);
    expect(mixAt(a, 73)).toBeCloseTo(64);
    expect(recordAt(b, 61)).toBeCloseTo(9);
    expect(mixAt(b, 100)).toBeCloseTo(152);
  });

  it('sets ticks at round times that do not touch', () => {
    expect(ticks(152, 1)).toEqual([0, 120]);
    expect(ticks(152, 2.4)[1]).toBe(30);
  });

  it('keeps the moment under the hand while zooming', () => {
    const scroll = scrollFor(60, 2, 8, 50);
    expect(60 * 8 - scroll).toBe(60 * 2 - 50);
    expect(zoomRange(100, 1000).min).toBe(10);
    expect(centred(60, 68, 10, 200)).toBe(540);
  });
});

describe('the same place in another mix', () => {
  const mix = (start: number, end: number, durationSeconds: number) => ({
    durationSeconds,
    transitions: [{ startSeconds: start, endSeconds: end }],
  });

  it('is the same share of the same transition', () => {
    expect(samePlace(64, mix(60, 68, 152), mix(50, 82, 160))).toBe(66);
    expect(samePlace(30, mix(60, 68, 152), mix(50, 82, 160))).toBe(25);
    expect(samePlace(152, mix(60, 68, 152), mix(50, 82, 160))).toBe(160);
  });

  it('stays within a mix that is shorter, and survives a transition without length', () => {
    expect(samePlace(500, mix(60, 68, 152), mix(50, 82, 160))).toBe(160);
    expect(samePlace(60, mix(60, 60, 152), mix(50, 82, 160))).toBe(50);
  });
});
