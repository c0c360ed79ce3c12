// The library as a table: search, crates, sorting, a row for each track that loads it on a deck,
// previews it, or is dragged onto one. It draws only the rows that are seen; whoever uses it fetches
// the tracks and says how many there are (`needMore` asks for the rest).
// Keyboard: arrows choose, Enter opens, Shift+Left and Shift+Right (or A and B) load, P previews.

import {
  afterNextRender,
  ChangeDetectionStrategy,
  Component,
  computed,
  DestroyRef,
  effect,
  ElementRef,
  inject,
  input,
  model,
  output,
  signal,
  viewChild,
} from '@angular/core';
import { TranslocoDirective, TranslocoService } from '@jsverse/transloco';
import { Plural } from '../plural';
import { formatNumber, formatTime } from '../maths/format';
import { rowWindow, scrollToRow } from '../maths/virtual-rows';

export interface BrowserTrack {
  readonly id: string;
  readonly title: string;
  readonly artist: string;
  readonly genre: string;
  readonly bpm: number;
  readonly key?: string | null;
  /** The key's place on the wheel, by which one mixes. */
  readonly camelot?: string;
  readonly durationSeconds: number;
  /** 0–1, over the whole track. */
  readonly energy?: number;
}

export interface BrowserCrate {
  readonly id: string;
  readonly name: string;
  readonly tracks: readonly string[];
}

export type TrackSort = 'title' | 'artist' | 'bpm' | 'key' | 'energy' | 'duration' | 'added';

/** Type of the data that a dragged row carries: the track's id. */
export const TRACK_DRAG_TYPE = 'application/x-dju-track';

/** Fingers need more than a mouse. */
const TOUCH = globalThis.matchMedia?.('(pointer: coarse)').matches ?? false;
const ROW_PIXELS = TOUCH ? 50 : 36;
const BUTTON_PIXELS = TOUCH ? 44 : 30;
/** The next page is asked for when fewer rows than this are left below. */
const AHEAD_ROWS = 30;

@Component({
  selector: 'dju-track-browser',
  imports: [Plural, TranslocoDirective],
  changeDetection: ChangeDetectionStrategy.OnPush,
  host: {
    '[class.taking]': 'taking()',
    '[style.--button.px]': 'buttonPixels',
    '[style.--actions.px]': '(buttonPixels + 4) * (1 + decks().length + (taking() ? 1 : 0))',
  },
  templateUrl: './track-browser.html',
  styleUrl: './track-browser.css',
})
export class TrackBrowser {
  readonly tracks = input.required<readonly BrowserTrack[]>();
  readonly total = input(0);
  readonly crates = input<readonly BrowserCrate[]>([]);
  /** Decks that a row can be loaded on; none in the library. */
  readonly decks = input<readonly string[]>(['A', 'B']);
  /** A button of each row opens it, which takes it into a set; energy is shown in the genre's place. */
  readonly taking = input(false);
  /** Tracks that are on a deck now, by deck. */
  readonly loaded = input<Readonly<Record<string, string | null>>>({});
  readonly previewing = input<string | null>(null);
  readonly busy = input(false);
  readonly query = model('');
  readonly sort = model<TrackSort>('title');
  readonly crate = model<string | null>(null);
  readonly selected = model<string | null>(null);
  readonly load = output<{ trackId: string; deck: string }>();
  readonly preview = output<string>();
  readonly open = output<string>();
  readonly needMore = output<void>();

  protected readonly rowPixels = ROW_PIXELS;
  protected readonly buttonPixels = BUTTON_PIXELS;
  protected readonly columns = computed<readonly { id: string; sort?: TrackSort }[]>(() => [
    { id: 'title', sort: 'title' },
    { id: 'artist', sort: 'artist' },
    { id: 'bpm', sort: 'bpm' },
    { id: 'key', sort: 'key' },
    this.taking() ? { id: 'energy', sort: 'energy' } : { id: 'genre' },
    { id: 'time', sort: 'duration' },
  ]);
  private readonly scrollTop = signal(0);
  private readonly height = signal(320);
  private readonly transloco = inject(TranslocoService);
  private readonly body = viewChild.required<ElementRef<HTMLElement>>('body');
  protected readonly seen = computed(() =>
    rowWindow(this.scrollTop(), this.height(), ROW_PIXELS, this.tracks().length),
  );
  protected readonly rows = computed(() => {
    const { first, end } = this.seen();
    return this.tracks()
      .slice(first, end)
      .map((track, i) => ({ track, index: first + i }));
  });
  private asked = -1;

