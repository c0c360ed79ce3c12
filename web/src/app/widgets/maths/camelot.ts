// Keys on the wheel that DJs mix by (Camelot: 8A is A minor, 8B C major, a step is a fifth). Pure.

/** A semitone is seven fifths. */
const FIFTHS_A_SEMITONE = 7;

/** The key after a shift by whole semitones; other text comes back as it is. */
export function camelotShifted(camelot: string, semitones: number): string {
  const found = /^(\d{1,2})([AB])$/.exec(camelot);
  if (!found) return camelot;
  const step = Number(found[1]) - 1 + FIFTHS_A_SEMITONE * Math.round(semitones);
  return `${(((step % 12) + 12) % 12) + 1}${found[2]}`;
}

/**
 * How far apart two keys are on the wheel, as the mixer counts (src/mixer/order.h): a step is a fifth, and so
 * is the change between major and minor. Null where one is unknown.
 */
export function camelotSteps(a: string | undefined, b: string | undefined): number | null {
  const [from, to] = [a, b].map((key) => /^(\d{1,2})([AB])$/.exec(key ?? ''));
  if (!from || !to) return null;
  const around = Math.abs(Number(from[1]) - Number(to[1])) % 12;
  return Math.min(around, 12 - around) + Number(from[2] !== to[2]);
}
