// A mix, finished: heard, explained, taken home, replayed, and put beside another one of the same records.

import {
  ChangeDetectionStrategy,
  Component,
  computed,
  inject,
  input,
  resource,
  signal,
  viewChild,
} from '@angular/core';
import { Router, RouterLink } from '@angular/router';
import { TranslocoDirective } from '@jsverse/transloco';
import { ApiService } from '../core/api.service';
import { hasEnded, JobFollower, POLL_MS } from '../core/job-follower';
import { Language } from '../core/language';
import { MixApi } from '../core/mix-api';
import type { Mix, MixPreset, MixReport } from '../core/mixes';
import type { Job } from '../core/model';
import { SessionService } from '../core/session.service';
import { WordsPipe } from '../judge/words.pipe';
import { CopyLink } from '../lobby/copy-link';
import { GuestName } from '../lobby/guest-name';
import { formatTime } from '../widgets/maths/format';
import { parseWaveform, type Waveform } from '../widgets/maths/waveform';
import { isUnderWay, underWay } from './mix-jobs';
import { MixPlayer, type PlayedSide } from './mix-player';
import { MixReportView } from './mix-report';

interface FinishedMix {
  readonly mix: Mix;
  readonly report: MixReport;
  readonly waveform: Waveform | null;
}

@Component({
  selector: 'dju-mix',
  imports: [
    CopyLink,
    GuestName,
    MixPlayer,
    MixReportView,
    RouterLink,
    TranslocoDirective,
    WordsPipe,
  ],
  changeDetection: ChangeDetectionStrategy.OnPush,
  templateUrl: './mix.html',
  styleUrl: './mix.css',
})
export class MixPage {
  /** From the route. */
  readonly id = input.required<string>();
  /** Another mix to hear beside it. */
  readonly with = input<string>();

  private readonly api = inject(ApiService);
  private readonly mixApi = inject(MixApi);
  private readonly follower = inject(JobFollower);
  private readonly router = inject(Router);
  private readonly language = inject(Language);
  protected readonly session = inject(SessionService);
  protected readonly player = viewChild(MixPlayer);
  protected readonly mixer = resource({ loader: () => this.mixApi.mixer() });
  /** How far the mix that is waited for is. */
  protected readonly waiting = signal<Mix | null>(null);
  protected readonly first = resource({
    params: () => this.asGuest(this.id()),
    loader: ({ params, abortSignal }) => this.load(params, abortSignal),
  });
  protected readonly second = resource({
    params: () => this.asGuest(this.with()),
    loader: ({ params, abortSignal }) => this.load(params, abortSignal),
  });
  protected readonly error = signal<string | null>(null);
  protected readonly taking = signal(false);
  protected readonly mixes = computed<FinishedMix[]>(() =>
    [this.first, this.second].flatMap((one) => (one.hasValue() ? [one.value()] : [])),
  );
  protected readonly sides = computed<PlayedSide[]>(() =>
    this.mixes().map(({ mix, report, waveform }) => ({
      name: this.nameOf(mix),
      url: this.mixApi.audioUrl(mix.recordingId!),
      times: report,
      waveform,
    })),
  );
  protected readonly link = computed(
    () =>
      location.origin +
      this.router.serializeUrl(
        this.router.createUrlTree(['/mixes', this.id()], { queryParams: { with: this.with() } }),
      ),
  );

  /** Who mixed it, and as what. */
  protected mixedBy({ preset: id, model }: Mix): string {
    const presets = this.mixer.hasValue() ? this.mixer.value().presets : [];
    const preset = presets.find((known) => known.id === id);
    return [preset?.name[this.language.active()], model].filter(Boolean).join(' · ');
  }

  /** Two mixes may have the same name. */
  protected nameOf(mix: Mix): string {
    return `${mix.name} · ${this.mixedBy(mix)}`;
  }

  protected time(seconds: number): string {
    return formatTime(seconds);
  }

  protected date(ms: number): string {
    return new Intl.DateTimeFormat(this.language.active(), {
      dateStyle: 'long',
      timeStyle: 'short',
    }).format(ms);
  }

  protected logUrl(mix: Mix): string {
    return this.api.recordingLogUrl(mix.recordingId!);
  }

  /** FLAC is rendered when somebody wants it. */
  protected download(mix: Mix, format: 'flac' | 'opus'): Promise<void> {
    return this.attempt(async () => {
      const link = document.createElement('a');
      link.href = await this.api.renderRecording(mix.recordingId!, format);
      link.download = `${mix.name}.${format}`;
      link.click();
    });
  }

  protected replay(mix: Mix): Promise<void> {
    return this.attempt(async () => {
      const battle = await this.api.replayRecording(mix.recordingId!);
      await this.router.navigate(['/watch', battle.id]);
    });
  }

  /** From where it is heard: the decks stand as the mix has them then. */
  protected takeOver(mix: Mix): Promise<void> {
    return this.attempt(async () => {
      this.taking.set(true);
      try {
        const battle = await this.api.takeOverRecording(
          mix.recordingId!,
          this.player()?.position() ?? 0,
        );
        await this.router.navigate(['/battle', battle.id]);
      } finally {
        this.taking.set(false);
      }
    });
  }

  /** The same records in the same order, mixed as the preset would. */
  protected compare({ mix, report }: FinishedMix, preset: MixPreset): Promise<void> {
    return this.attempt(async () => {
      const { mix: other } = await this.mixApi.create({
        tracks: report.tracks.map(({ trackId }) => trackId),
        model: mix.model,
        preset: preset.id,
        parameters: { order: 'given' },
        transitions: {},
        shifts: {},
        name: mix.name,
      });
      await this.router.navigate([], { queryParams: { with: other.id } });
    });
  }

  protected listen(side: number, seconds: number): void {
    void this.player()?.playFrom(side, seconds);
  }

  /** The server tells guests only: nothing before one has a name. */
  private asGuest(id: string | undefined): string | undefined {
    return this.session.token() === null ? undefined : id;
  }

  /** Waits for a mix that is still being made. */
  private async load(id: string, signal: AbortSignal): Promise<FinishedMix> {
    let mix = await this.mixApi.mix(id);
    for (let looks = 0; isUnderWay(mix); ++looks) {
      this.waiting.set(mix);
      // Behind the end of its job a mix may need a moment until it is listed as finished.
      if (looks > 0) await new Promise((resolve) => setTimeout(resolve, POLL_MS));
      const shown = mix;
      await this.follower.follow(mix.jobId!, (job) => this.show(shown, job), signal);
      mix = await this.mixApi.mix(id);
      signal.throwIfAborted();
    }
    this.waiting.set(null);
    if (mix.state !== 'done') throw new Error(mix.error ?? mix.state);
    const [report, waveform] = await Promise.all([
      this.mixApi.report(id),
      this.mixApi.waveform(id).then(parseWaveform, () => null),
    ]);
    return { mix, report, waveform };
  }

  private show(mix: Mix, job: Job<unknown>): void {
    if (!hasEnded(job)) this.waiting.set(underWay(mix, job));
  }

  private async attempt(act: () => Promise<void>): Promise<void> {
    this.error.set(null);
    try {
      await act();
    } catch (error) {
      this.error.set((error as Error).message);
    }
  }
}
