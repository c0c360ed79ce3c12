import {
  curveAt,
  freshUse,
  isStepped,
  resized,
  restyled,
  valuesOf,
  withoutUse,
  withShape,
  withStroke,
  withUse,
} from './genome';
import type { CurvePlace } from './genome';
import { genome } from './testing';
import type { Genome } from '../../core/mixes';

/** One point moved. */
function withPoint(of: Genome, place: CurvePlace, index: number, value: number): Genome {
  return withStroke(of, place, { from: { index, value }, to: { index, value } });
}

const outGain = { deck: 'out', lane: 'gain' } as const;
const outLow = { deck: 'out', lane: 'low' } as const;

describe('a genome in the hands of a person', () => {
  it('moves one bar line and keeps the rest', () => {
    const moved = withPoint(genome(), outGain, 2, 0.25);
    expect(moved.out.gain).toEqual({ line: [1, 1, 0.25, 0.6, 0] });
    expect(moved.in).toEqual(genome().in);
  });

  it('gives a curve that never moved a value at each bar line when one is moved', () => {
    expect(withPoint(genome(), { deck: 'in', lane: 'filter' }, 0, -0.5).in.filter).toEqual({
      line: [-0.5, 0, 0, 0, 0],
    });
  });

  it('keeps values within the range of their control', () => {
    expect(valuesOf(withPoint(genome(), outGain, 0, 7).out.gain, 4)[0]).toBe(1);
    expect(
      valuesOf(withPoint(genome(), { deck: 'out', lane: 'filter' }, 0, -7).out.filter, 4)[0],
    ).toBe(-1);
    expect(valuesOf(withPoint(genome(), 'tempo', 4, 2).tempo, 4)[4]).toBe(1);
  });

  it('fills in the bar lines that a quick hand has passed', () => {
    const drawn = withStroke(genome(), outGain, {
      from: { index: 4, value: 0 },
      to: { index: 0, value: 1 },
    });
    // The first point is where the hand was already.
    expect(valuesOf(drawn.out.gain, 4)).toEqual([1, 0.75, 0.5, 0.25, 0]);
  });

  it('holds or joins the same values', () => {
    const held = withShape(genome(), outGain, true);
    expect(held.out.gain).toEqual({ steps: [1, 1, 0.9, 0.6, 0] });
    expect(isStepped(curveAt(withShape(held, outGain, false), outGain))).toBe(false);
  });

  it('takes twice the bars with the same moves', () => {
    const long = resized(genome({ enterBar: 2, cuts: [{ bar: 3, heard: 'in' }] }), 8);
    expect(valuesOf(long.out.gain, 8)).toEqual([1, 1, 1, 0.95, 0.9, 0.75, 0.6, 0.3, 0]);
    expect(valuesOf(curveAt(long, outLow), 8)).toEqual([0.5, 0.5, 0.5, 0.5, 0, 0, 0, 0, 0]);
    expect(long.enterBar).toBe(4);
    expect(long.cuts).toEqual([{ bar: 6, heard: 'in' }]);
    expect(long.tempo).toBe(0);
  });

  it('keeps the tempo’s way in another style', () => {
    const made = restyled(
      genome({ tempo: { line: [0, 0.25, 0.5, 0.75, 1] } }),
      genome({ style: 'cut', bars: 1 }),
    );
    expect(made).toMatchObject({ style: 'cut', bars: 1, tempo: { line: [0, 1] } });
  });

  it('leaves out what has no length any more', () => {
    const loops = [{ deck: 'out', fromBar: 2, toBar: 2.25, beats: 1, rolled: true }] as const;
    expect(resized(genome({ loops }), 1).loops).toEqual([]);
  });

  it('keeps cuts in the order of bars', () => {
    const cut = withUse(withUse(genome(), 'cuts', 0, { bar: 3, heard: 'in' }), 'cuts', 1, {
      bar: 1,
      heard: 'out',
    });
    expect(cut.cuts.map(({ bar }) => bar)).toEqual([1, 3]);
    expect(withoutUse(cut, 'cuts', 0).cuts).toEqual([{ bar: 3, heard: 'in' }]);
  });

  it('puts another loop where none is yet', () => {
    let looped = genome();
    for (let i = 0; i < 3; ++i) looped = withUse(looped, 'loops', i, freshUse(looped, 'loops'));
    expect(looped.loops.map(({ fromBar }) => fromBar)).toEqual([3, 2, 1]);
  });
});
