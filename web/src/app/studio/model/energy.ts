// The course of energy that a mix is asked for: the named shapes as points, so that drawing by hand
// begins where one stood (formulas: wantedEnergy, src/mixer/parameters.cpp). Pure.

import type { EnergyShape, MixParameters } from '../../core/mixes';

export const SHAPES: readonly EnergyShape[] = ['flat', 'build', 'peak', 'wave', 'drawn'];
/** Points of a curve drawn by hand: one each twelfth of the mix. */
export const POINTS = 13;

const NAMED: Readonly<Record<Exclude<EnergyShape, 'drawn'>, (place: number) => number>> = {
  flat: () => 0.5,
  build: (x) => x,
  peak: (x) => (x < 2 / 3 ? 1.5 * x : 1 - 1.5 * (x - 2 / 3)),
  wave: (x) => 0.5 - 0.5 * Math.cos(4 * Math.PI * x),
};

export function pointsOf(
  { energy, energyCurve }: Pick<MixParameters, 'energy' | 'energyCurve'>,
  count = POINTS,
): readonly number[] {
  if (energy === 'drawn') return energyCurve ?? Array<number>(count).fill(0.5);
  return Array.from(
    { length: count },
    (_, i) => Math.round(NAMED[energy](i / (count - 1)) * 100) / 100,
  );
}
