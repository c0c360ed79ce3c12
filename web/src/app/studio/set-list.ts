// The records of the mix in order: what they are, how their keys meet, their structure. Rows are dragged,
// or moved with buttons; tracks of the library are dropped between them.

import {
  afterNextRender,
  ChangeDetectionStrategy,
  Component,
  computed,
  ElementRef,
  inject,
  Injector,
  input,
  output,
  signal,
} from '@angular/core';
import { TranslocoDirective } from '@jsverse/transloco';
import { Language } from '../core/language';
import type { Track } from '../core/model';
import { camelotSteps } from '../widgets/maths/camelot';
import { formatNumber, formatTime } from '../widgets/maths/format';
import { NO_MARKS } from '../widgets/maths/marks';
import { OverviewWaveform } from '../widgets/overview-waveform/overview-waveform';
import { Plural } from '../widgets/plural';
import { TRACK_DRAG_TYPE } from '../widgets/track-browser/track-browser';
import { DraftStore } from './draft-store';
import { RecordShelf } from './record-shelf';

const ROW_DRAG_TYPE = 'application/x-dju-row';

@Component({
  selector: 'dju-set-list',
  imports: [OverviewWaveform, Plural, TranslocoDirective],
  changeDetection: ChangeDetectionStrategy.OnPush,
  host: {
    '(dragover)': 'over($event, null)',
    '(dragleave)': 'target.set(null)',
    '(drop)': 'drop($event)',
  },
  templateUrl: './set-list.html',
  styleUrl: './set-list.css',
})
export class SetList {
  readonly tracks = input.required<readonly Track[]>();
  /** A track of the library was dropped before this place. */
  readonly dropped = output<{ readonly trackId: string; readonly at: number }>();

  protected readonly store = inject(DraftStore);
  protected readonly shelf = inject(RecordShelf);
  private readonly language = inject(Language);
  private readonly injector = inject(Injector);
  private readonly element = inject<ElementRef<HTMLElement>>(ElementRef).nativeElement;
  /** Where what is dragged would go, or null. */
  protected readonly target = signal<number | null>(null);
  protected readonly rows = computed(() =>
    this.tracks().map((track, i) => ({
      track,
      steps: i > 0 ? camelotSteps(this.tracks()[i - 1].camelot, track.camelot) : null,
      record: this.shelf.records().get(track.id),
    })),
  );
  protected readonly noMarks = NO_MARKS;

  protected bpm(track: Track): string {
    return track.bpm > 0 ? formatNumber(track.bpm, 1, this.language.active()) : '–';
  }

  protected time(track: Track): string {
    return formatTime(track.durationSeconds);
  }

  /** The button goes with its record, and so does a keyboard's place. */
  protected move(index: number, by: 1 | -1): void {
    this.store.move(index, index + by);
    this.focusOn(by < 0 ? '.up' : '.down', index + by);
  }

  protected remove(index: number): void {
    this.store.remove(this.tracks()[index]);
    this.focusOn('.out', Math.min(index, this.tracks().length - 2));
  }

  protected drag(event: DragEvent, index: number): void {
    event.dataTransfer?.setData(ROW_DRAG_TYPE, String(index));
  }

  protected over(event: DragEvent, index: number | null): void {
    const types = event.dataTransfer?.types;
    if (!types?.includes(TRACK_DRAG_TYPE) && !types?.includes(ROW_DRAG_TYPE)) return;
    event.preventDefault();
    event.stopPropagation();
    this.target.set(index === null ? this.tracks().length : index + Number(this.lowerHalf(event)));
  }

  protected drop(event: DragEvent): void {
    const at = this.target() ?? this.tracks().length;
    this.target.set(null);
    const row = event.dataTransfer?.getData(ROW_DRAG_TYPE);
    const trackId = event.dataTransfer?.getData(TRACK_DRAG_TYPE);
    if (!row && !trackId) return;
    event.preventDefault();
    if (row) this.store.move(Number(row), at > Number(row) ? at - 1 : at);
    else this.dropped.emit({ trackId: trackId!, at });
  }

  private focusOn(button: string, index: number): void {
    const act = () => this.element.querySelectorAll<HTMLElement>(button)[index]?.focus();
    afterNextRender(act, { injector: this.injector });
  }

  private lowerHalf(event: DragEvent): boolean {
    const box = (event.currentTarget as Element).getBoundingClientRect();
    return event.clientY > box.top + box.height / 2;
  }
}
