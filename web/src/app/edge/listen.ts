// One or two recordings judged in this browser by what the model hears; nothing is uploaded.

import {
  ChangeDetectionStrategy,
  Component,
  computed,
  DestroyRef,
  inject,
  signal,
} from '@angular/core';
import { TranslocoDirective, TranslocoService } from '@jsverse/transloco';
import { Announcer } from '../core/announcer';
import { certainty, headName, HEADS, points } from '../core/judge';
import type { Seat } from '../core/model';
import { WordsPipe } from '../judge/words.pipe';
import { EdgeEngine, type EdgeModel, type HeardMix } from './edge-engine';
import { rulingOf, type SoundRuling } from './opinion';
import { LONGEST_MINUTES, monoOf, RecordingError } from './recording';

type Stage = 'idle' | 'loading' | 'reading' | 'hearing';

@Component({
  selector: 'dju-listen',
  imports: [TranslocoDirective, WordsPipe],
  changeDetection: ChangeDetectionStrategy.OnPush,
  templateUrl: './listen.html',
  styleUrl: './listen.css',
})
export class Listen {
  private readonly announcer = inject(Announcer);
  private readonly texts = inject(TranslocoService);
  private engine: EdgeEngine | null = null;

  protected readonly seats: readonly Seat[] = ['A', 'B'];
  protected readonly files = signal<Readonly<Record<Seat, File | null>>>({ A: null, B: null });
  protected readonly heard = signal<Readonly<Record<Seat, HeardMix | null>>>({ A: null, B: null });
  protected readonly stage = signal<Stage>('idle');
  protected readonly current = signal<Seat>('A');
  protected readonly share = signal(0);
  /** A key of the page's texts, or the sentence of a server or worker. */
  protected readonly error = signal<{
    readonly key?: string;
    readonly text?: string;
    readonly file?: string;
  } | null>(null);
  protected readonly model = signal<EdgeModel | null>(null);
  /** Of everything that this page holds, as the browser measured it. */
  protected readonly megabytes = signal<number | null>(null);

  protected readonly chosen = computed(() =>
    this.seats.filter((seat) => this.files()[seat] !== null),
  );
  protected readonly judged = computed(() =>
    this.seats.filter((seat) => this.heard()[seat] !== null),
  );
  protected readonly rows = computed(() =>
    HEADS.filter((head) => this.judged().some((seat) => this.headOf(seat, head))).map((head) => ({
      head,
      sides: this.judged().map((seat) => this.headOf(seat, head)),
    })),
  );
  protected readonly ruling = computed(() => {
    const { A, B } = this.heard();
    return A && B ? rulingOf(A.heads, B.heads) : null;
  });
  protected readonly milliseconds = computed(() => {
    const all = this.judged().map((seat) => this.heard()[seat]!.milliseconds);
    return all.reduce((sum, one) => sum + one, 0) / Math.max(1, all.length);
  });

  protected readonly headName = headName;
  protected readonly points = points;
  protected readonly certainty = certainty;
  protected readonly longest = LONGEST_MINUTES;

  constructor() {
    inject(DestroyRef).onDestroy(() => this.engine?.close());
  }

  protected choose(seat: Seat, event: Event): void {
    this.put(seat, (event.target as HTMLInputElement).files?.[0] ?? null);
  }

  protected drop(seat: Seat, event: DragEvent): void {
    event.preventDefault();
    const file = event.dataTransfer?.files[0];
    if (file && this.stage() === 'idle') this.put(seat, file);
  }

  protected async judge(): Promise<void> {
    this.error.set(null);
    let reading: File | undefined;
    try {
      this.stage.set('loading');
      this.engine ??= await EdgeEngine.open();
      this.model.set(this.engine.model);
      for (const seat of this.chosen().filter((one) => !this.heard()[one])) {
        reading = this.files()[seat]!;
        this.current.set(seat);
        this.share.set(0);
        this.stage.set('reading');
        const mono = await monoOf(reading);
        this.stage.set('hearing');
        const heard = await this.engine.hear(mono, (share) => this.share.set(share));
        if (heard.windows === 0) throw new RecordingError('tooShort');
        this.heard.update((all) => ({ ...all, [seat]: heard }));
      }
      this.announce();
      void this.measureMemory();
    } catch (error) {
      this.error.set(
        error instanceof RecordingError
          ? { key: error.reason, file: reading?.name }
          : { text: (error as Error).message },
      );
    } finally {
      this.stage.set('idle');
    }
  }

  protected winner({ probabilityA }: SoundRuling): Seat {
    return probabilityA >= 0.5 ? 'A' : 'B';
  }

  protected percent(share: number): number {
    return Math.round(100 * share);
  }

  protected megabytesOf(bytes: number): string {
    return (bytes / 1e6).toFixed(1);
  }

  private put(seat: Seat, file: File | null): void {
    this.files.update((all) => ({ ...all, [seat]: file }));
    this.heard.update((all) => ({ ...all, [seat]: null }));
    this.error.set(null);
  }

  private headOf(seat: Seat, head: string) {
    return this.heard()[seat]?.heads.find((one) => one.head === head) ?? null;
  }

  private announce(): void {
    const ruling = this.ruling();
    this.announcer.say(
      ruling
        ? this.texts.translate('edge.better', {
            side: this.winner(ruling),
            percent: certainty(ruling.probabilityA),
          })
        : this.texts.translate('edge.done'),
    );
  }

  /** Only Chromium on an isolated page measures; it may take seconds. */
  private async measureMemory(): Promise<void> {
    const measure = (
      performance as { measureUserAgentSpecificMemory?: () => Promise<{ bytes: number }> }
    ).measureUserAgentSpecificMemory;
    if (!measure || !crossOriginIsolated) return;
    const { bytes } = await measure.call(performance);
    this.megabytes.set(Math.round(bytes / 1e6));
  }
}
