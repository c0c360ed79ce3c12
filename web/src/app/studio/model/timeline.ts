// A plan laid out in time: where each record is heard, what of it is heard at a moment of the mix, and
// where moments lie in pixels. Seconds of the mix and of records. Pure.

import type { MixPlan, PlannedTransition } from '../../core/mixes';
import { clamp } from '../../widgets/maths/range';

/** The same moment in the mix and in the record. */
export interface Anchor {
  readonly mix: number;
  readonly record: number;
}

export interface Clip {
  readonly turn: number;
  readonly trackId: string;
  readonly title: string;
  /** Records take turns on two lanes, as on two decks. */
  readonly lane: 0 | 1;
  /** Where it is heard. */
  readonly from: number;
  readonly to: number;
  /** At least two, by time: between them the record runs evenly. */
  readonly anchors: readonly Anchor[];
}

export function clipsOf({ turns, transitions }: MixPlan): Clip[] {
  return turns.map((turn, i) => {
    const out: PlannedTransition | undefined = transitions[i];
    const entry = { mix: turn.startSeconds, record: turn.enterSeconds };
    const exit = out && { mix: out.startSeconds, record: out.exitSeconds };
    const gone = { mix: turn.endSeconds, record: turn.leaveSeconds };
    return {
      turn: i,
      trackId: turn.trackId,
      title: turn.title,
      lane: i % 2 === 0 ? 0 : 1,
      from: turn.startSeconds,
      to: turn.endSeconds,
      anchors:
        exit && exit.mix > entry.mix && exit.mix < gone.mix ? [entry, exit, gone] : [entry, gone],
    };
  });
}

function between(
  anchors: readonly Anchor[],
  value: number,
  of: 'mix' | 'record',
  wanted: 'mix' | 'record',
): number {
  let i = 1;
  while (i + 1 < anchors.length && value > anchors[i][of]) ++i;
  const [a, b] = [anchors[i - 1], anchors[i]];
  const span = b[of] - a[of];
  return span === 0 ? a[wanted] : a[wanted] + ((value - a[of]) / span) * (b[wanted] - a[wanted]);
}

export function recordAt(clip: Clip, mix: number): number {
  return between(clip.anchors, mix, 'mix', 'record');
}

export function mixAt(clip: Clip, record: number): number {
  return between(clip.anchors, record, 'record', 'mix');
}

/** Moments of a time line whose ticks stand at least `minPixels` apart. */
export function ticks(totalSeconds: number, pixelsPerSecond: number, minPixels = 70): number[] {
  const step =
    [1, 2, 5, 10, 15, 30, 60, 120, 300, 600].find((s) => s * pixelsPerSecond >= minPixels) ?? 1200;
  return Array.from({ length: Math.floor(totalSeconds / step) + 1 }, (_, i) => i * step);
}

/** Pixels a second so that all of it is seen, and at the closest, where single beats can be told apart. */
export function zoomRange(totalSeconds: number, width: number): { min: number; max: number } {
  const min = width / Math.max(1, totalSeconds);
  return { min, max: Math.max(min, 60) };
}

/** What the window shows so that `seconds` stays where it is while the zoom changes. */
export function scrollFor(
  seconds: number,
  oldScale: number,
  newScale: number,
  scroll: number,
): number {
  return Math.max(0, seconds * newScale - (seconds * oldScale - scroll));
}

/** Where the window has to begin so that a stretch lies in its middle. */
export function centred(from: number, to: number, scale: number, width: number): number {
  return Math.max(0, ((from + to) / 2) * scale - width / 2);
}

/** A moment of one mix in another of the same records: the same share of the same transition or of what lies between. */
export function samePlace(seconds: number, from: MixTimes, to: MixTimes): number {
  const [a, b] = [momentsOf(from), momentsOf(to)];
  const count = Math.min(a.length, b.length);
  let i = 1;
  while (i + 1 < count && seconds > a[i]) ++i;
  const span = a[i] - a[i - 1];
  const part = span > 0 ? clamp((seconds - a[i - 1]) / span, 0, 1) : 0;
  return b[i - 1] + part * (b[i] - b[i - 1]);
}

export interface MixTimes {
  readonly durationSeconds: number;
  readonly transitions: readonly { readonly startSeconds: number; readonly endSeconds: number }[];
}

function momentsOf({ durationSeconds, transitions }: MixTimes): number[] {
  return [0, ...transitions.flatMap((one) => [one.startSeconds, one.endSeconds]), durationSeconds];
}
