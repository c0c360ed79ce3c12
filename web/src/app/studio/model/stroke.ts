// A curve under a moving hand: what it has passed between two points lies on the way from one to the
// other. Pure.

export interface CurvePoint {
  readonly index: number;
  readonly value: number;
}

/** From where the hand was to where it is; the same point twice when it has just come. */
export interface Stroke {
  readonly from: CurvePoint;
  readonly to: CurvePoint;
}

/** Thousandths are finer than any fader; floating noise has no place in what people read. */
export function rounded(value: number): number {
  return Math.round(value * 1000) / 1000;
}

export function stroked(values: readonly number[], { from, to }: Stroke): readonly number[] {
  const span = to.index - from.index;
  return values.map((old, i) => {
    if (span === 0) return i === to.index ? rounded(to.value) : old;
    const part = (i - from.index) / span;
    return part > 0 && part <= 1 ? rounded(from.value + part * (to.value - from.value)) : old;
  });
}
