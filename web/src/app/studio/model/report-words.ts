// A transition's figures as facts in plain words: each with its number and, where the ear has a limit, on
// which side of it the number lies. Keys are texts of studio.report. Pure.

import type { TransitionReport } from '../../core/mixes';

export type Level = 'good' | 'fair' | 'poor';

export interface Fact {
  readonly key: string;
  /** What the text names, already rounded for the eye. */
  readonly values: Readonly<Record<string, number>>;
  readonly decimals: number;
  readonly level: Level | null;
}

/** Two kicks up to 10 ms apart are heard as one, up to 30 ms as a flam; beyond that as two. */
const BEATS_MS = [10, 30] as const;
const BASS_SECONDS = [2, 8] as const;
/** Steps of loudness: hardly noticed, noticed, disturbing. */
const STEP_LU = [2, 4] as const;
const KEY_STEPS = [1, 2] as const;
const VOICE_SECONDS = [1, 4] as const;
/** Less would be shown as none. */
const LEAST_SECONDS = 0.05;

export function levelOf(value: number, [good, fair]: readonly [number, number]): Level {
  return value <= good ? 'good' : value <= fair ? 'fair' : 'poor';
}

export function factsOf(report: TransitionReport): Fact[] {
  const [before, after] = report.tempoChangePercent;
  return [
    ...beats(report),
    ...phrase(report),
    ...seconds('doubleBass', 'oneBass', report.doubleBassSeconds, BASS_SECONDS),
    ...loudness(report),
    ...keys(report),
    ...seconds('voices', 'oneVoice', report.vocalOverlapSeconds, VOICE_SECONDS),
    fact(before === 0 && after === 0 ? 'ownTempo' : 'tempo', { before, after }, null),
  ];
}

function fact(
  key: string,
  values: Record<string, number>,
  level: Level | null,
  decimals = 1,
): Fact {
  return { key, values, decimals, level };
}

function beats({ beatOffsetMs: { median, p95 } }: TransitionReport): Fact[] {
  if (median === null) return [];
  return [fact('beats', { median, p95: p95 ?? median }, levelOf(median, BEATS_MS))];
}

function phrase({ phraseAligned: aligned }: TransitionReport): Fact[] {
  if (aligned === null) return [];
  return [aligned ? fact('onPhrase', {}, 'good') : fact('offPhrase', {}, 'fair')];
}

function loudness({ heardStepLu: lu }: TransitionReport): Fact[] {
  return lu === null ? [] : [fact('loudness', { lu }, levelOf(Math.abs(lu), STEP_LU))];
}

function keys({ keyDistance: steps }: TransitionReport): Fact[] {
  return steps === null ? [] : [fact('keys', { steps }, levelOf(steps, KEY_STEPS), 0)];
}

/** What better were not there at all. */
function seconds(
  some: string,
  none: string,
  value: number | null,
  limits: readonly [number, number],
): Fact[] {
  if (value === null) return [];
  return [fact(value < LEAST_SECONDS ? none : some, { seconds: value }, levelOf(value, limits))];
}
