// One transition to listen to, before there is a mix: asked for, played while it loads, and where in the
// mix it is. It begins in the quality that is there first and goes on in the mix's own. Provided by the
// studio's page.

import { computed, DestroyRef, inject, Injectable, signal } from '@angular/core';
import { MixApi } from '../core/mix-api';
import type { MixPlan, MixRequest, PreviewQuality } from '../core/mixes';

/** As long as a transition with some music on both sides, within what the server gives. */
const AROUND_SECONDS = 16;
const SHORTEST = 15;
const LONGEST = 60;

@Injectable()
export class TransitionPreview {
  private readonly api = inject(MixApi);
  private audio: HTMLAudioElement | null = null;
  private asked = new AbortController();
  private mixStart = 0;

  /** Number of the transition that is fetched or heard, or null. */
  readonly transition = signal<number | null>(null);
  readonly loading = signal(false);
  readonly error = signal<string | null>(null);
  /** Of what is heard, or null. */
  readonly quality = signal<PreviewQuality | null>(null);
  readonly playing = computed(() => this.transition() !== null && !this.loading());

  constructor() {
    inject(DestroyRef).onDestroy(() => this.stop());
  }

  async play(request: MixRequest, plan: MixPlan, transition: number): Promise<void> {
    this.stop();
    const { signal } = (this.asked = new AbortController());
    const { startSeconds, endSeconds } = plan.transitions[transition];
    const seconds = Math.min(
      LONGEST,
      Math.max(SHORTEST, Math.round(endSeconds - startSeconds + AROUND_SECONDS)),
    );
    const fetched = (quality: PreviewQuality) =>
      this.api.preview(request, transition, seconds, quality, signal);
    this.transition.set(transition);
    this.loading.set(true);
    this.error.set(null);
    try {
      const preview = await fetched('light');
      if (signal.aborted) return;
      this.mixStart = startSeconds - preview.startSeconds;
      const audio = new Audio(preview.url);
      await audio.play();
      if (signal.aborted) return audio.pause();
      this.hear(audio, preview.quality);
      this.loading.set(false);
    } catch (error) {
      if (signal.aborted) return;
      this.stop();
      this.error.set((error as Error).message);
      return;
    }
    try {
      const preview = await fetched('full');
      if (!signal.aborted) await this.goOnIn(preview.url, signal);
    } catch {
      // What is heard already will do.
    }
  }

  /** The same sound from another file, where the first one is. */
  private async goOnIn(url: string, signal: AbortSignal): Promise<void> {
    const next = new Audio(url);
    next.volume = 0;
    await next.play();
    const before = this.audio;
    if (signal.aborted || !before || before.ended) return next.pause();
    // Seeking takes some time, which is known after the first.
    let late = 0;
    for (let attempt = 0; attempt < 2; attempt++) {
      const sought = new Promise((resolve) =>
        next.addEventListener('seeked', resolve, { once: true }),
      );
      next.currentTime = Math.min(before.currentTime + late, next.duration);
      await sought;
      late = before.currentTime - next.currentTime;
    }
    if (signal.aborted || before.ended) return next.pause();
    next.volume = 1;
    this.hear(next, 'full');
    before.pause();
  }

  private hear(audio: HTMLAudioElement, quality: PreviewQuality): void {
    this.audio = audio;
    this.quality.set(quality);
    audio.addEventListener('ended', () => {
      if (this.audio === audio) this.stop();
    });
  }

  stop(): void {
    this.asked.abort();
    this.audio?.pause();
    this.audio = null;
    this.quality.set(null);
    this.transition.set(null);
    this.loading.set(false);
  }

  /** Second of the mix that is heard, or null. Asked each frame. */
  position(): number | null {
    return this.audio ? this.mixStart + this.audio.currentTime : null;
  }
}
