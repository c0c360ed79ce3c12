// The plan along time: records on two lanes, transitions as boxes that are opened, moved by phrases,
// listened to and followed by the playhead. Zoomed with a slider or the wheel; what is seen is drawn, nothing else.

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
  untracked,
  viewChild,
} from '@angular/core';
import { TranslocoDirective } from '@jsverse/transloco';
import type { MixPlan, PlaceShift } from '../core/mixes';
import { animate } from '../widgets/drawing/animation';
import { paletteOf } from '../widgets/drawing/palette';
import { Surface } from '../widgets/drawing/surface';
import { formatTime } from '../widgets/maths/format';
import { clamp } from '../widgets/maths/range';
import { Plural } from '../widgets/plural';
import { centred, clipsOf, scrollFor, zoomRange } from './model/timeline';
import type { ShelvedRecord } from './record-shelf';
import { TimelinePainter, type TimelineScene } from './timeline-painter';

/** Room for the clock and the buttons that play; the stylesheet's boxes begin below. */
const RULER_PIXELS = 34;
/** One notch of the wheel. */
const WHEEL_FACTOR = 1.25;
/** Pixels below which a box goes without its style's name: its neighbours are as near. */
const LEAST_NAMED = 30;
/** Of the window that an opened transition fills. */
const OPENED_SHARE = 0.5;
/** Boxes move by so many bars, so that what lay on a phrase still does. */
export const PHRASE_BARS = 8;
/** A hand that presses trembles; beyond so many pixels it drags. */
const LEAST_DRAG = 5;

interface Drag {
  readonly number: number;
  readonly fromX: number;
  readonly phrases: number;
  readonly moved: boolean;
}

export interface BoxShift {
  readonly number: number;
  readonly by: PlaceShift;
}

@Component({
  selector: 'dju-mix-timeline',
  imports: [Plural, TranslocoDirective],
  changeDetection: ChangeDetectionStrategy.OnPush,
  templateUrl: './mix-timeline.html',
  styleUrl: './mix-timeline.css',
})
export class MixTimeline {
  readonly plan = input.required<MixPlan>();
  readonly records = input.required<ReadonlyMap<string, ShelvedRecord>>();
  /** Numbers of the transitions that people have changed. */
  readonly edited = input<ReadonlySet<number>>(new Set());
  /** The transition that is heard or fetched. */
  readonly previewing = input<number | null>(null);
  readonly loading = input(false);
  /** Second of the mix that is heard; asked each frame. */
  readonly position = input.required<() => number | null>();
  /** The opened transition. */
  readonly selected = model<number | null>(null);
  readonly preview = output<number>();
  readonly shifted = output<BoxShift>();

  private readonly canvas = viewChild.required<ElementRef<HTMLCanvasElement>>('canvas');
  private readonly window = viewChild.required<ElementRef<HTMLElement>>('window');
  private readonly playhead = viewChild.required<ElementRef<HTMLElement>>('playhead');
  private readonly width = signal(0);
  /** Null: as much as fits. */
  private readonly chosenScale = signal<number | null>(null);
  private readonly range = computed(() => zoomRange(this.plan().totalSeconds, this.width()));
  protected readonly scale = computed(() =>
    clamp(this.chosenScale() ?? 0, this.range().min, this.range().max),
  );
  /** Of the slider: 0 all, 1 the closest, in equal steps for the eye. */
  protected readonly zoom = computed(() => {
    const { min, max } = this.range();
    return max > min ? Math.log(this.scale() / min) / Math.log(max / min) : 0;
  });
  private readonly scene = computed<TimelineScene>(() => ({
    clips: clipsOf(this.plan()),
    transitions: this.plan().transitions,
    records: this.records(),
    totalSeconds: this.plan().totalSeconds,
  }));
  protected readonly boxes = computed(() =>
    this.plan().transitions.map(({ startSeconds, endSeconds, genome, barSeconds }, number) => ({
      number,
      genome,
      phrasePixels: PHRASE_BARS * barSeconds * this.scale(),
      left: startSeconds * this.scale(),
      width: (endSeconds - startSeconds) * this.scale(),
      at: formatTime(startSeconds),
      from: this.plan().turns[number].title,
      to: this.plan().turns[number + 1].title,
    })),
  );
  protected readonly drag = signal<Drag | null>(null);
  protected readonly leastNamed = LEAST_NAMED;
  protected readonly extent = computed(() => this.plan().totalSeconds * this.scale());

  private dropped = false;

