// Waveforms and analyses of the records that are being mixed, fetched once each. Provided by the
// studio's page.

import { effect, inject, Injectable, signal, untracked } from '@angular/core';
import { ApiService } from '../core/api.service';
import type { Track } from '../core/model';
import { marksOf } from '../core/track-marks';
import { NO_MARKS, type TrackMarks } from '../widgets/maths/marks';
import { parseWaveform, type Waveform } from '../widgets/maths/waveform';
import { DraftStore } from './draft-store';

export interface ShelvedRecord {
  readonly track: Track;
  readonly waveform: Waveform | null;
  readonly marks: TrackMarks;
}

@Injectable()
export class RecordShelf {
  private readonly api = inject(ApiService);
  private readonly store = inject(DraftStore);
  /** By track id. */
  readonly records = signal<ReadonlyMap<string, ShelvedRecord>>(new Map());

  constructor() {
    effect(() => {
      const tracks = this.store.tracks();
      untracked(() => {
        for (const track of tracks) if (!this.records().has(track.id)) void this.fetch(track);
      });
    });
  }

  private async fetch(track: Track): Promise<void> {
    this.put({ track, waveform: null, marks: NO_MARKS });
    // Without either, its clip is drawn plain: the plan needs neither.
    const waveform = this.api.waveform(track.id).then(parseWaveform, () => null);
    const analysis = this.api.analysis(track.id).catch(() => null);
    this.put({ track, waveform: await waveform, marks: marksOf(await analysis) });
  }

  private put(record: ShelvedRecord): void {
    this.records.update((known) => new Map(known).set(record.track.id, record));
  }
}
