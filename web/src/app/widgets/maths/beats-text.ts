// Lengths in beats as DJs write them: 1/4, 16. Pure.

/** Every size that a loop may have. */
export const BEAT_SIZES: readonly number[] = [1 / 32, 1 / 16, 1 / 8, 1 / 4, 1 / 2, 1, 2, 4, 8, 16, 32, 64, 128];

export function beatsText(beats: number): string {
  if (beats >= 1) return String(Math.round(beats * 100) / 100);
  const parts = Math.round(1 / beats);
  return Math.abs(parts * beats - 1) < 0.01 ? `1/${parts}` : String(Math.round(beats * 100) / 100);
}
