// Levels as a meter shows them. Pure; the meter's ballistics take the time as an argument.

/** Full scale is 0 dBFS; silence is −Infinity. */
export function amplitudeToDb(amplitude: number): number {
  return amplitude > 0 ? 20 * Math.log10(amplitude) : -Infinity;
}

/** Where a meter changes colour, dBFS: safe below, working range between, limiter's ground above. */
export const VU_YELLOW_DB = -9;
export const VU_RED_DB = -2;
export const VU_FLOOR_DB = -48;

/**
 * Height of a level on the meter, 0–1. Piecewise linear so that the upper 18 dB, in which one mixes,
 * take two thirds of the height (in the manner of IEC 60268-10 programme meters).
 */
export function vuFraction(db: number): number {
  if (!(db > VU_FLOOR_DB)) return 0;
  if (db >= 0) return 1;
  return db < -18 ? ((db - VU_FLOOR_DB) / 30) * (1 / 3) : 1 / 3 + ((db + 18) / 18) * (2 / 3);
}

/** A falling level and a held peak: rises at once, falls 20 dB/s; the peak is held for 1.2 s. */
export class MeterBallistics {
  private levelDb = -Infinity;
  private peakDb = -Infinity;
  private peakAt = 0;
  private last = 0;

  update(db: number, nowMs: number): { level: number; peak: number } {
    const seconds = this.last === 0 ? 0 : Math.max(0, nowMs - this.last) / 1000;
    this.last = nowMs;
    this.levelDb = Math.max(db, this.levelDb - FALL_DB_PER_SECOND * seconds);
    if (db >= this.peakDb) {
      this.peakDb = db;
      this.peakAt = nowMs;
    } else if (nowMs - this.peakAt > PEAK_HOLD_MS) {
      this.peakDb = Math.max(db, this.peakDb - FALL_DB_PER_SECOND * seconds);
    }
    return { level: this.levelDb, peak: this.peakDb };
  }
}

/** The highest value of the last three seconds, for figures that the eye can read. */
export class HeldMaximum {
  private value = -Infinity;
  private at = -Infinity;

  update(value: number, nowMs: number): number {
    if (value >= this.value || nowMs - this.at > FIGURE_HOLD_MS) {
      this.value = value;
      this.at = nowMs;
    }
    return this.value;
  }
}

const FALL_DB_PER_SECOND = 20;
const PEAK_HOLD_MS = 1200;
const FIGURE_HOLD_MS = 3000;
