// What the server says of mixes (docs/mixing.md, docs/protocol.md), as types. Nothing here computes.

import type { Words } from './judge';

/** A value at each bar line, joined by lines or held until the next; or one that never moves. */
export type Curve =
  | number
  | { readonly line: readonly number[] }
  | { readonly steps: readonly number[] };

export type Deck = 'out' | 'in';
export type Lane = 'gain' | 'low' | 'mid' | 'high' | 'filter';
export type DeckCurves = Readonly<Record<Lane, Curve>>;

export interface EffectUse {
  readonly deck: Deck;
  readonly effect: string;
  readonly fromBar: number;
  readonly toBar: number;
  readonly mix: number;
  readonly amount: number;
  readonly tone: number;
  readonly beats: number;
}

export interface LoopUse {
  readonly deck: Deck;
  readonly fromBar: number;
  readonly toBar: number;
  readonly beats: number;
  readonly rolled: boolean;
}

export interface CutPoint {
  readonly bar: number;
  readonly heard: 'both' | Deck;
}

/** Everything that is done while one record takes over from another. Bars are the outgoing record's. */
export interface Genome {
  readonly schema: 'dju-transition';
  readonly version: 1;
  readonly style: string;
  readonly bars: number;
  readonly enterBar: number;
  readonly out: DeckCurves;
  readonly in: DeckCurves;
  readonly tempo: Curve;
  readonly effects: readonly EffectUse[];
  readonly loops: readonly LoopUse[];
  readonly cuts: readonly CutPoint[];
}

export type EnergyShape = 'flat' | 'build' | 'peak' | 'wave' | 'drawn';
export type TrackOrder = 'given' | 'fixedEnds' | 'free';

export interface MixParameters {
  readonly transitionBars: number;
  readonly boldness: number;
  readonly energy: EnergyShape;
  readonly energyCurve?: readonly number[];
  readonly harmonicStrictness: number;
  readonly tempoRangePercent: number;
  readonly effects: number;
  readonly vocalCare: number;
  readonly targetMinutes?: number | null;
  readonly order: TrackOrder;
}

export interface MixPreset {
  readonly id: string;
  readonly name: Words;
  readonly parameters: MixParameters;
}

export interface MixParameter {
  readonly name: keyof MixParameters;
  readonly kind: 'number' | 'whole' | 'choice' | 'curve';
  readonly min?: number;
  readonly max?: number;
  readonly step?: number;
  readonly default: unknown;
}

/** Who mixes, and what may be asked of them. */
export interface MixerInfo {
  readonly models: readonly string[];
  readonly presets: readonly MixPreset[];
  readonly parameters: readonly MixParameter[];
  readonly styles: readonly string[];
}

export interface MixRequest {
  readonly tracks: readonly string[];
  readonly model: string;
  readonly preset?: string;
  /** On top of the preset's. */
  readonly parameters: Partial<MixParameters>;
  /** What people wrote, by the number of the transition. */
  readonly transitions: Readonly<Record<string, Genome>>;
  /** Where people want transitions, likewise. */
  readonly shifts: Readonly<Record<string, PlaceShift>>;
}

/** Bars of the outgoing and of the incoming record, later or earlier than the model has it. */
export interface PlaceShift {
  readonly exitBars: number;
  readonly entryBars: number;
}

/** A mix that is there already, of the same songs in other encodings. */
export interface AlikeMix {
  readonly durationSeconds: number;
  readonly otherTracks: readonly string[];
}

export interface PlannedTurn {
  readonly trackId: string;
  readonly title: string;
  readonly artist: string;
  readonly bpm: number | null;
  readonly key: string | null;
  readonly camelot: string | null;
  readonly trimDb: number;
  /** Of the mix: from where it is heard to where it is gone. */
  readonly startSeconds: number;
  readonly endSeconds: number;
  /** Where the record is then. */
  readonly enterSeconds: number;
  readonly leaveSeconds: number;
}

export interface PlannedTransition {
  /** Of the mix. */
  readonly startSeconds: number;
  readonly endSeconds: number;
  /** Where the outgoing record is at bar 0, and the incoming one at its first bar. */
  readonly exitSeconds: number;
  readonly entrySeconds: number;
  readonly tempoPath: 'own' | 'hold' | 'meet' | 'glide';
  /** Of the outgoing record, before and after. */
  readonly tempoChangePercent: readonly [number, number];
  readonly genome: Genome;
  /** As far as there was room for it. */
  readonly shift: PlaceShift;
  /** Of the mix, where the transition begins. */
  readonly barSeconds: number;
}

/** Moments of the mix are estimates; the report has the exact ones. */
export interface MixPlan {
  readonly model: string;
  readonly parameters: MixParameters;
  readonly totalSeconds: number;
  readonly turns: readonly PlannedTurn[];
  readonly transitions: readonly PlannedTransition[];
}

export type MixState = 'queued' | 'running' | 'done' | 'failed' | 'cancelled';

export interface Mix {
  readonly id: string;
  readonly name: string;
  readonly state: MixState;
  readonly jobId: string | null;
  readonly model: string;
  readonly preset?: string | null;
  readonly parameters: MixParameters;
  readonly tracks: readonly string[];
  readonly createdAt: number;
  readonly durationSeconds?: number | null;
  readonly recordingId?: string | null;
  readonly error?: string | null;
  readonly progress?: number;
  readonly stage?: string;
  readonly secondsLeft?: number | null;
}

/** Light: there first; full: as the mix will sound. */
export type PreviewQuality = 'light' | 'full';

/** A minute or less of a mix, around one transition. */
export interface MixPreview {
  readonly url: string;
  readonly quality: PreviewQuality;
  readonly seconds: number;
  /** Of the transition within the preview. */
  readonly startSeconds: number;
  readonly endSeconds: number;
}

export interface TransitionReport extends Omit<PlannedTransition, 'shift' | 'barSeconds'> {
  readonly beatOffsetMs: { readonly median: number | null; readonly p95: number | null };
  readonly phraseAligned: boolean | null;
  readonly doubleBassSeconds: number | null;
  readonly loudnessStepLu: number | null;
  readonly heardStepLu: number | null;
  readonly keyDistance: number | null;
  readonly vocalOverlapSeconds: number;
  readonly judge:
    | (Readonly<Record<JudgedPart, number | null>> & {
        readonly type: string;
        readonly score: number | null;
      })
    | null;
}

export const JUDGED_PARTS = [
  'spectralContinuity',
  'tempoSmoothness',
  'keyCompatibility',
  'phraseAlignment',
  'bassHandling',
  'levelHandling',
] as const;
export type JudgedPart = (typeof JUDGED_PARTS)[number];

export interface MixReport {
  readonly durationSeconds: number;
  readonly tracks: readonly {
    readonly trackId: string;
    readonly title: string;
    readonly artist: string;
  }[];
  readonly transitions: readonly TransitionReport[];
  readonly heads: Readonly<Record<string, number | null>>;
  readonly sound: {
    readonly integratedLufs: number | null;
    readonly truePeakDbtp: number;
    readonly limiterDb: number;
  };
}
