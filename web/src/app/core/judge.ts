// What the judge sends (docs/asyncapi.yaml) and keeps (docs/judging.md), as types, and the rubric's words
// (data/rubric.json) for it. Nothing here computes a score.

import rubric from '@data/rubric.json';
import type { LanguageCode } from './language';
import type { DeckId, Seat, Votes } from './model';

export type Words = Readonly<Record<LanguageCode, string>>;

export interface Evidence {
  readonly frame: number;
  readonly measure: string;
  readonly value: number;
  readonly unit: string;
  /** 0 to 1. */
  readonly worth?: number;
  readonly transition?: string;
}

export interface JudgeTransition {
  readonly id: string;
  readonly start: number;
  readonly end: number;
  readonly type: string;
  readonly player: Seat | null;
  readonly fromDeck: DeckId;
  readonly toDeck: DeckId;
  readonly confidence: number;
  readonly beatOffsetMs: readonly { readonly frame: number; readonly ms: number }[];
  readonly tempoDifferencePercent: number | null;
  readonly phraseAligned: boolean | null;
  readonly keyDistance: number | null;
  readonly doubleBassSeconds: number;
  readonly loudnessStepLu: number | null;
  readonly score: number | null;
}

export interface HeadScore {
  readonly head: string;
  readonly value: number | null;
  readonly weight: number;
  readonly evidence: readonly Evidence[];
  readonly proxy?: boolean;
  /** Of live scores. */
  readonly confidence?: number;
  readonly source?: 'telemetry' | 'audio';
  readonly model?: string;
  readonly ageFrames?: number;
  readonly trend?: number;
}

export interface DjScore {
  readonly player: Seat;
  readonly total: number;
  /** Share of the beatmatched time without sync. */
  readonly byHand: number | null;
  readonly answeredSeconds: number;
  readonly transitions: number;
  readonly heads: readonly HeadScore[];
}

export interface ScoreUpdate {
  readonly frame: number;
  readonly rubric: string;
  readonly scores: readonly (DjScore & { readonly style?: string })[];
  readonly winProbabilityA?: number;
  /** Blocks of 5 ms that the live judge did not see. */
  readonly missedBlocks?: number;
}

export interface Feedback {
  readonly id: string;
  readonly frame: number;
  readonly player: Seat;
  readonly head: string;
  readonly tone: 'praise' | 'advice' | 'note';
  readonly score: number;
  readonly text: Words;
  readonly evidence: readonly Evidence[];
}

/** What a model says of the sound alone. */
export interface SoundOpinion {
  readonly model: string;
  readonly heads: readonly { readonly head: string; readonly value: number; readonly confidence: number }[];
}

export interface Ruling {
  readonly start: number;
  readonly end: number;
  readonly scores: readonly (DjScore & {
    readonly style?: { readonly style: string; readonly name: Words };
    readonly sound?: SoundOpinion;
  })[];
  /** The judge's. */
  readonly probabilityA: number | null;
  readonly votes: Votes;
  readonly crowdShare: number;
  /** Judge and crowd together. */
  readonly verdictA: number | null;
}

export interface JudgeReport {
  readonly battleId: string;
  readonly rubric: string;
  readonly format: string;
  readonly battle: Ruling;
  readonly rounds: readonly Ruling[];
  readonly transitions: readonly JudgeTransition[];
  readonly timeline: {
    readonly scores: readonly { readonly frame: number; readonly A: number; readonly B: number }[];
    readonly feedback: readonly Feedback[];
    readonly reactions: readonly { readonly frame: number; readonly kind: string; readonly count: number }[];
  };
}

/** As live scores have it: beside the telemetry's, without weight. */
export function soundScores({ model, heads }: SoundOpinion): HeadScore[] {
  return heads.map((head) => ({ ...head, model, source: 'audio', weight: 0, evidence: [] }));
}

/** All heads, in the rubric's order. */
export const HEADS: readonly string[] = rubric.heads.map(({ head }) => head);

export function headName(head: string): Words {
  return rubric.heads.find((known) => known.head === head)?.name ?? { en: head, es: head };
}

export function headQuestion(head: string): Words {
  return rubric.heads.find((known) => known.head === head)?.asks ?? { en: '', es: '' };
}

export function styleName(style: string): Words {
  return rubric.styles.find((known) => known.style === style)?.name ?? { en: style, es: style };
}

/** Of the likelier one, in percent; nobody is ever wholly certain. */
export function certainty(probabilityA: number): number {
  return Math.min(99, Math.round(100 * Math.max(probabilityA, 1 - probabilityA)));
}

/** Shown as points of a hundred. */
export function points(share: number | null | undefined): string {
  return share == null ? '–' : String(Math.round(100 * share));
}
