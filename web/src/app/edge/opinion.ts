// What windows of a recording come to, and two recordings against each other: the formulae of
// serving/sound_reader.h (SoundOpinions) and judge/sound_ruling.h, with the rubric that ships.

import rubric from '@data/rubric.json';

const STEP_SECONDS = 1;
const HALF_SECONDS = 10;
const BOTH_HEARD = 'both_heard_share';
/** Say something only where two records are heard. */
const NEED_TWO: readonly string[] = [
  'bpm_accuracy',
  'beat_alignment',
  'transition_quality',
  'key_compatibility',
];

/** What a model says besides (parts of a transition, how much two records are heard) is not judged. */
const JUDGED: ReadonlySet<string> = new Set(rubric.heads.map((head) => head.head));

export interface HeardHead {
  readonly head: string;
  /** 0 to 1. */
  readonly value: number;
  /** 0 to 1: what the model explains of labels it never saw, times how much was heard. */
  readonly confidence: number;
}

/** Means over windows; call `add` with each window's scores, in the order of `targets`. */
export class Opinion {
  private readonly sums: Float64Array;
  private readonly weights: Float64Array;

  constructor(
    private readonly targets: readonly string[],
    private readonly metrics: Readonly<Record<string, number>>,
  ) {
    this.sums = new Float64Array(targets.length);
    this.weights = new Float64Array(targets.length);
  }

  add(scores: ArrayLike<number>): void {
    const both = this.targets.indexOf(BOTH_HEARD);
    this.targets.forEach((target, i) => {
      const counts = NEED_TWO.includes(target) && both >= 0 ? scores[both] : 1;
      this.sums[i] += counts * scores[i];
      this.weights[i] += counts;
    });
  }

  heads(): HeardHead[] {
    return this.targets.flatMap((head, i) => {
      if (!JUDGED.has(head) || this.weights[i] <= 0) return [];
      const r = Math.min(1, Math.max(0, this.metrics[`pearson.${head}`] ?? 0));
      const confidence = r * r * (1 - 2 ** ((-this.weights[i] * STEP_SECONDS) / HALF_SECONDS));
      return [{ head, value: this.sums[i] / this.weights[i], confidence }];
    });
  }
}

export interface SoundRuling {
  readonly totals: readonly [number, number];
  /** 0 to 1: of the less sure one. */
  readonly confidence: number;
  readonly probabilityA: number;
}

/** Null where the two share no head that counts. */
export function rulingOf(a: readonly HeardHead[], b: readonly HeardHead[]): SoundRuling | null {
  const totals: [number, number] = [0, 0];
  const confidences: [number, number] = [0, 0];
  let judged = 0;
  let all = 0;
  for (const { head, weight } of rubric.heads) {
    all += weight;
    const said = [a, b].map((side) => side.find((one) => one.head === head));
    if (!said[0] || !said[1]) continue;
    judged += weight;
    said.forEach((one, side) => {
      totals[side] += weight * one!.value;
      confidences[side] += weight * one!.confidence;
    });
  }
  if (judged <= 0) return null;
  totals[0] /= judged;
  totals[1] /= judged;
  const confidence = Math.min(...confidences) / all;
  const better = totals[0] - totals[1];
  const odds = Math.exp(-Math.abs(better) / rubric.probabilityScale);
  const loser = 0.5 - (((1 - odds) / (1 + odds)) * confidence) / 2;
  return { totals, confidence, probabilityA: better >= 0 ? 1 - loser : loser };
}
