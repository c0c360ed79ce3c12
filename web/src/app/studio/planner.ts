// Has the server plan the draft anew whenever it has changed, and keeps the last plan. Provided by the
// studio's page.

import { effect, inject, Injectable, signal, untracked } from '@angular/core';
import { MixApi } from '../core/mix-api';
import type { MixPlan } from '../core/mixes';
import { DraftStore } from './draft-store';
import { type Draft, inOrderOf, orderRequestOf, requestOf } from './model/draft';

/** Changes that follow each other more quickly are planned once. */
const DEBOUNCE_MS = 120;

@Injectable()
export class Planner {
  private readonly api = inject(MixApi);
  private readonly store = inject(DraftStore);
  /** What the last plan answers. */
  private answered = '';

  /** Of the draft as it was when it was last planned; null below two records. */
  readonly plan = signal<MixPlan | null>(null);
  readonly busy = signal(false);
  readonly error = signal<string | null>(null);

  constructor() {
    effect((cleanup) => {
      const draft = this.store.draft();
      const aborted = new AbortController();
      const timer = setTimeout(
        () => untracked(() => void this.think(draft, aborted.signal)),
        DEBOUNCE_MS,
      );
      cleanup(() => {
        clearTimeout(timer);
        aborted.abort();
      });
    });
  }

  private async think(draft: Draft | null, signal: AbortSignal): Promise<void> {
    this.error.set(null);
    this.busy.set(false);
    if (!draft || draft.tracks.length < 2) {
      this.plan.set(null);
      this.answered = '';
      return;
    }
    if (this.answered === questionOf(draft)) return;
    this.busy.set(true);
    try {
      const { plan, ordered } = await this.ask(draft, signal);
      signal.throwIfAborted();
      this.answered = questionOf(ordered);
      this.plan.set(plan);
      if (ordered !== draft) this.store.arrange(ordered);
    } catch (error) {
      if (!signal.aborted) this.error.set((error as Error).message);
    } finally {
      if (!signal.aborted) this.busy.set(false);
    }
  }

  /** An order is found first: transitions of people apply to pairs, so to an order that is known. */
  private async ask(draft: Draft, signal: AbortSignal): Promise<{ plan: MixPlan; ordered: Draft }> {
    const byHand = draft.parameters.order === 'given';
    const found = byHand ? null : await this.api.plan(orderRequestOf(draft), signal);
    const ordered = found ? inOrderOf(draft, found) : draft;
    const request = requestOf(ordered);
    const byPeople = Object.keys({ ...request.transitions, ...request.shifts });
    if (found && byPeople.length === 0) return { plan: found, ordered };
    return { plan: await this.api.plan(request, signal), ordered };
  }
}

/** Of a draft, what a plan depends on. */
function questionOf(draft: Draft): string {
  const { transitions, shifts } = requestOf(draft);
  return JSON.stringify([orderRequestOf(draft), transitions, shifts]);
}
