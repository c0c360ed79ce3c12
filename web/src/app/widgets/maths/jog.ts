// What a hand does on a jog wheel: angles of the pointer become turns of the platter. Pure.

/** Revolutions a minute of the platter at original tempo, as a record's. */
export const RPM = 33 + 1 / 3;

/** Share of the radius inside which a touch holds the platter (scratch); outside it bends the tempo. */
export const TOP_RADIUS = 0.72;

export type JogZone = 'top' | 'rim';

export function jogZone(x: number, y: number, radius: number): JogZone {
  return Math.hypot(x, y) <= radius * TOP_RADIUS ? 'top' : 'rim';
}

/** Angle of a point around the centre in turns, clockwise as a record turns, screen coordinates. */
export function angleTurns(x: number, y: number): number {
  return Math.atan2(y, x) / (2 * Math.PI);
}

/** The shorter way from one angle to another, in turns (−0.5…0.5], so that crossing ±π is no jump. */
export function turnDelta(from: number, to: number): number {
  const delta = to - from;
  return delta - Math.ceil(delta - 0.5);
}

/** Turns of the platter since the track's start at a position in track frames (48 kHz). */
export function platterTurns(positionFrames: number): number {
  return (positionFrames / 48000 / 60) * RPM;
}
