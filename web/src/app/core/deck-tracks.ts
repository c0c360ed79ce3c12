// What is known of the track on a deck beside its name: waveform, phrases, cues, key. Fetched whenever
// the deck gets another track, or its track another analysis.

import { computed, effect, inject, Injectable } from '@angular/core';
import { NO_MARKS } from '../widgets/maths/marks';
import { ApiService } from './api.service';
import type { DeckView } from './deck-view';
import { marksOf } from './track-marks';
import { WaveformCache } from './waveform-cache';

@Injectable({ providedIn: 'root' })
export class DeckTracks {
  private readonly api = inject(ApiService);
  private readonly waveforms = inject(WaveformCache);

  /** From now on, within the life of the injection context. */
  follow(deck: DeckView, failed: (error: unknown) => void): void {
    const content = computed(() => {
      const track = deck.track();
      return track && `${track.trackId} ${track.analysisHash ?? ''}`;
    });
    effect((onCleanup) => {
      const id = content()?.split(' ')[0];
      deck.waveform.set(null);
      deck.marks.set(NO_MARKS);
      deck.key.set(null);
      if (!id) return;
      let current = true;
      onCleanup(() => (current = false));
      this.waveforms.get(id).then(
        (waveform) => current && deck.waveform.set(waveform),
        (error: unknown) => current && failed(error),
      );
      // Without its marks a deck plays as well: what fails here is told by the waveform above.
      this.api.analysis(id).then(
        (analysis) => {
          if (!current) return;
          deck.marks.set(marksOf(analysis));
          deck.key.set(analysis?.key?.camelot ?? null);
        },
        () => undefined,
      );
    });
  }
}
