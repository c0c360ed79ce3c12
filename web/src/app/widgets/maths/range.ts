// How a value sits on a control: between its ends, on its steps, at its angle. Pure; used by every
// knob and fader, so that mouse, wheel, touch and keyboard move a control in the same way.

export interface Range {
  readonly min: number;
  readonly max: number;
}

export function clamp(value: number, min: number, max: number): number {
  return Math.min(max, Math.max(min, value));
}

/** Where `value` lies in `range`: 0 at its minimum, 1 at its maximum. */
export function toFraction(value: number, { min, max }: Range): number {
  return max === min ? 0 : clamp((value - min) / (max - min), 0, 1);
}

export function fromFraction(fraction: number, { min, max }: Range): number {
  return min + clamp(fraction, 0, 1) * (max - min);
}

/** How far a knob turns to each side of its middle, in degrees: the travel of hardware mixers. */
export const KNOB_TRAVEL_DEGREES = 130;

export function knobAngle(value: number, range: Range): number {
  return (toFraction(value, range) * 2 - 1) * KNOB_TRAVEL_DEGREES;
}

/** Pixels of a vertical drag from one end of a knob to the other; fine mode needs ten times as many. */
export const DRAG_PIXELS = 160;
const FINE = 10;

/** The value after a drag of `pixels` (up is positive). */
export function dragValue(start: number, pixels: number, range: Range, fine: boolean): number {
  const travel = pixels / (DRAG_PIXELS * (fine ? FINE : 1));
  return clamp(start + travel * (range.max - range.min), range.min, range.max);
}

/** One notch of a wheel or one arrow key: a fiftieth of the range, a five-hundredth in fine mode. */
export function stepSize(range: Range, fine: boolean): number {
  return (range.max - range.min) / (fine ? 500 : 50);
}

/**
 * The value a key press asks for, as ARIA describes sliders (arrows, Page keys, Home, End), or null
 * when the key is not the control's.
 */
export function keyValue(
  event: { key: string; shiftKey: boolean },
  value: number,
  range: Range,
  inverted = false,
): number | null {
  const step = stepSize(range, event.shiftKey) * (inverted ? -1 : 1);
  const moved = (by: number) => clamp(value + by, range.min, range.max);
  switch (event.key) {
    case 'ArrowUp':
      return moved(step);
    case 'ArrowDown':
      return moved(-step);
    case 'ArrowRight':
      return moved(Math.abs(step));
    case 'ArrowLeft':
      return moved(-Math.abs(step));
    case 'PageUp':
      return moved(step * 5);
    case 'PageDown':
      return moved(-step * 5);
    case 'Home':
      return range.min;
    case 'End':
      return range.max;
    default:
      return null;
  }
}

/** Half the width of a centre detent, as a share of the travel. */
export const DETENT = 0.015;

/** Pulls a value near the middle of its range to the middle, as a fader with a notch does. */
export function withDetent(value: number, range: Range, centre: number): number {
  return Math.abs(value - centre) <= DETENT * (range.max - range.min) ? centre : value;
}
