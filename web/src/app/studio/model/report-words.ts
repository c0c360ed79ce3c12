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

export function levelOf(value: number, [good, fair]: readonly [number, number]): Level {
  return value <= good ? 'good' : value <= fair ? 'fair' : 'poor';
}

export function factsOf(report: TransitionReport): Fact[] {
  const facts: Fact[] = [];
  const add = (
    key: string,
    values: Record<string, number>,
    decimals: number,
    level: Level | null,
  ) => facts.push({ key, values, decimals, level });
  const { median, p95 } = report.beatOffsetMs;
  if (median !== null) add('beats', { median, p95: p95 ?? median }, 1, levelOf(median, BEATS_MS));
  add(
    report.phraseAligned ? 'onPhrase' : 'offPhrase',
    {},
    0,
    report.phraseAligned ? 'good' : 'fair',
  );
  if (report.doubleBassSeconds !== null) {
    const seconds = report.doubleBassSeconds;
    add('doubleBass', { seconds }, 1, levelOf(seconds, BASS_SECONDS));
  }
  if (report.heardStepLu !== null)
    add('loudness', { lu: report.heardStepLu }, 1, levelOf(Math.abs(report.heardStepLu), STEP_LU));
  if (report.keyDistance !== null)
    add('keys', { steps: report.keyDistance }, 0, levelOf(report.keyDistance, KEY_STEPS));
  add(
    'voices',
    { seconds: report.vocalOverlapSeconds },
    1,
    levelOf(report.vocalOverlapSeconds, VOICE_SECONDS),
  );
  const [before, after] = report.tempoChangePercent;
  add('tempo', { before, after }, 1, null);
  return facts;
}
