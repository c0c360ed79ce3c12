// The library: every track of this server, one's crates, and the door by which music comes in.

import {
  ChangeDetectionStrategy,
  Component,
  computed,
  effect,
  inject,
  signal,
  untracked,
} from '@angular/core';
import { TranslocoDirective, TranslocoService } from '@jsverse/transloco';
import { ApiService } from '../core/api.service';
import type { Crate, Grid, Track } from '../core/model';
import { SessionService } from '../core/session.service';
import { TrackBrowser } from '../widgets/track-browser/track-browser';
import { GuestName } from '../lobby/guest-name';
import { CratesPanel } from './crates-panel';
import { PreviewPlayer } from './preview-player';
import { TrackDetail } from './track-detail';
import { TrackList } from './track-list';
import { UploadQueue } from './upload-queue';
import { formatBytes } from '../widgets/maths/format';

@Component({
  selector: 'dju-library',
  imports: [CratesPanel, GuestName, TrackBrowser, TrackDetail, TranslocoDirective],
  providers: [TrackList, PreviewPlayer, UploadQueue],
  changeDetection: ChangeDetectionStrategy.OnPush,
  templateUrl: './library.html',
  styleUrl: './library.css',
  host: {
    '(dragover)': 'dragOver($event)',
    '(dragleave)': 'dragLeave($event)',
    '(drop)': 'drop($event)',
  },
})
export class Library {
  protected readonly list = inject(TrackList);
  protected readonly preview = inject(PreviewPlayer);
  protected readonly queue = inject(UploadQueue);
  protected readonly session = inject(SessionService);
  private readonly api = inject(ApiService);
  private readonly transloco = inject(TranslocoService);

  protected readonly crates = signal<readonly Crate[]>([]);
  protected readonly selected = signal<string | null>(null);
  protected readonly dragging = signal(false);
  protected readonly error = signal<string | null>(null);
  /** What came of another program's collection. */
  protected readonly takenOver = signal('');
  protected readonly track = computed<Track | null>(
    () => this.list.tracks().find((track) => track.id === this.selected()) ?? null,
  );

  constructor() {
    effect(() => {
      this.session.token(); // who takes a name sees crates of their own
      untracked(() => void this.attempt(() => this.loadCrates()));
    });
    effect(() => {
      if (this.queue.arrived() > 0) untracked(() => void this.list.refresh());
    });
  }

  protected addFiles(event: Event): void {
    const field = event.target as HTMLInputElement;
    this.upload(field.files ?? []);
    field.value = '';
  }

  protected size(bytes: number): string {
    return formatBytes(bytes, this.transloco.getActiveLang());
  }

  protected dragOver(event: DragEvent): void {
    if (!event.dataTransfer?.types.includes('Files')) return;
    event.preventDefault();
    this.dragging.set(true);
  }

  protected dragLeave(event: DragEvent): void {
    if (!event.relatedTarget) this.dragging.set(false);
  }

  protected drop(event: DragEvent): void {
    this.dragging.set(false);
    if (!event.dataTransfer?.files.length) return;
    event.preventDefault();
    this.upload(event.dataTransfer.files);
  }

  protected createCrate(name: string): Promise<void> {
    return this.attempt(async () => {
      const crate = await this.api.createCrate(name);
      await this.loadCrates();
      this.list.crate.set(crate.id);
    });
  }

  protected changeCrate(
    id: string,
    change: { name?: string; add?: string[]; remove?: string[] },
  ): Promise<void> {
    return this.attempt(async () => {
      await this.api.changeCrate(id, change);
      await this.loadCrates();
      if (this.list.crate() === id) await this.list.refresh();
    });
  }

  protected deleteCrate(id: string): Promise<void> {
    return this.attempt(async () => {
      await this.api.deleteCrate(id);
      if (this.list.crate() === id) this.list.crate.set(null);
      await this.loadCrates();
    });
  }

  protected deleteTrack(id: string): Promise<void> {
    return this.attempt(async () => {
      await this.api.deleteTrack(id);
      this.selected.set(null);
      await this.list.refresh();
    });
  }

  protected regridded(id: string, grid: Grid): void {
    this.list.tracks.update((tracks) =>
      tracks.map((track) =>
        track.id === id
          ? { ...track, bpm: grid.bpm, grid, analysisHash: grid.analysisHash ?? track.analysisHash }
          : track,
      ),
    );
  }

  /** A track that may not be among those listed. */
  protected choose(id: string): Promise<void> {
    return this.attempt(async () => {
      if (!this.list.tracks().some((track) => track.id === id)) {
        const track = await this.api.track(id);
        this.list.tracks.update((tracks) => [...tracks, track]);
      }
      this.selected.set(id);
    });
  }

  protected importCues(event: Event): Promise<void> {
    const field = event.target as HTMLInputElement;
    const file = field.files?.[0];
    field.value = '';
    this.takenOver.set('');
    return this.attempt(async () => {
      if (!file) return;
      const { matched, changed, unmatched } = await this.api.importCollection(file);
      const counts = { matched, changed, unmatched: unmatched.length };
      this.takenOver.set(this.transloco.translate('library.takenOver', counts));
      await this.list.refresh();
    });
  }

  protected exportUrl(): string {
    return this.api.rekordboxUrl({ crate: this.list.crate() });
  }

  private upload(files: Iterable<File>): void {
    this.queue.add(files, (name) => this.transloco.translate('library.tooLarge', { name }));
  }

  private async loadCrates(): Promise<void> {
    this.crates.set(await this.api.crates());
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
