// The HTTP API of mixes (docs/protocol.md), typed, on top of ApiService.

import { inject, Injectable } from '@angular/core';
import { ApiService } from './api.service';
import { JobFollower } from './job-follower';
import type {
  AlikeMix,
  Genome,
  Mix,
  MixerInfo,
  MixPlan,
  MixPreview,
  MixReport,
  MixRequest,
  PreviewQuality,
} from './mixes';
import type { Job } from './model';

@Injectable({ providedIn: 'root' })
export class MixApi {
  private readonly api = inject(ApiService);
  private readonly follower = inject(JobFollower);

  mixer(): Promise<MixerInfo> {
    return this.api.get('/mixer');
  }

  /** As the mixer writes this style: `bars` is a wish, `effects` how many. */
  async genome(style: string, bars: number, effects: number): Promise<Genome> {
    return (
      await this.api.get<{ genome: Genome }>(
        `/mixer/genome?style=${style}&bars=${bars}&effectsPercent=${Math.round(100 * effects)}`,
      )
    ).genome;
  }

  async plan(request: MixRequest, signal?: AbortSignal): Promise<MixPlan> {
    return (await this.api.send<{ plan: MixPlan }>('POST', '/mixes/plan', request, signal)).plan;
  }

  /** `encoding` any: a mix that is there of the same songs from other files will do. */
  create(
    request: MixRequest & { readonly name?: string; readonly encoding?: 'exact' | 'any' },
  ): Promise<{ mix: Mix; alike?: AlikeMix }> {
    return this.api.send('POST', '/mixes', request);
  }

  mixes(limit: number, offset = 0): Promise<{ total: number; mixes: Mix[] }> {
    return this.api.get(`/mixes?limit=${limit}&offset=${offset}`);
  }

  mix(id: string): Promise<Mix> {
    return this.api.get(`/mixes/${id}`);
  }

  /** A mix under way is cancelled, a finished one removed with its recording. */
  remove(id: string): Promise<void> {
    return this.api.send('DELETE', `/mixes/${id}`);
  }

  report(id: string): Promise<MixReport> {
    return this.api.get(`/mixes/${id}/report`);
  }

  waveform(id: string): Promise<ArrayBuffer> {
    return this.api.bytes(`/mixes/${id}/waveform`);
  }

  /** Resolves when it can be played. */
  async preview(
    request: MixRequest,
    transition: number,
    seconds: number,
    quality: PreviewQuality,
    signal: AbortSignal,
  ): Promise<MixPreview> {
    type Answer = { preview: MixPreview } | { job: Job<MixPreview> };
    const answer = await this.api.send<Answer>(
      'POST',
      '/mixes/preview',
      { ...request, transition, seconds, quality },
      signal,
    );
    if ('preview' in answer) return answer.preview;
    const ended = await this.follower.follow<MixPreview>(answer.job.id, () => undefined, signal);
    return this.api.waitForJob(ended);
  }

  audioUrl(recordingId: string): string {
    return this.api.mediaUrl(`/recordings/${recordingId}/audio.opus`);
  }
}
