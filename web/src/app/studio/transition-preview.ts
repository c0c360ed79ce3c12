// One transition to listen to, before there is a mix: asked for, played while it loads, and where in the
// mix it is. Provided by the studio's page.

import { computed, DestroyRef, inject, Injectable, signal } from '@angular/core';
import { MixApi } from '../core/mix-api';
import type { MixPlan, MixPreview, MixRequest } from '../core/mixes';

/** As long as a transition with some music on both sides, within what the server gives. */
const AROUND_SECONDS = 16;
const SHORTEST = 15;
const LONGEST = 60;

@Injectable()
export class TransitionPreview {
  private readonly api = inject(MixApi);
  private readonly audio = new Audio();
  private asked = new AbortController();
  private heard: { readonly preview: MixPreview; readonly mixStart: number } | null = null;

  /** Number of the transition that is fetched or heard, or null. */
  readonly transition = signal<number | null>(null);
  readonly loading = signal(false);
  readonly error = signal<string | null>(null);
  readonly playing = computed(() => this.transition() !== null && !this.loading());

  constructor() {
    this.audio.addEventListener('ended', () => this.stop());
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
    this.transition.set(transition);
    this.loading.set(true);
    this.error.set(null);
    try {
      const preview = await this.api.preview(request, transition, seconds, signal);
      if (signal.aborted) return;
      this.heard = { preview, mixStart: startSeconds - preview.startSeconds };
      this.audio.src = preview.url;
      await this.audio.play();
      if (!signal.aborted) this.loading.set(false);
    } catch (error) {
      if (signal.aborted) return;
      this.stop();
      this.error.set((error as Error).message);
    }
  }

  stop(): void {
    this.asked.abort();
    this.audio.pause();
    this.audio.removeAttribute('src');
    this.heard = null;
    this.transition.set(null);
    this.loading.set(false);
  }

  /** Second of the mix that is heard, or null. Asked each frame. */
  position(): number | null {
    return this.heard && !this.loading() ? this.heard.mixStart + this.audio.currentTime : null;
  }
}
