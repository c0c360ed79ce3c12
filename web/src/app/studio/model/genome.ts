// A transition's genome in the hands of a person: curves moved point by point, made longer or shorter,
// and the lists of effects, loops and cuts. Pure; nothing is changed in place. The server checks what
// it is sent (src/mixer/genome.h), so that nothing here need be believed.

import type { Curve, CutPoint, Deck, EffectUse, Genome, Lane, LoopUse } from '../../core/mixes';
import { clamp, type Range } from '../../widgets/maths/range';
import { rounded, type Stroke, stroked } from './stroke';

/** In the units of the engine's controls. */
export const LANES: Readonly<Record<Lane, Range & { readonly neutral: number }>> = {
  gain: { min: 0, max: 1, neutral: 1 },
  low: { min: 0, max: 1, neutral: 0.5 },
  mid: { min: 0, max: 1, neutral: 0.5 },
  high: { min: 0, max: 1, neutral: 0.5 },
  filter: { min: -1, max: 1, neutral: 0 },
};
export const LANE_NAMES = Object.keys(LANES) as Lane[];
const TEMPO: Range = { min: 0, max: 1 };

/** Which of a genome's curves. */
export type CurvePlace = { readonly deck: Deck; readonly lane: Lane } | 'tempo';

export interface Uses {
  readonly effects: EffectUse;
  readonly loops: LoopUse;
  readonly cuts: CutPoint;
}
export type UseKind = keyof Uses;

/** Lengths that dance music is mixed in; a bar and two are cuts and echoes. */
export const LENGTHS = [1, 2, 4, 8, 16, 24, 32, 48, 64, 96, 128];

export function rangeOf(place: CurvePlace): Range {
  return place === 'tempo' ? TEMPO : LANES[place.lane];
}

export function curveAt(genome: Genome, place: CurvePlace): Curve {
  return place === 'tempo' ? genome.tempo : genome[place.deck][place.lane];
}

/** One value for each bar line, bars + 1 in all. */
export function valuesOf(curve: Curve, bars: number): readonly number[] {
  if (typeof curve === 'number') return Array<number>(bars + 1).fill(curve);
  return 'line' in curve ? curve.line : curve.steps;
}

export function isStepped(curve: Curve): boolean {
  return typeof curve !== 'number' && 'steps' in curve;
}

function curveOf(values: readonly number[], stepped: boolean): Curve {
  return stepped ? { steps: values } : { line: values };
}

function withCurve(genome: Genome, place: CurvePlace, curve: Curve): Genome {
  if (place === 'tempo') return { ...genome, tempo: curve };
  return { ...genome, [place.deck]: { ...genome[place.deck], [place.lane]: curve } };
}

/** The curve under a moving hand, within its range. */
export function withStroke(genome: Genome, place: CurvePlace, stroke: Stroke): Genome {
  const curve = curveAt(genome, place);
  const { min, max } = rangeOf(place);
  const values = stroked(valuesOf(curve, genome.bars), stroke).map((value) =>
    clamp(value, min, max),
  );
  return withCurve(genome, place, curveOf(values, isStepped(curve)));
}

export function withShape(genome: Genome, place: CurvePlace, stepped: boolean): Genome {
  return withCurve(genome, place, curveOf(valuesOf(curveAt(genome, place), genome.bars), stepped));
}

/** The same moves in another number of bars; what no longer has any length is left out. */
export function resized(genome: Genome, bars: number): Genome {
  const ratio = bars / genome.bars;
  const place = (bar: number) => clamp(Math.round(bar * ratio * 4) / 4, 0, bars);
  const stretch = <T extends { readonly fromBar: number; readonly toBar: number }>(
    uses: readonly T[],
  ): T[] =>
    uses
      .map((use) => ({ ...use, fromBar: place(use.fromBar), toBar: place(use.toBar) }))
      .filter((use) => use.fromBar < use.toBar);
  const deck = (of: Deck) =>
    Object.fromEntries(
      LANE_NAMES.map((lane) => [lane, resampled(genome[of][lane], genome.bars, bars)]),
    ) as Genome[Deck];
  return {
    ...genome,
    bars,
    enterBar: Math.round(genome.enterBar * ratio),
    out: deck('out'),
    in: deck('in'),
    tempo: resampled(genome.tempo, genome.bars, bars),
    effects: stretch(genome.effects),
    loops: stretch(genome.loops),
    cuts: genome.cuts.map((cut) => ({ ...cut, bar: place(cut.bar) })),
  };
}

/** Written anew in another style; the tempo goes its way as before. */
export function restyled(before: Genome, made: Genome): Genome {
  return { ...made, tempo: resampled(before.tempo, before.bars, made.bars) };
}

function resampled(curve: Curve, from: number, to: number): Curve {
  if (typeof curve === 'number') return curve;
  const old = valuesOf(curve, from);
  const values = Array.from({ length: to + 1 }, (_, bar) => {
    const at = (bar * from) / to;
    const before = Math.min(from, Math.floor(at + 1e-9));
    if (isStepped(curve) || before === from) return old[before];
    return rounded(old[before] + (at - before) * (old[before + 1] - old[before]));
  });
  return curveOf(values, isStepped(curve));
}

/** An effect, loop or cut changed; behind the last one it is added. Cuts are kept in order of bars. */
export function withUse<K extends UseKind>(
  genome: Genome,
  kind: K,
  index: number,
  use: Uses[K],
): Genome {
  const uses: readonly unknown[] = genome[kind];
  return sorted({ ...genome, [kind]: [...uses.slice(0, index), use, ...uses.slice(index + 1)] });
}

export function withoutUse(genome: Genome, kind: UseKind, index: number): Genome {
  return { ...genome, [kind]: genome[kind].filter((_, i) => i !== index) };
}

function sorted(genome: Genome): Genome {
  return { ...genome, cuts: [...genome.cuts].sort((a, b) => a.bar - b.bar) };
}

/** What is put in when one asks for another: in the second half, where transitions happen. */
export function freshUse<K extends UseKind>(genome: Genome, kind: K): Uses[K] {
  const toBar = genome.bars;
  const fromBar = Math.max(0, toBar - Math.min(4, Math.max(1, toBar / 4)));
  const fresh: Uses = {
    effects: {
      deck: 'out',
      effect: 'echo',
      fromBar,
      toBar,
      mix: 0.5,
      amount: 0.5,
      tone: 0.5,
      beats: 1,
    },
    loops: { deck: 'out', ...freeStretch(genome, fromBar), beats: 4, rolled: true },
    cuts: { bar: Math.floor(toBar / 2), heard: 'in' },
  };
  return fresh[kind];
}

/** A bar of the outgoing deck that no loop has yet, the latest first: loops of a deck may not overlap. */
function freeStretch(genome: Genome, from: number): { fromBar: number; toBar: number } {
  const taken = genome.loops.filter((loop) => loop.deck === 'out');
  for (let bar = genome.bars - 1; bar >= 0; --bar)
    if (!taken.some((loop) => loop.fromBar < bar + 1 && bar < loop.toBar))
      return { fromBar: bar, toBar: bar + 1 };
  return { fromBar: from, toBar: genome.bars };
}
