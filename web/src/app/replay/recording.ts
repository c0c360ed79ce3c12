// One battle, afterwards: heard again, its tracks jumped to, its audio and log taken home, its
// samples verified against the live ones, played live once more for whoever joins.

import {
  ChangeDetectionStrategy,
  Component,
  computed,
  ElementRef,
  inject,
  input,
  resource,
  signal,
  viewChild,
} from '@angular/core';
import { Router, RouterLink } from '@angular/router';
import { TranslocoDirective, TranslocoService } from '@jsverse/transloco';
import { ApiService } from '../core/api.service';
import type { VerifyResult } from '../core/model';
import { formatBytes, formatNumber, formatTime } from '../widgets/maths/format';
import { SAMPLE_RATE } from '../widgets/maths/beat-grid';
import { CopyLink } from '../lobby/copy-link';

@Component({
  selector: 'dju-recording',
  imports: [CopyLink, RouterLink, TranslocoDirective],
  changeDetection: ChangeDetectionStrategy.OnPush,
  templateUrl: './recording.html',
  styleUrl: './recording.css',
})
export class RecordingPage {
  /** From the route. */
  readonly id = input.required<string>();
  /** Engine frame from which a link wants it heard. */
  readonly at = input(0, { transform: (frame: string | undefined) => Math.max(0, Number(frame ?? 0) || 0) });

  private readonly api = inject(ApiService);
  private readonly router = inject(Router);
  private readonly transloco = inject(TranslocoService);
  private readonly player = viewChild<ElementRef<HTMLAudioElement>>('player');
  protected readonly recording = resource({
    params: () => this.id(),
    loader: ({ params }) => this.api.recording(params),
  });
  protected readonly rendering = signal<number | null>(null);
  protected readonly source = signal<string | null>(null);
  protected readonly verifying = signal<number | null>(null);
  protected readonly verified = signal<VerifyResult | null>(null);
  protected readonly error = signal<string | null>(null);
  protected readonly heardFrame = signal(0);
  /** Index of the piece on the tracklist that began last. */
  protected readonly current = computed(() => {
    const tracks = this.recording.value()?.tracklist ?? [];
    return tracks.reduce((found, entry, i) => (entry.frame <= this.heardFrame() ? i : found), -1);
  });
  protected readonly link = computed(() => `${location.origin}/recordings/${this.id()}`);

  /** Renders the audio if the server has not yet, then plays it. */
  protected async listen(fromFrame = 0): Promise<void> {
    await this.attempt(async () => {
      if (this.source() === null) await this.prepare('opus');
      setTimeout(() => this.jump(fromFrame));
    });
  }

  protected async download(format: 'flac' | 'opus'): Promise<void> {
    await this.attempt(async () => {
      const url = await this.render(format);
      const link = document.createElement('a');
      link.href = url;
      link.download = `${this.recording.value()?.name ?? this.id()}.${format}`;
      link.click();
    });
  }

  protected logUrl(): string {
    return this.api.recordingLogUrl(this.id());
  }

  protected async verify(): Promise<void> {
    this.verified.set(null);
    this.verifying.set(0);
    await this.attempt(async () => {
      const job = await this.api.verifyRecording(this.id());
      const done = await this.api.waitForJob(job, (now) => this.verifying.set(now.progress));
      this.verified.set(done);
    });
    this.verifying.set(null);
  }

  protected async replay(): Promise<void> {
    await this.attempt(async () => {
      const battle = await this.api.replayRecording(this.id());
      await this.router.navigate(['/watch', battle.id]);
    });
  }

  protected seek(frame: number): void {
    if (this.source() === null) void this.listen(frame);
    else this.jump(frame);
  }

  protected played(): void {
    this.heardFrame.set((this.player()?.nativeElement.currentTime ?? 0) * SAMPLE_RATE);
  }

  protected clock(frame: number): string {
    return formatTime(frame / SAMPLE_RATE);
  }

  protected duration(seconds: number): string {
    return formatTime(seconds);
  }

  protected size(bytes: number): string {
    return formatBytes(bytes, this.transloco.getActiveLang());
  }

  protected count(value: number): string {
    return formatNumber(value, 0, this.transloco.getActiveLang());
  }

  protected date(ms: number): string {
    return new Intl.DateTimeFormat(this.transloco.getActiveLang(), {
      dateStyle: 'long',
      timeStyle: 'short',
    }).format(ms);
  }

  private jump(frame: number): void {
    const audio = this.player()?.nativeElement;
    if (!audio) return;
    audio.currentTime = frame / SAMPLE_RATE;
    void audio.play().catch(() => undefined);
  }

  private async prepare(format: 'flac' | 'opus'): Promise<void> {
    this.source.set(await this.render(format));
  }

  private async render(format: 'flac' | 'opus'): Promise<string> {
    this.rendering.set(0);
    try {
      return await this.api.renderRecording(this.id(), format, (progress) =>
        this.rendering.set(progress),
      );
    } finally {
      this.rendering.set(null);
    }
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
