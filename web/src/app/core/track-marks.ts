// The parts of an analysis that waveforms draw.

import { NO_MARKS, type TrackMarks } from '../widgets/maths/marks';
import type { Analysis } from './model';

export function marksOf(analysis: Analysis | null): TrackMarks {
  if (!analysis) return NO_MARKS;
  const { phrases = [], cues = [], vocals = [], energy = [] } = analysis;
  return { phrases, cues, vocals, energy };
}
