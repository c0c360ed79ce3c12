// The beat grid of one track, by hand: shifted in milliseconds, given a tempo, tapped, halved,
// doubled, its bars begun where one hears them, and listened to with a click before it is saved.

import {
  ChangeDetectionStrategy,
  Component,
  computed,
  DestroyRef,
  effect,
  inject,
  input,
  linkedSignal,
  output,
  signal,
  untracked,
} from '@angular/core';
import { TranslocoDirective, TranslocoService } from '@jsverse/transloco';
import { ApiService } from '../core/api.service';
import type { Track } from '../core/model';
import {
  downbeatAt,
  retempo,
  SAMPLE_RATE,
  shiftGrid,
  type BeatGrid,
} from '../widgets/maths/beat-grid';

import { TapTempo } from '../widgets/maths/tap-tempo';
import type { Waveform } from '../widgets/maths/waveform';
import { ScrollWaveform } from '../widgets/scroll-waveform/scroll-waveform';
import type { WaveformLane } from '../widgets/drawing/waveform-lane';
import { GridPlayer, MAX_SECONDS } from './grid-player';

const MIN_BPM = 30;
const MAX_BPM = 300;
/** Where a grid by hand begins when the analysis found none. */
const UNKNOWN_BPM = 120;

@Component({
  selector: 'dju-grid-editor',
  imports: [ScrollWaveform, TranslocoDirective],
  changeDetection: ChangeDetectionStrategy.OnPush,
  templateUrl: './grid-editor.html',
  styleUrl: './grid-editor.css',
})
export class GridEditor {
  readonly track = input.required<Track>();
  readonly waveform = input<Waveform | null>(null);
  /** Somebody else's track: to be listened to, not to be changed. */
  readonly locked = input(false);
  readonly saved = output<BeatGrid>();

  private readonly api = inject(ApiService);
  private readonly transloco = inject(TranslocoService);
  private readonly tempo = new TapTempo();
  // A list that is fetched anew brings the same track as another object: what is being edited stays.
  private readonly stored = computed(() => this.track(), {
    equal: (a, b) => a.id === b.id && a.analysisHash === b.analysisHash,
  });
  protected readonly grid = linkedSignal<BeatGrid>(() => gridOf(this.stored()));
  protected readonly edited = computed(() => {
    const [now, known] = [this.grid(), gridOf(this.track())];
    return now.bpm !== known.bpm || now.anchorSeconds !== known.anchorSeconds;
  });
  protected readonly playing = signal(false);
  protected readonly busy = signal(false);
  protected readonly done = signal(false);
  protected readonly error = signal<string | null>(null);
  protected readonly steps = [-10, -1, 1, 10];
  protected readonly seconds = signal(6);
  protected readonly playable = computed(() => this.track().durationSeconds <= MAX_SECONDS);
  private readonly player = new GridPlayer(
    () => this.grid(),
    () => this.playing.set(false),
  );
  private readonly trackId = computed(() => this.track().id);

  protected readonly lanes = computed<WaveformLane[]>(() => [
    {
      deck: 'A',
      waveform: this.waveform(),
      grid: this.grid(),
      cueFrame: null,
      hotCues: [],
      positionAt: () => this.player.position() * SAMPLE_RATE,
      rateAt: () => 1,
    },
  ]);

  constructor() {
    effect(() => {
      this.trackId();
      untracked(() => {
        this.player.unload();
        this.tempo.reset();
        this.done.set(false);
        this.error.set(null);
      });
    });
    inject(DestroyRef).onDestroy(() => this.player.destroy());
  }

  seek(frame: number): void {
    this.player.seek(frame / SAMPLE_RATE);
  }

  position(): number {
    return this.player.position() * SAMPLE_RATE;
  }

  protected async toggle(): Promise<void> {
    this.error.set(null);
    if (this.player.playing) {
      this.player.stop();
      return;
    }
    this.busy.set(true);
    try {
      if (!(await this.player.load(this.api.trackAudioUrl(this.track().id)))) return;
      await this.player.play(this.player.position());
      this.playing.set(true);
    } catch (error) {
      this.error.set((error as Error).message);
    } finally {
      this.busy.set(false);
    }
  }

  protected click(event: Event): void {
    this.player.clicking = (event.target as HTMLInputElement).checked;
    this.player.regrid();
  }

  protected shift(ms: number): void {
    this.set(shiftGrid(this.grid(), ms));
  }

  protected scale(factor: number): void {
    this.setBpm(this.grid().bpm * factor);
  }

  protected typed(event: Event): void {
    this.setBpm((event.target as HTMLInputElement).valueAsNumber);
  }

  protected tap(): void {
    const bpm = this.tempo.tap(performance.now());
    if (bpm !== null) this.setBpm(Math.round(bpm * 100) / 100);
  }

  protected downbeat(): void {
    this.set(downbeatAt(this.grid(), this.position()));
  }

  protected undo(): void {
    this.tempo.reset();
    this.set(gridOf(this.track()));
  }

  protected async save(): Promise<void> {
    this.busy.set(true);
    this.error.set(null);
    try {
      const grid = await this.api.saveGrid(this.track().id, this.grid());
      this.saved.emit(grid);
      this.done.set(true);
    } catch (error) {
      this.error.set((error as Error).message);
    } finally {
      this.busy.set(false);
    }
  }

  protected scrub(seconds: number): void {
    this.player.seek(this.player.position() + seconds);
  }

  private setBpm(bpm: number): void {
    if (!(bpm >= MIN_BPM && bpm <= MAX_BPM)) {
      this.error.set(this.transloco.translate('library.badBpm'));
      return;
    }
    this.error.set(null);
    this.set(retempo(this.grid(), bpm, this.position()));
  }

  private set(grid: BeatGrid): void {
    this.grid.set(grid);
    this.done.set(false);
    this.player.regrid();
  }
}

function gridOf(track: Track): BeatGrid {
  return { anchorSeconds: track.grid?.anchorSeconds ?? 0, bpm: track.grid?.bpm ?? UNKNOWN_BPM };
}
