// A short memory of where a deck was at which engine frame, so that everything is drawn at the frame
// that is heard, which lies some 100 ms behind what the server last said. Pure.

import { FRAMES_PER_MS } from './frame-clock';

export interface DeckSample {
  readonly frame: number;
  /** Track frames. */
  readonly position: number;
  readonly rate: number;
  /** Heard BPM, 0 without a grid. */
  readonly bpm: number;
  readonly playing: boolean;
  /** dBFS after EQ, before the fader. */
  readonly peakDb: number;
}

/** Longer than any playout delay that the server accepts. */
const KEPT_FRAMES = 3000 * FRAMES_PER_MS;
/** How far the newest sample is carried on. Spectators get one a second. */
const CARRY_FRAMES = 2000 * FRAMES_PER_MS;
/** Track frames by which two samples may disagree with their rates before it is a jump. */
const JUMP = 2400;

export class DeckHistory {
  private samples: DeckSample[] = [];

  add(sample: DeckSample): void {
    const samples = this.samples;
    let at = samples.length;
    while (at > 0 && samples[at - 1].frame > sample.frame) --at;
    const same = at > 0 && samples[at - 1].frame === sample.frame;
    samples.splice(same ? at - 1 : at, same ? 1 : 0, sample);
    const newest = samples[samples.length - 1].frame;
    while (samples.length > 2 && samples[1].frame < newest - KEPT_FRAMES) samples.shift();
  }

  clear(): void {
    this.samples = [];
  }

  newest(): DeckSample | null {
    return this.samples[this.samples.length - 1] ?? null;
  }

  /** The deck as it sounded at `frame`. */
  at(frame: number): DeckSample | null {
    const samples = this.samples;
    if (samples.length === 0) return null;
    let i = samples.length - 1;
    while (i > 0 && samples[i].frame > frame) --i;
    const before = samples[i];
    const ahead = Math.min(Math.max(0, frame - before.frame), CARRY_FRAMES);
    const carried = before.position + ahead * before.rate;
    const after = samples[i + 1];
    if (!after || after.frame <= before.frame) return { ...before, frame, position: carried };
    const predicted = before.position + ((after.frame - before.frame) * (before.rate + after.rate)) / 2;
    if (Math.abs(predicted - after.position) > JUMP) return { ...before, frame, position: carried };
    const share = (frame - before.frame) / (after.frame - before.frame);
    const position = before.position + (after.position - before.position) * Math.max(0, share);
    return { ...before, frame, position, rate: before.rate + (after.rate - before.rate) * Math.max(0, share) };
  }
}
