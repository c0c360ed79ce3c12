// Beats of a track, counted from its anchor (a downbeat): what waveforms, meters and the grid
// editor draw from. Positions are track frames at 48 kHz. Pure.

export const SAMPLE_RATE = 48000;
export const BEATS_PER_BAR = 4;
export const BARS_PER_PHRASE = 16;

/** As the server sends it (docs/protocol.md, Track.grid). */
export interface BeatGrid {
  readonly anchorSeconds: number;
  readonly bpm: number;
}

export function framesPerBeat(grid: BeatGrid): number {
  return (SAMPLE_RATE * 60) / grid.bpm;
}

/** Beats since the anchor at a position; negative before it. */
export function beatAt(grid: BeatGrid, frame: number): number {
  return (frame - grid.anchorSeconds * SAMPLE_RATE) / framesPerBeat(grid);
}

export function frameOfBeat(grid: BeatGrid, beat: number): number {
  return grid.anchorSeconds * SAMPLE_RATE + beat * framesPerBeat(grid);
}

/** 0 at a beat, towards 1 before the next. */
export function beatPhase(grid: BeatGrid, frame: number): number {
  const beat = beatAt(grid, frame);
  return beat - Math.floor(beat);
}

/** Which of the bar's four beats sounds, 0–3. */
export function beatInBar(grid: BeatGrid, frame: number): number {
  const beat = Math.floor(beatAt(grid, frame) + 1e-6);
  return ((beat % BEATS_PER_BAR) + BEATS_PER_BAR) % BEATS_PER_BAR;
}

export type BeatWeight = 'beat' | 'bar' | 'phrase';

export function beatWeight(beat: number): BeatWeight {
  if (beat % (BEATS_PER_BAR * BARS_PER_PHRASE) === 0) return 'phrase';
  return beat % BEATS_PER_BAR === 0 ? 'bar' : 'beat';
}

export interface BeatLine {
  readonly beat: number;
  readonly frame: number;
  readonly weight: BeatWeight;
}

/**
 * The beats between two positions, thinned to bars and then to phrases when they would stand closer
 * than `minGapFrames`, so that a zoomed-out waveform is not a fence.
 */
export function beatLines(
  grid: BeatGrid,
  from: number,
  to: number,
  minGapFrames: number,
): BeatLine[] {
  if (!(grid.bpm > 0) || !(to > from)) return [];
  const beat = framesPerBeat(grid);
  let every = 1;
  if (beat < minGapFrames) every = BEATS_PER_BAR;
  if (beat * BEATS_PER_BAR < minGapFrames) every = BEATS_PER_BAR * BARS_PER_PHRASE;
  const lines: BeatLine[] = [];
  const first = Math.ceil(beatAt(grid, from) / every) * every + 0; // + 0: never −0
  for (let n = first; ; n += every) {
    const frame = frameOfBeat(grid, n);
    if (frame > to) return lines;
    lines.push({ beat: n, frame, weight: beatWeight(n) });
  }
}

/** Offset of phase `b` against phase `a` in beats, −0.5…0.5: positive when b is ahead. */
export function phaseOffset(a: number, b: number): number {
  const delta = b - a;
  return delta - Math.round(delta);
}

/** The grid moved by `ms`; positive is later. */
export function shiftGrid<G extends BeatGrid>(grid: G, ms: number): G {
  return { ...grid, anchorSeconds: grid.anchorSeconds + ms / 1000 };
}

/** The grid with another tempo, pinned at the beat nearest to `frame` so that what one hears stays put. */
export function retempo<G extends BeatGrid>(grid: G, bpm: number, frame: number): G {
  const beat = Math.round(beatAt(grid, frame));
  const anchor = frameOfBeat(grid, beat) - (beat * SAMPLE_RATE * 60) / bpm;
  return { ...grid, bpm, anchorSeconds: anchor / SAMPLE_RATE };
}

/** The grid whose bars begin at the beat nearest to `frame`. */
export function downbeatAt<G extends BeatGrid>(grid: G, frame: number): G {
  const beat = Math.round(beatAt(grid, frame));
  const inBar = ((beat % BEATS_PER_BAR) + BEATS_PER_BAR) % BEATS_PER_BAR;
  return { ...grid, anchorSeconds: frameOfBeat(grid, inBar) / SAMPLE_RATE };
}
