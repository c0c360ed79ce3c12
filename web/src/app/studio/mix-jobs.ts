// One's mixes, newest first, and how far those under way are: asked again as long as one is. They are the
// server's, so that a page can be left and come back to. Provided by the studio's page.

import { DestroyRef, inject, Injectable, signal } from '@angular/core';
import { TranslocoService } from '@jsverse/transloco';
import { Announcer } from '../core/announcer';
import { MixApi } from '../core/mix-api';
import type { Mix } from '../core/mixes';

const PAGE = 20;
export const POLL_MS = 700;

@Injectable()
export class MixJobs {
  private readonly api = inject(MixApi);
  private readonly announcer = inject(Announcer);
  private readonly transloco = inject(TranslocoService);
  readonly mixes = signal<readonly Mix[]>([]);
  readonly total = signal(0);
  readonly error = signal<string | null>(null);
  private timer: ReturnType<typeof setTimeout> | undefined;
  private left = false;

  constructor() {
    inject(DestroyRef).onDestroy(() => {
      this.left = true;
      clearTimeout(this.timer);
    });
  }

  async refresh(limit = Math.max(PAGE, this.mixes().length)): Promise<void> {
    clearTimeout(this.timer);
    await this.attempt(async () => {
      const { mixes, total } = await this.api.mixes(limit);
      this.announce(mixes);
      this.mixes.set(mixes);
      this.total.set(total);
    });
    if (!this.left && this.mixes().some(isUnderWay))
      this.timer = setTimeout(() => void this.refresh(), POLL_MS);
  }

  more(): Promise<void> {
    return this.refresh(this.mixes().length + PAGE);
  }

  async remove(mix: Mix): Promise<void> {
    await this.attempt(() => this.api.remove(mix.id));
    await this.refresh();
  }

  /** What was under way when it was last looked at. */
  private announce(now: readonly Mix[]): void {
    const waited = new Set(
      this.mixes()
        .filter(isUnderWay)
        .map(({ id }) => id),
    );
    for (const { id, name, state } of now)
      if (state === 'done' && waited.has(id))
        this.announcer.say(this.transloco.translate('studio.said.done', { name }));
  }

  private async attempt(act: () => Promise<void>): Promise<void> {
    try {
      await act();
      this.error.set(null);
    } catch (error) {
      this.error.set((error as Error).message);
    }
  }
}

export function isUnderWay(mix: Mix): boolean {
  return mix.state === 'queued' || mix.state === 'running';
}
