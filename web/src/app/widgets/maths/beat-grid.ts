// Beats of a track, counted from its anchor (a downbeat): what waveforms, meters and the grid
// editor draw from. Positions are track frames at 48 kHz. Pure.

export const SAMPLE_RATE = 48000;
export const BEATS_PER_BAR = 4;
export const BARS_PER_PHRASE = 16;

/** From the whole beat `beat` on, which lies at `seconds`, beats follow each other at `bpm`. */
export interface TempoChange {
  readonly beat: number;
  readonly seconds: number;
  readonly bpm: number;
}

/**
 * As the server sends it (docs/protocol.md, Track.grid): constant from the anchor on until the first
 * change. The beat before a change is as long as it has to be to reach it.
 */
export interface BeatGrid {
  readonly anchorSeconds: number;
  readonly bpm: number;
  readonly changes?: readonly TempoChange[];
}

/** A part of constant tempo, in frames. */
interface Stretch {
  readonly beat: number;
  readonly frame: number;
  readonly length: number;
}

function stretches({ anchorSeconds, bpm, changes = [] }: BeatGrid): Stretch[] {
  return [{ beat: 0, seconds: anchorSeconds, bpm }, ...changes].map((part) => ({
    beat: part.beat,
    frame: part.seconds * SAMPLE_RATE,
    length: (SAMPLE_RATE * 60) / part.bpm,
  }));
}

/** The stretch that holds for a position, with the one behind it. */
function around(
  grid: BeatGrid,
  isBefore: (next: Stretch) => boolean,
): [Stretch, Stretch | undefined] {
  const parts = stretches(grid);
  let at = 0;
  while (at + 1 < parts.length && !isBefore(parts[at + 1])) ++at;
  return [parts[at], parts[at + 1]];
}

/** Tempo at a position: that of its part. */
export function bpmAt(grid: BeatGrid, frame: number): number {
  const [here] = around(grid, (next) => frame < next.frame);
  return (SAMPLE_RATE * 60) / here.length;
}

export function framesPerBeat(grid: BeatGrid, frame = -Infinity): number {
  return (SAMPLE_RATE * 60) / bpmAt(grid, frame);
}

/** Beats since the anchor at a position; negative before it. */
export function beatAt(grid: BeatGrid, frame: number): number {
  const [here, next] = around(grid, (part) => frame < part.frame);
  if (next) {
    const lastBeat = next.beat - 1;
    const last = here.frame + (lastBeat - here.beat) * here.length;
    if (frame > last) return lastBeat + (frame - last) / (next.frame - last);
  }
  return here.beat + (frame - here.frame) / here.length;
}

export function frameOfBeat(grid: BeatGrid, beat: number): number {
  const [here, next] = around(grid, (part) => beat < part.beat);
  if (next && beat > next.beat - 1) {
    const lastBeat = next.beat - 1;
    const last = here.frame + (lastBeat - here.beat) * here.length;
    return last + (beat - lastBeat) * (next.frame - last);
  }
  return here.frame + (beat - here.beat) * here.length;
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
  const beat = framesPerBeat(grid, (from + to) / 2);
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
  const by = ms / 1000;
  return withChanges(
    { ...grid, anchorSeconds: grid.anchorSeconds + by },
    (grid.changes ?? []).map((change) => ({ ...change, seconds: change.seconds + by })),
  );
}

/**
 * The grid with another tempo where `frame` lies, pinned at the beat nearest to it so that what one
 * hears stays put. Later changes keep their place and are counted anew.
 */
export function retempo<G extends BeatGrid>(grid: G, bpm: number, frame: number): G {
  const changes = [...(grid.changes ?? [])];
  const index = changes.filter((change) => change.seconds * SAMPLE_RATE <= frame + 1).length - 1;
  if (index >= 0) {
    changes[index] = { ...changes[index], bpm };
    return recounted({ ...grid, changes });
  }
  const beat = Math.round(beatAt(grid, frame));
  const anchor = frameOfBeat(grid, beat) - (beat * SAMPLE_RATE * 60) / bpm;
  return recounted({ ...grid, bpm, anchorSeconds: anchor / SAMPLE_RATE });
}

/** The grid whose bars begin at the beat nearest to `frame`. */
export function downbeatAt<G extends BeatGrid>(grid: G, frame: number): G {
  const beat = Math.round(beatAt(grid, frame));
  return renumbered(grid, ((beat % BEATS_PER_BAR) + BEATS_PER_BAR) % BEATS_PER_BAR);
}

/** The grid with a change of tempo at the beat nearest to `frame`, or that change with this tempo. */
export function insertChange<G extends BeatGrid>(grid: G, frame: number, bpm: number): G {
  const beat = Math.round(beatAt(grid, frame));
  const change = { beat, seconds: frameOfBeat(grid, beat) / SAMPLE_RATE, bpm };
  const others = (grid.changes ?? []).filter((other) => other.beat !== beat);
  return recounted({ ...grid, changes: [...others, change].sort((a, b) => a.beat - b.beat) });
}

export function removeChange<G extends BeatGrid>(grid: G, beat: number): G {
  return recounted({ ...grid, changes: (grid.changes ?? []).filter((c) => c.beat !== beat) });
}

/** The same beats with an anchor within the track, which is what the server takes. */
export function anchoredInside<G extends BeatGrid>(grid: G): G {
  if (grid.anchorSeconds >= 0) return grid;
  const first = Math.ceil(beatAt(grid, 0) / BEATS_PER_BAR) * BEATS_PER_BAR;
  return renumbered(grid, first);
}

export function sameGrid(a: BeatGrid, b: BeatGrid): boolean {
  const parts = (grid: BeatGrid) =>
    JSON.stringify([
      grid.anchorSeconds,
      grid.bpm,
      (grid.changes ?? []).map((c) => [c.beat, c.seconds, c.bpm]),
    ]);
  return parts(a) === parts(b);
}

/** The same beats, counted from beat `from` on. A beat behind the first change cannot be the anchor. */
function renumbered<G extends BeatGrid>(grid: G, from: number): G {
  const changes = grid.changes ?? [];
  let anchor = from;
  while (changes.length > 0 && anchor > changes[0].beat - 1) anchor -= BEATS_PER_BAR;
  const first = stretches(grid)[0];
  return withChanges(
    { ...grid, anchorSeconds: (first.frame + anchor * first.length) / SAMPLE_RATE },
    changes.map((change) => ({ ...change, beat: change.beat - anchor })),
  );
}

/** Changes stay where they are in time; how many beats lie between them follows from the tempo. */
function recounted<G extends BeatGrid>(grid: G): G {
  let before = { beat: 0, seconds: grid.anchorSeconds, bpm: grid.bpm };
  let first = true;
  const changes = (grid.changes ?? []).map((change) => {
    const beats = Math.round(((change.seconds - before.seconds) * before.bpm) / 60);
    before = { ...change, beat: before.beat + (first ? beats : Math.max(1, beats)) };
    first = false;
    return before;
  });
  return withChanges(grid, changes);
}

/** Constant grids carry no list, as the server sends them. */
function withChanges<G extends BeatGrid>(grid: G, changes: readonly TempoChange[]): G {
  const { changes: _, ...rest } = grid;
  return (changes.length > 0 ? { ...rest, changes } : rest) as unknown as G;
}