  constructor() {
    const destroyed = inject(DestroyRef);
    afterNextRender(() => {
      if (typeof ResizeObserver === 'undefined') return;
      const element = this.body().nativeElement;
      const observer = new ResizeObserver(() => this.height.set(element.clientHeight));
      observer.observe(element);
      destroyed.onDestroy(() => observer.disconnect());
    });
    effect(() => {
      const have = this.tracks().length;
      if (have < this.total() && this.seen().end + AHEAD_ROWS > have && this.asked !== have) {
        this.asked = have;
        this.needMore.emit();
      }
    });
  }

  /** As it is spoken. */
  protected energy(track: BrowserTrack): string {
    return `${formatNumber(100 * (track.energy ?? 0), 0, this.transloco.getActiveLang())} %`;
  }

  protected bpm(track: BrowserTrack): string {
    return track.bpm > 0 ? formatNumber(track.bpm, 1, this.transloco.getActiveLang()) : '–';
  }

  protected time(track: BrowserTrack): string {
    return formatTime(track.durationSeconds);
  }

  protected deckOf(track: BrowserTrack): string | null {
    return this.decks().find((deck) => this.loaded()[deck] === track.id) ?? null;
  }

  protected search(event: Event): void {
    this.query.set((event.target as HTMLInputElement).value);
    this.top();
  }

  protected chooseCrate(event: Event): void {
    this.crate.set((event.target as HTMLSelectElement).value || null);
    this.top();
  }

  protected chooseSort(sort: TrackSort): void {
    this.sort.set(sort);
    this.top();
  }

  protected scrolled(): void {
    this.scrollTop.set(this.body().nativeElement.scrollTop);
  }

  protected drag(event: DragEvent, track: BrowserTrack): void {
    event.dataTransfer?.setData(TRACK_DRAG_TYPE, track.id);
    event.dataTransfer?.setData('text/plain', `${track.artist} – ${track.title}`);
  }

  protected key(event: KeyboardEvent): void {
    if (
      event.target !== this.body().nativeElement ||
      event.ctrlKey ||
      event.metaKey ||
      event.altKey
    )
      return;
    if (this.act(event)) {
      event.preventDefault();
      event.stopPropagation();
    }
  }

  private act(event: KeyboardEvent): boolean {
    const id = this.selected();
    const [left, right] = this.decks();
    const page = Math.max(1, Math.floor(this.height() / ROW_PIXELS) - 1);
    switch (event.key) {
      case 'ArrowDown':
        return this.move(1);
      case 'ArrowUp':
        return this.move(-1);
      case 'PageDown':
        return this.move(page);
      case 'PageUp':
        return this.move(-page);
      case 'Home':
        return this.move(-this.tracks().length);
      case 'End':
        return this.move(this.tracks().length);
      case 'Enter':
        return this.emit(id, () => this.open.emit(id!));
      case 'p':
      case 'P':
        return this.emit(id, () => this.preview.emit(id!));
      case 'ArrowLeft':
        return (
          event.shiftKey &&
          this.emit(left && id, () => this.load.emit({ trackId: id!, deck: left }))
        );
      case 'ArrowRight':
        return (
          event.shiftKey &&
          this.emit(right && id, () => this.load.emit({ trackId: id!, deck: right }))
        );
      case 'a':
      case 'A':
      case 'b':
      case 'B': {
        const deck = event.key.toUpperCase();
        return this.emit(this.decks().includes(deck) ? id : null, () =>
          this.load.emit({ trackId: id!, deck }),
        );
      }
      default:
        return false;
    }
  }

  /** Moves the selection by rows; for controllers. */
  browse(rows: number): void {
    this.move(rows);
  }

  private emit(id: string | null | undefined, act: () => void): boolean {
    if (!id) return false;
    act();
    return true;
  }

  private move(by: number): boolean {
    const tracks = this.tracks();
    if (tracks.length === 0) return true;
    const now = tracks.findIndex((track) => track.id === this.selected());
    const next = Math.min(tracks.length - 1, Math.max(0, now + by));
    this.selected.set(tracks[next].id);
    const element = this.body().nativeElement;
    element.scrollTop = scrollToRow(next, element.scrollTop, element.clientHeight, ROW_PIXELS);
    return true;
  }

  private top(): void {
    this.asked = -1;
    this.body().nativeElement.scrollTop = 0;
    this.scrollTop.set(0);
  }
}
