// A short listen to a track, apart from any deck: one at a time, from a third into the track, where
// dance music has begun. It plays on this machine only, through the output one has chosen.

import { DestroyRef, inject, Injectable, signal } from '@angular/core';
import { ApiService } from '../core/api.service';

const START_SHARE = 1 / 3;

@Injectable()
export class PreviewPlayer {
  /** The track that is heard, or null. */
  readonly track = signal<string | null>(null);
  readonly error = signal<string | null>(null);

  private readonly api = inject(ApiService);
  private readonly audio = new Audio();

  constructor() {
    this.audio.preload = 'none';
    this.audio.addEventListener('ended', () => this.stop());
    this.audio.addEventListener('loadedmetadata', () => {
      if (Number.isFinite(this.audio.duration))
        this.audio.currentTime = this.audio.duration * START_SHARE;
    });
    inject(DestroyRef).onDestroy(() => this.stop());
  }

  async toggle(trackId: string): Promise<void> {
    if (this.track() === trackId) {
      this.stop();
      return;
    }
    this.track.set(trackId);
    this.error.set(null);
    this.audio.src = this.api.trackAudioUrl(trackId);
    try {
      await this.audio.play();
    } catch (error) {
      // A second press before the first has loaded aborts the first: that is no failure.
      if ((error as Error).name === 'AbortError' || this.track() !== trackId) return;
      this.error.set((error as Error).message);
      this.stop();
    }
  }

  stop(): void {
    this.track.set(null);
    this.audio.pause();
    this.audio.removeAttribute('src');
  }
}
