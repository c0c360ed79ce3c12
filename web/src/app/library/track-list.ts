// The tracks that a table shows: search, crate and sorting, fetched a page at a time. Provided by the
// page that uses it, so that the library and the battle page each keep their own place.

import { effect, inject, Injectable, signal, untracked } from '@angular/core';
import { ApiService } from '../core/api.service';
import type { Track } from '../core/model';
import type { TrackSort } from '../widgets/track-browser/track-browser';

const PAGE = 200;
/** Typing pauses shorter than this do not search yet. */
const DEBOUNCE_MS = 180;

@Injectable()
export class TrackList {
  readonly query = signal('');
  readonly sort = signal<TrackSort>('title');
  readonly crate = signal<string | null>(null);
  readonly tracks = signal<readonly Track[]>([]);
  readonly total = signal(0);
  readonly busy = signal(true);
  readonly error = signal<string | null>(null);

  private readonly api = inject(ApiService);
  /** Raised by every new question; answers to older ones are dropped. */
  private asked = 0;

  constructor() {
    effect((cleanup) => {
      this.query();
      this.sort();
      this.crate();
      const timer = setTimeout(() => untracked(() => void this.refresh()), DEBOUNCE_MS);
      cleanup(() => clearTimeout(timer));
    });
  }

  /** Asks anew for as many tracks as are shown. */
  refresh(): Promise<void> {
    return this.fetch(0, Math.max(PAGE, this.tracks().length));
  }

  more(): Promise<void> {
    return this.fetch(this.tracks().length, PAGE);
  }

  private async fetch(offset: number, limit: number): Promise<void> {
    const question = ++this.asked;
    this.busy.set(true);
    try {
      const page = await this.api.tracks({
        q: this.query().trim(),
        crate: this.crate() ?? undefined,
        sort: this.sort(),
        limit,
        offset,
      });
      if (question !== this.asked) return;
      this.tracks.update((known) => [...known.slice(0, offset), ...page.tracks]);
      this.total.set(page.total);
      this.error.set(null);
    } catch (error) {
      if (question === this.asked) this.error.set((error as Error).message);
    } finally {
      if (question === this.asked) this.busy.set(false);
    }
  }
}
