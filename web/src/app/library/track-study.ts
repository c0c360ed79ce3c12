// What is known of the track that is being looked at, and the way to change it: its analysis, the
// edits of people, undo and redo. Provided by the track's panel, so that all its parts see one state.

import { computed, inject, Injectable, signal } from '@angular/core';
import { ApiService } from '../core/api.service';
import type { Analysis, EditState, TrackChange } from '../core/model';
import { marksOf } from '../core/track-marks';
import type { TrackMarks } from '../widgets/maths/marks';

@Injectable()
export class TrackStudy {
  private readonly api = inject(ApiService);
  private readonly trackId = signal<string | null>(null);
  /** Raised with every question; answers to older ones are dropped. */
  private asked = 0;

  readonly analysis = signal<Analysis | null>(null);
  readonly edits = signal<EditState | null>(null);
  readonly busy = signal(false);
  readonly error = signal<string | null>(null);
  readonly marks = computed<TrackMarks>(() => marksOf(this.analysis()));

  /** Called with another track, and with the same one when others have changed it. */
  async open(trackId: string): Promise<void> {
    if (trackId !== this.trackId()) {
      this.trackId.set(trackId);
      this.analysis.set(null);
      this.edits.set(null);
      this.error.set(null);
    }
    await this.attempt(() => this.api.edits(trackId));
  }

  /** The state behind the change, or null when it was refused; `error` then says why. */
  change(change: TrackChange): Promise<EditState | null> {
    return this.attempt((id) => this.api.changeTrack(id, change));
  }

  step(step: 'undo' | 'redo'): Promise<EditState | null> {
    return this.attempt((id) => this.api.stepHistory(id, step));
  }

  private async attempt(act: (id: string) => Promise<EditState>): Promise<EditState | null> {
    const id = this.trackId();
    if (id === null) return null;
    const question = ++this.asked;
    this.busy.set(true);
    try {
      const edits = await act(id);
      const analysis = await this.api.analysis(id);
      if (question !== this.asked) return null;
      this.edits.set(edits);
      this.analysis.set(analysis);
      this.error.set(null);
      return edits;
    } catch (error) {
      if (question === this.asked) this.error.set((error as Error).message);
      return null;
    } finally {
      if (question === this.asked) this.busy.set(false);
    }
  }
}
