// One track in full: cover, tags, where it is from and under what licence, what the analysis heard, its
// waveform, grid, cues and phrases, and which other tracks are the same song or mix with it.

import {
  ChangeDetectionStrategy,
  Component,
  computed,
  effect,
  inject,
  input,
  output,
  resource,
  untracked,
  viewChild,
} from '@angular/core';
import { TranslocoDirective, TranslocoService } from '@jsverse/transloco';
import { ApiService } from '../core/api.service';
import type { Crate, Grid, Track } from '../core/model';
import { SessionService } from '../core/session.service';
import { formatNumber, formatTime } from '../widgets/maths/format';
import { parseWaveform } from '../widgets/maths/waveform';
import { OverviewWaveform } from '../widgets/overview-waveform/overview-waveform';
import { AnalysisFacts } from './analysis-facts';
import { GridEditor } from './grid-editor';
import { MarksEditor } from './marks-editor';
import { TrackStudy } from './track-study';

@Component({
  selector: 'dju-track-detail',
  imports: [AnalysisFacts, GridEditor, MarksEditor, OverviewWaveform, TranslocoDirective],
  providers: [TrackStudy],
  changeDetection: ChangeDetectionStrategy.OnPush,
  templateUrl: './track-detail.html',
  styleUrl: './track-detail.css',
})
export class TrackDetail {
  readonly track = input.required<Track>();
  readonly crates = input<readonly Crate[]>([]);
  readonly putInto = output<string>();
  readonly takeOutOf = output<string>();
  readonly regridded = output<Grid>();
  readonly choose = output<string>();
  readonly remove = output<void>();

  private readonly api = inject(ApiService);
  private readonly session = inject(SessionService);
  private readonly transloco = inject(TranslocoService);
  private readonly editor = viewChild(GridEditor);
  protected readonly waveform = resource({
    params: () => this.track().id,
    loader: async ({ params }) => parseWaveform(await this.api.waveform(params)),
  });
  protected readonly study = inject(TrackStudy);
  protected readonly similar = resource({
    params: () => this.track().id,
    loader: ({ params }) => this.api.similar(params),
  });
  protected readonly inCrates = computed(() =>
    this.crates().filter((crate) => crate.tracks.includes(this.track().id)),
  );
  protected readonly otherCrates = computed(() =>
    this.crates().filter((crate) => !crate.tracks.includes(this.track().id)),
  );
  protected readonly mine = computed(() => this.session.mayChange(this.track()));
  protected readonly position = () => this.editor()?.position() ?? 0;

  constructor() {
    // Another track, or this one with another analysis: somebody else may have changed it.
    const shown = computed(() => `${this.track().id} ${this.track().analysisHash}`);
    effect(() => {
      const id = shown().split(' ')[0];
      if (untracked(this.study.edits)?.grid.analysisHash === this.track().analysisHash) return;
      untracked(() => void this.study.open(id));
    });
  }

  /** Rows of the table of facts that this track has. */
  protected facts(): { label: string; value: string }[] {
    const track = this.track();
    const language = this.transloco.getActiveLang();
    const rows: [string, string | undefined | null][] = [
      ['album', track.album],
      ['genre', track.genre],
      ['license', track.license],
      ['source', track.source],
      [
        'format',
        this.transloco.translate('library.kbps', {
          format: track.format,
          rate: formatNumber(track.bitrate / 1000, 0, language),
        }),
      ],
      ['added', new Intl.DateTimeFormat(language, { dateStyle: 'medium' }).format(track.addedAt)],
    ];
    return rows.filter(([, value]) => !!value).map(([label, value]) => ({ label, value: value! }));
  }

  protected head(): string {
    const track = this.track();
    const bpm = track.grid
      ? `${formatNumber(track.grid.bpm, 2, this.transloco.getActiveLang())} BPM`
      : '';
    return [formatTime(track.durationSeconds), bpm].filter(Boolean).join(' · ');
  }

  protected takeTempo(bpm: number): void {
    this.editor()?.takeTempo(bpm);
  }

  protected exportUrl(): string {
    return this.api.rekordboxUrl({ track: this.track().id });
  }

  protected coverUrl(): string {
    return this.api.coverUrl(this.track().id);
  }

  protected seek(frame: number): void {
    this.editor()?.seek(frame);
  }

  protected put(event: Event): void {
    const select = event.target as HTMLSelectElement;
    if (select.value) this.putInto.emit(select.value);
    select.value = '';
  }

  protected confirmRemove(): void {
    const question = this.transloco.translate('library.reallyDelete', {
      title: this.track().title,
    });
    if (confirm(question)) this.remove.emit();
  }
}
