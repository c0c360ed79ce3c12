// A small plan and its parts, for tests.

import type { DeckCurves, Genome, MixParameters, MixPlan } from '../../core/mixes';
import type { Track } from '../../core/model';

const NEUTRAL: DeckCurves = { gain: 1, low: 0.5, mid: 0.5, high: 0.5, filter: 0 };

export const parameters: MixParameters = {
  transitionBars: 16,
  boldness: 0.4,
  energy: 'flat',
  harmonicStrictness: 0.6,
  tempoRangePercent: 5,
  effects: 0.4,
  vocalCare: 0.7,
  order: 'fixedEnds',
};

export function genome(change: Partial<Genome> = {}): Genome {
  return {
    schema: 'dju-transition',
    version: 1,
    style: 'bass_swap',
    bars: 4,
    enterBar: 0,
    out: { ...NEUTRAL, gain: { line: [1, 1, 0.9, 0.6, 0] }, low: { steps: [0.5, 0.5, 0, 0, 0] } },
    in: { ...NEUTRAL, gain: { line: [0, 0.6, 0.9, 1, 1] }, low: { steps: [0, 0, 0.5, 0.5, 0.5] } },
    tempo: 0,
    effects: [],
    loops: [],
    cuts: [],
    ...change,
  };
}

export function track(id: string): Track {
  return { id, title: `Title ${id}` } as Track;
}

/** Two records of 100 s; the second is entered 8 s into it at 60 s of the mix, the first goes at 68 s. */
export function plan(): MixPlan {
  const turn = (trackId: string) => ({
    trackId,
    title: trackId,
    artist: '',
    bpm: 120,
    key: null,
    camelot: null,
    trimDb: 0,
  });
  return {
    model: 'rules@1',
    parameters,
    totalSeconds: 152,
    turns: [
      { ...turn('a'), startSeconds: 0, endSeconds: 68, enterSeconds: 2, leaveSeconds: 78 },
      { ...turn('b'), startSeconds: 60, endSeconds: 152, enterSeconds: 8, leaveSeconds: 100 },
    ],
    transitions: [
      {
        startSeconds: 60,
        endSeconds: 68,
        exitSeconds: 68,
        entrySeconds: 8,
        tempoPath: 'hold',
        tempoChangePercent: [0, 0],
        genome: genome(),
        shift: { exitBars: 0, entryBars: 0 },
        barSeconds: 2,
      },
    ],
  };
}