  constructor() {
    const destroyed = inject(DestroyRef);
    afterNextRender(() => {
      const surface = new Surface(this.canvas().nativeElement, ({ width }) =>
        this.width.set(width),
      );
      const painter = new TimelinePainter(paletteOf(this.canvas().nativeElement), RULER_PIXELS);
      let painted: readonly unknown[] = [];
      const stop = animate(() => {
        this.movePlayhead();
        const scroll = this.window().nativeElement.scrollLeft;
        const now = [surface.size, this.scene(), this.scale(), scroll];
        if (!surface.context || now.every((value, i) => value === painted[i])) return;
        painted = now;
        painter.paint(surface.context, surface.size, this.scene(), { scale: this.scale(), scroll });
      });
      destroyed.onDestroy(() => {
        stop();
        surface.destroy();
      });
    });
    effect(() => {
      const opened = this.selected();
      if (opened !== null) untracked(() => this.lookAt(opened));
    });
  }

  protected grab(event: PointerEvent, number: number): void {
    if (event.button !== 0) return;
    (event.currentTarget as HTMLElement).setPointerCapture(event.pointerId);
    this.drag.set({ number, fromX: event.clientX, phrases: 0, moved: false });
  }

  protected dragTo(event: PointerEvent, phrasePixels: number): void {
    const drag = this.drag();
    if (!drag) return;
    const pixels = event.clientX - drag.fromX;
    const moved = drag.moved || Math.abs(pixels) > LEAST_DRAG;
    this.drag.set({ ...drag, moved, phrases: moved ? Math.round(pixels / phrasePixels) : 0 });
  }

  /** With shift the incoming record's place moves, else where the outgoing one is left. */
  protected drop(event: PointerEvent): void {
    const drag = this.drag();
    if (drag?.phrases) this.shift(drag.number, drag.phrases, event.shiftKey);
    if (drag?.moved) {
      // The click that follows is the end of the drag, not a press.
      this.dropped = true;
      setTimeout(() => (this.dropped = false));
    }
    this.drag.set(null);
  }

  protected key(event: KeyboardEvent, number: number): void {
    const way = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (way === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    this.shift(number, way, event.shiftKey);
  }

  private shift(number: number, phrases: number, incoming: boolean): void {
    const bars = phrases * PHRASE_BARS;
    this.shifted.emit({
      number,
      by: incoming ? { exitBars: 0, entryBars: bars } : { exitBars: bars, entryBars: 0 },
    });
  }

  protected toggle(number: number): void {
    if (this.dropped) return;
    this.selected.update((now) => (now === number ? null : number));
  }

  protected zoomTo(share: number): void {
    const { min, max } = this.range();
    const middle = this.window().nativeElement.clientWidth / 2;
    this.rescale(min * (max / min) ** clamp(share, 0, 1), middle);
  }

  protected wheel(event: WheelEvent): void {
    if (!event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    const box = this.window().nativeElement.getBoundingClientRect();
    this.rescale(this.scale() * WHEEL_FACTOR ** -Math.sign(event.deltaY), event.clientX - box.left);
  }

  /** The moment at pixel `held` of the window stays there. */
  private rescale(wanted: number, held: number): void {
    const element = this.window().nativeElement;
    const before = this.scale();
    const after = clamp(wanted, this.range().min, this.range().max);
    const scroll = scrollFor(
      (element.scrollLeft + held) / before,
      before,
      after,
      element.scrollLeft,
    );
    this.chosenScale.set(after);
    this.scrollTo(scroll);
  }

  private lookAt(number: number): void {
    const transition = this.plan().transitions[number] as
      | MixPlan['transitions'][number]
      | undefined;
    const width = this.width();
    if (!transition || width === 0) return;
    const { startSeconds, endSeconds } = transition;
    const { min, max } = this.range();
    const scale = clamp((OPENED_SHARE * width) / Math.max(1, endSeconds - startSeconds), min, max);
    this.chosenScale.set(scale);
    this.scrollTo(centred(startSeconds, endSeconds, scale, width));
  }

  /** Behind the next drawing, when the content is as wide as the new scale makes it. */
  private scrollTo(left: number): void {
    setTimeout(() => (this.window().nativeElement.scrollLeft = left));
  }

  private movePlayhead(): void {
    const at = this.position()();
    const { style } = this.playhead().nativeElement;
    style.display = at === null ? 'none' : 'block';
    if (at !== null) style.transform = `translateX(${(at * this.scale()).toFixed(1)}px)`;
  }
}
