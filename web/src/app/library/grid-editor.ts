// The beat grid of one track, by hand: shifted in milliseconds, given a tempo, tapped, halved,
// doubled, its bars begun where one hears them, its tempo changed where the music's does, and
// listened to with a click before it is saved. What was saved can be undone and locked.

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
import { Announcer } from '../core/announcer';
import { ApiService } from '../core/api.service';
import type { EditState, Grid, Track } from '../core/model';
import {
  anchoredInside,
  bpmAt,
  downbeatAt,
  insertChange,
  removeChange,
  retempo,
  SAMPLE_RATE,
  sameGrid,
  shiftGrid,
  type BeatGrid,
} from '../widgets/maths/beat-grid';
import { formatTime } from '../widgets/maths/format';
import { TapTempo } from '../widgets/maths/tap-tempo';
import type { Waveform } from '../widgets/maths/waveform';
import { ScrollWaveform } from '../widgets/scroll-waveform/scroll-waveform';
import type { WaveformLane } from '../widgets/drawing/waveform-lane';
import { GridPlayer, MAX_SECONDS } from './grid-player';
import { TrackStudy } from './track-study';

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
  readonly saved = output<Grid>();

  private readonly api = inject(ApiService);
  private readonly transloco = inject(TranslocoService);
  private readonly tempo = new TapTempo();
  // A list that is fetched anew brings the same track as another object: what is being edited stays.
  private readonly stored = computed(() => this.track(), {
    equal: (a, b) => a.id === b.id && a.analysisHash === b.analysisHash,
  });
  protected readonly grid = linkedSignal<BeatGrid>(() => gridOf(this.stored()));
  protected readonly study = inject(TrackStudy);
  private readonly announcer = inject(Announcer);
  protected readonly edited = computed(() => !sameGrid(this.grid(), gridOf(this.track())));
  /** Somebody locked the grid, so that hands and later analyses leave it alone. */
  protected readonly held = computed(() => this.study.edits()?.locked ?? false);
  protected readonly shut = computed(() => this.locked() || this.held());
  protected readonly changes = computed(() => this.grid().changes ?? []);
  protected readonly time = (seconds: number) => formatTime(seconds, true);
  /** Where the playhead was last moved to; the tempo field shows the part that lies there. */
  private readonly place = signal(0);
  protected readonly bpmHere = computed(() => bpmAt(this.grid(), this.place()));
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
      marks: this.study.marks(),
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
    this.place.set(frame);
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
    this.setBpm(this.here() * factor);
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

  /** The tempo changes where one listens; the new part begins with the tempo of the old one. */
  protected insert(): void {
    this.set(insertChange(this.grid(), this.position(), this.here()));
    this.place.set(this.position());
  }

  protected removeChange(beat: number): void {
    this.set(removeChange(this.grid(), beat));
  }

  takeTempo(bpm: number): void {
    this.setBpm(bpm);
  }

  protected discard(): void {
    this.tempo.reset();
    this.set(gridOf(this.track()));
  }

  protected async save(): Promise<void> {
    const state = await this.study.change({ grid: anchoredInside(this.grid()) });
    if (state) this.tell(state, 'saved');
  }

  protected async lock(locked: boolean): Promise<void> {
    const state = await this.study.change({ locked });
    if (state) this.tell(state, locked ? 'lockedNow' : 'unlockedNow');
  }

  protected async step(step: 'undo' | 'redo'): Promise<void> {
    const state = await this.study.step(step);
    if (state) this.tell(state, step === 'undo' ? 'undone' : 'redone');
  }

  private tell(state: EditState, what: string): void {
    this.saved.emit(state.grid);
    this.done.set(what === 'saved');
    this.announcer.say(this.transloco.translate(`library.${what}`));
  }

  protected scrub(seconds: number): void {
    this.player.seek(this.player.position() + seconds);
    this.place.set(this.position());
  }

  private here(): number {
    return bpmAt(this.grid(), this.position());
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
  const { anchorSeconds = 0, bpm = 0, changes } = track.grid ?? {};
  return { anchorSeconds, bpm: bpm > 0 ? bpm : UNKNOWN_BPM, ...(changes ? { changes } : {}) };
}
