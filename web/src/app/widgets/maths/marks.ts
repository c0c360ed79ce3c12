// What the analysis and people have marked in a track: phrases, cues, vocals, energy. Times are
// seconds of the track (docs/analysis.md). What waveforms draw over themselves. Pure.

export interface PhraseMark {
  readonly start: number;
  readonly end: number;
  readonly bars: number;
  readonly label: string;
}

export interface CueMark {
  readonly time: number;
  /** mix_in, drop, breakdown, mix_out as suggested; cue and loop by hand. */
  readonly kind: string;
  readonly label?: string;
  /** Hot cue 0–7. */
  readonly slot?: number;
  readonly length?: number;
  readonly color?: string;
}

export interface LoopMark {
  /** Track frames. */
  readonly from: number;
  readonly to: number;
  readonly on: boolean;
}

export interface TrackMarks {
  readonly phrases: readonly PhraseMark[];
  readonly cues: readonly CueMark[];
  readonly vocals: readonly { readonly start: number; readonly end: number }[];
  /** 0–1, one value a second. */
  readonly energy: readonly number[];
}

export const NO_MARKS: TrackMarks = { phrases: [], cues: [], vocals: [], energy: [] };

const PHRASE_COLOURS: Readonly<Record<string, string>> = {
  intro: '#7c8aa5',
  groove: '#3fc37c',
  build: '#f0c23c',
  drop: '#ff5c7a',
  breakdown: '#a582ff',
  outro: '#7c8aa5',
};

/** Of a label; those that people invent share one. The label is always written too. */
export function phraseColour(label: string): string {
  return PHRASE_COLOURS[label] ?? '#3fd6d0';
}
