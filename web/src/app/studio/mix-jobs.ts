// One's mixes, newest first, and how far those under way are: the server's events tell of the next ones, and
// the list is asked for again when one has ended, and now and then. They are the server's, so that a page can
// be left and come back to. Provided by the studio's page.

import { DestroyRef, inject, Injectable, signal } from '@angular/core';
import { TranslocoService } from '@jsverse/transloco';
import { Announcer } from '../core/announcer';
import { JobFollower } from '../core/job-follower';
import { MixApi } from '../core/mix-api';
import type { Mix } from '../core/mixes';
import type { Job } from '../core/model';

const PAGE = 20;
/** What the server lists at once. */
const MOST_LISTED = 100;
/** A browser has six connections to a server. */
const MOST_FOLLOWED = 2;
/** Of mixes whose events are not followed. */
const LOOK_MS = 4000;

@Injectable()
export class MixJobs {
  private readonly api = inject(MixApi);
  private readonly follower = inject(JobFollower);
  private readonly announcer = inject(Announcer);
  private readonly transloco = inject(TranslocoService);
  readonly mixes = signal<readonly Mix[]>([]);
  readonly total = signal(0);
  readonly error = signal<string | null>(null);
  private readonly followed = new Map<string, AbortController>();
  private timer: ReturnType<typeof setTimeout> | undefined;
  private left = false;

  constructor() {
    inject(DestroyRef).onDestroy(() => {
      this.left = true;
      clearTimeout(this.timer);
      for (const each of this.followed.values()) each.abort();
    });
  }

  async refresh(limit = Math.max(PAGE, this.mixes().length)): Promise<void> {
    clearTimeout(this.timer);
    await this.attempt(async () => {
      const { mixes, total } = await this.api.mixes(Math.min(limit, MOST_LISTED));
      this.announce(mixes);
      this.mixes.set(mixes);
      this.total.set(Math.min(total, MOST_LISTED));
    });
    if (this.left || !this.mixes().some(isUnderWay)) return;
    this.followNext();
    this.timer = setTimeout(() => void this.refresh(), LOOK_MS);
  }

  more(): Promise<void> {
    return this.refresh(this.mixes().length + PAGE);
  }

  async remove(mix: Mix): Promise<void> {
    await this.attempt(() => this.api.remove(mix.id));
    await this.refresh();
  }

  /** Those that run, then those that were asked for first. */
  private followNext(): void {
    const next = this.mixes()
      .filter((mix) => isUnderWay(mix) && mix.jobId !== null && !this.followed.has(mix.jobId))
      .sort(
        (a, b) =>
          Number(b.state === 'running') - Number(a.state === 'running') ||
          a.createdAt - b.createdAt,
      );
    for (const { id, jobId } of next.slice(0, Math.max(0, MOST_FOLLOWED - this.followed.size)))
      void this.follow(id, jobId!);
  }

  private async follow(mix: string, job: string): Promise<void> {
    const aborted = new AbortController();
    this.followed.set(job, aborted);
    try {
      await this.follower.follow(job, (now) => this.show(mix, now), aborted.signal);
    } catch {
      // Removed or left meanwhile; what has become of it stands in the list.
    }
    this.followed.delete(job);
    if (!this.left) await this.refresh();
  }

  /** That a mix is done is the list's to say: with it come its length and recording. */
  private show(id: string, job: Job<unknown>): void {
    if (job.state !== 'running' && job.state !== 'queued') return;
    this.mixes.update((mixes) =>
      mixes.map((mix) => (mix.id === id && isUnderWay(mix) ? underWay(mix, job) : mix)),
    );
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

/** The mix with its job's progress. */
export function underWay(mix: Mix, { state, progress, stage, secondsLeft }: Job<unknown>): Mix {
  return { ...mix, state, progress, stage, secondsLeft };
}
