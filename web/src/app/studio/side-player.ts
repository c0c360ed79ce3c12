// One or two mixes of the same records in one player: the one that is not heard runs along silently at
// the same place of the same transition, so that switching is instant. Loudness is left as it is.
// Plain class; call `follow` a few times a second.

import { type MixTimes, samePlace } from './model/timeline';

export interface Side {
  readonly url: string;
  readonly times: MixTimes;
}

/** Apart by less, the silent one is left alone: a seek interrupts it for longer. */
const TOLERANCE_SECONDS = 0.1;

export class SidePlayer {
  private readonly audios: readonly HTMLAudioElement[];
  private heard = 0;

  /** `ended` runs when the heard one has come to its end. */
  constructor(
    private readonly sides: readonly Side[],
    ended: () => void,
  ) {
    this.audios = sides.map(({ url }, i) => {
      const audio = new Audio(url);
      audio.preload = 'auto';
      audio.muted = i !== 0;
      audio.addEventListener('ended', () => {
        if (i === this.heard) ended();
      });
      return audio;
    });
  }

  async play(): Promise<void> {
    this.align();
    await Promise.all(this.audios.map((audio) => audio.play()));
  }

  pause(): void {
    for (const audio of this.audios) audio.pause();
  }

  /** Seconds of that side. */
  position(side: number): number {
    return this.audios[side].currentTime;
  }

  seek(side: number, seconds: number): void {
    const to =
      side === this.heard
        ? seconds
        : samePlace(seconds, this.sides[side].times, this.sides[this.heard].times);
    this.audios[this.heard].currentTime = to;
    this.align();
  }

  switchTo(side: number): void {
    this.align();
    this.heard = side;
    this.audios.forEach((audio, i) => (audio.muted = i !== side));
  }

  follow(): void {
    if (!this.audios[this.heard].paused) this.align();
  }

  destroy(): void {
    for (const audio of this.audios) {
      audio.pause();
      audio.removeAttribute('src');
      audio.load();
    }
  }

  private align(): void {
    const at = this.audios[this.heard].currentTime;
    this.audios.forEach((audio, i) => {
      const place = samePlace(at, this.sides[this.heard].times, this.sides[i].times);
      if (i !== this.heard && Math.abs(audio.currentTime - place) > TOLERANCE_SECONDS)
        audio.currentTime = place;
    });
  }
}
