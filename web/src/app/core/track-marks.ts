// The parts of an analysis that waveforms draw, and those that become hot cues.

import { NO_MARKS, type TrackMarks } from '../widgets/maths/marks';
import type { Analysis } from './model';

export function marksOf(analysis: Analysis | null): TrackMarks {
  if (!analysis) return NO_MARKS;
  const { phrases = [], cues = [], vocals = [], energy = [] } = analysis;
  return { phrases, cues, vocals, energy };
}

const HOT_CUES = 8;
const RATE = 48000;

/**
 * Hot cues that a deck gets with a track: those that people gave a number, then the others, in order of time, on the
 * pads that are free. Frames of the track at 48 kHz.
 */
export function hotCuesOf(analysis: Analysis | null): { readonly slot: number; readonly frame: number }[] {
  const slots = new Map<number, number>();
  const cues = [...(analysis?.cues ?? [])].sort((a, b) => a.time - b.time);
  for (const { slot, time } of cues) {
    if (slot !== undefined && slot >= 0 && slot < HOT_CUES && !slots.has(slot)) slots.set(slot, time);
  }
  for (const { slot, time } of cues) {
    const free = Array.from({ length: HOT_CUES }, (_, i) => i).find((i) => !slots.has(i));
    if (slot === undefined && free !== undefined) slots.set(free, time);
  }
  return [...slots].sort(([a], [b]) => a - b).map(([slot, time]) => ({ slot, frame: Math.round(time * RATE) }));
}
