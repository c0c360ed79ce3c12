// Waveforms of tracks that were looked at lately. The blob is a megabyte or two, so few are kept; the
// browser's HTTP cache has the rest.

import { inject, Injectable } from '@angular/core';
import { parseWaveform, type Waveform } from '../widgets/maths/waveform';
import { ApiService } from './api.service';

const KEPT = 8;

@Injectable({ providedIn: 'root' })
export class WaveformCache {
  private readonly api = inject(ApiService);
  private readonly known = new Map<string, Promise<Waveform>>();

  get(trackId: string): Promise<Waveform> {
    const known = this.known.get(trackId);
    if (known) return known;
    const loading = this.api.waveform(trackId).then(parseWaveform);
    loading.catch(() => this.known.delete(trackId));
    this.known.set(trackId, loading);
    if (this.known.size > KEPT) this.known.delete(this.known.keys().next().value!);
    return loading;
  }
}
