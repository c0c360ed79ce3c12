// How far a job is, as it goes: the server tells each change as an event; where its events break off or
// are refused, the job is asked for now and then.

import { inject, Injectable } from '@angular/core';
import { ApiService } from './api.service';
import type { Job } from './model';

export const POLL_MS = 700;
/** So often a job is asked for before its events are tried again. */
const POLLS_BETWEEN = 10;

@Injectable({ providedIn: 'root' })
export class JobFollower {
  private readonly api = inject(ApiService);

  /** Resolves with the job when it has ended, whichever way. Rejects where it is unknown, or when aborted. */
  async follow<R>(
    id: string,
    onChange: (job: Job<R>) => void,
    signal: AbortSignal,
  ): Promise<Job<R>> {
    for (let polls = 0; ; ++polls) {
      signal.throwIfAborted();
      if (polls % POLLS_BETWEEN === 0) {
        const ended = await this.listen(id, onChange, signal);
        if (ended) return ended;
      }
      const now = await this.api.job<R>(id);
      signal.throwIfAborted();
      onChange(now);
      if (hasEnded(now)) return now;
      await pause(POLL_MS, signal);
    }
  }

  /** Null when the events have broken off. */
  private listen<R>(
    id: string,
    onChange: (job: Job<R>) => void,
    signal: AbortSignal,
  ): Promise<Job<R> | null> {
    return new Promise((resolve) => {
      const events = new EventSource(this.api.mediaUrl(`/jobs/${id}/events`));
      const close = (result: Job<R> | null) => {
        events.close();
        signal.removeEventListener('abort', abort);
        resolve(result);
      };
      const abort = () => close(null);
      signal.addEventListener('abort', abort);
      events.addEventListener('job', ({ data }: MessageEvent<string>) => {
        const job = JSON.parse(data) as Job<R>;
        onChange(job);
        if (hasEnded(job)) close(job);
      });
      // A browser would try again by itself, also where it was refused.
      events.onerror = () => close(null);
    });
  }
}

export function hasEnded({ state }: Pick<Job<unknown>, 'state'>): boolean {
  return state === 'done' || state === 'failed' || state === 'cancelled';
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done);
  });
}
