import { TestBed } from '@angular/core/testing';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ApiService } from './api.service';
import { JobFollower } from './job-follower';
import type { Job } from './model';

class FakeEvents {
  static readonly all: FakeEvents[] = [];
  onerror: (() => void) | null = null;
  closed = false;
  private told: ((event: { data: string }) => void) | null = null;
  constructor(readonly url: string) {
    FakeEvents.all.push(this);
  }
  addEventListener(_: string, told: (event: { data: string }) => void): void {
    this.told = told;
  }
  close(): void {
    this.closed = true;
  }
  tell(job: Partial<Job>): void {
    this.told!({ data: JSON.stringify(job) });
  }
}

describe('JobFollower', () => {
  const job = vi.fn();
  let follower: JobFollower;

  beforeEach(() => {
    vi.stubGlobal('EventSource', FakeEvents);
    vi.useFakeTimers();
    FakeEvents.all.length = 0;
    job.mockReset();
    TestBed.configureTestingModule({
      providers: [
        {
          provide: ApiService,
          useValue: { job, mediaUrl: (path: string) => `/api${path}?token=t` },
        },
      ],
    });
    follower = TestBed.inject(JobFollower);
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });

  it('tells each change and closes when the job has ended', async () => {
    const changes: number[] = [];
    const ended = follower.follow(
      'j',
      ({ progress }) => changes.push(progress),
      new AbortController().signal,
    );
    const [events] = FakeEvents.all;
    expect(events.url).toBe('/api/jobs/j/events?token=t');
    events.tell({ state: 'running', progress: 0.5 });
    events.tell({ state: 'done', progress: 1 });
    expect((await ended).state).toBe('done');
    expect(changes).toEqual([0.5, 1]);
    expect(events.closed).toBe(true);
    expect(job).not.toHaveBeenCalled();
  });

  it('asks where events break off, and tries them again later', async () => {
    job.mockResolvedValue({ state: 'running', progress: 0.2 });
    const ended = follower.follow('j', () => undefined, new AbortController().signal);
    FakeEvents.all[0].onerror!();
    await vi.advanceTimersByTimeAsync(9 * 700);
    expect(job).toHaveBeenCalledTimes(10);
    expect(FakeEvents.all).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(700);
    expect(FakeEvents.all).toHaveLength(2);
    FakeEvents.all[1].tell({ state: 'failed' });
    expect((await ended).state).toBe('failed');
  });

  it('ends when it is not wanted any more', async () => {
    const aborted = new AbortController();
    const ended = follower.follow('j', () => undefined, aborted.signal);
    const refused = expect(ended).rejects.toThrow();
    aborted.abort();
    await vi.advanceTimersByTimeAsync(0);
    await refused;
    expect(FakeEvents.all[0].closed).toBe(true);
  });
});
