// One transition, opened: both waveforms, the curves of faders, EQ and filter of one deck at a time over
// the other's, the tempo's way, and its moves. Whatever is changed here stays as people wrote it.

import {
  afterNextRender,
  ChangeDetectionStrategy,
  Component,
  computed,
  DestroyRef,
  ElementRef,
  inject,
  input,
  output,
  signal,
  viewChild,
} from '@angular/core';
import { TranslocoDirective, TranslocoService } from '@jsverse/transloco';
import { Language } from '../core/language';
import type { Deck, Genome, MixPlan } from '../core/mixes';
import { animate } from '../widgets/drawing/animation';
import { formatNumber, formatSigned } from '../widgets/maths/format';
import { Plural } from '../widgets/plural';
import { CurveBoard, type ShownCurve } from './curve-board';
import {
  curveAt,
  type CurvePlace,
  isStepped,
  LANE_NAMES,
  LANES,
  LENGTHS,
  rangeOf,
  resized,
  valuesOf,
  withShape,
  withStroke,
} from './model/genome';
import type { Stroke } from './model/stroke';
import { MovesEditor } from './moves-editor';
import type { ShelvedRecord } from './record-shelf';
import { TransitionWaves } from './transition-waves';

export interface GenomeChange {
  readonly genome: Genome;
  /** Names a hand's movement, which is one step of undo. */
  readonly gesture: string | null;
}

@Component({
  selector: 'dju-transition-editor',
  imports: [CurveBoard, MovesEditor, Plural, TransitionWaves, TranslocoDirective],
  changeDetection: ChangeDetectionStrategy.OnPush,
  templateUrl: './transition-editor.html',
  styleUrl: './transition-editor.css',
})
export class TransitionEditor {
  readonly plan = input.required<MixPlan>();
  readonly number = input.required<number>();
  readonly records = input.required<ReadonlyMap<string, ShelvedRecord>>();
  /** That there are. */
  readonly styles = input.required<readonly string[]>();
  readonly isEdited = input(false);
  readonly previewing = input(false);
  readonly loading = input(false);
  /** Second of the mix that is heard; asked each frame. */
  readonly position = input.required<() => number | null>();
  readonly changed = output<GenomeChange>();
  readonly settled = output<void>();
  /** Another style is wanted, as the mixer would write it. */
  readonly restyled = output<string>();
  readonly reset = output<void>();
  readonly preview = output<void>();
  readonly closed = output<void>();

  private readonly language = inject(Language);
  private readonly transloco = inject(TranslocoService);
  private readonly playhead = viewChild<ElementRef<HTMLElement>>('playhead');
  protected readonly deck = signal<Deck>('out');
  protected readonly decks = ['out', 'in'] as const;
  protected readonly transition = computed(() => this.plan().transitions[this.number()]);
  /** What was written and is not planned yet comes back from the parent with the plan. */
  protected readonly genome = computed(() => this.transition().genome);
  protected readonly titles = computed<Record<Deck, string>>(() => ({
    out: this.plan().turns[this.number()].title,
    in: this.plan().turns[this.number() + 1].title,
  }));
  /** Lanes alternate along the mix, and so do the colours. */
  protected readonly colours = computed<Record<Deck, string>>(() => {
    const [out, into] = this.number() % 2 === 0 ? ['a', 'b'] : ['b', 'a'];
    return { out: `var(--dju-deck-${out})`, in: `var(--dju-deck-${into})` };
  });
  protected readonly lanes = computed(() =>
    LANE_NAMES.map((lane) => {
      const place: CurvePlace = { deck: this.deck(), lane };
      return {
        lane,
        place,
        range: rangeOf(place),
        neutral: LANES[lane].neutral,
        curve: this.shown(place),
        under: this.shown({ deck: this.deck() === 'out' ? 'in' : 'out', lane }),
        constant: typeof curveAt(this.genome(), place) === 'number',
      };
    }),
  );
  protected readonly tempo = computed(() => this.shown('tempo'));
  protected readonly tempoRange = rangeOf('tempo');
  protected readonly lengths = computed(() =>
    [...new Set([...LENGTHS, this.genome().bars])].sort((a, b) => a - b),
  );
  protected readonly percent = (value: number) => `${Math.round(100 * value)} %`;

  constructor() {
    const destroyed = inject(DestroyRef);
    afterNextRender(() => destroyed.onDestroy(animate(() => this.movePlayhead())));
  }

  protected pointName(place: CurvePlace): (bar: number) => string {
    const what = place === 'tempo' ? 'tempo' : place.lane;
    return (bar) =>
      this.transloco.translate('studio.editor.point', {
        curve: this.transloco.translate(`studio.editor.lane.${what}`),
        bar,
      });
  }

  protected readonly knobText = (value: number) => formatNumber(value, 2, this.language.active());

  protected stroke(place: CurvePlace, stroke: Stroke): void {
    const gesture =
      place === 'tempo' ? `${this.number()} tempo` : `${this.number()} ${place.deck} ${place.lane}`;
    this.changed.emit({ genome: withStroke(this.genome(), place, stroke), gesture });
  }

  protected shape(place: CurvePlace, stepped: boolean): void {
    this.change(withShape(this.genome(), place, stepped));
  }

  protected resize(bars: number): void {
    this.change(resized(this.genome(), bars));
  }

  protected enter(event: Event): void {
    const field = event.target as HTMLInputElement;
    if (field.validity.valid && field.value !== '')
      this.change({ ...this.genome(), enterBar: field.valueAsNumber });
  }

  protected change(genome: Genome): void {
    this.changed.emit({ genome, gesture: null });
  }

  protected tempoChange(): string {
    const language = this.language.active();
    return this.transition()
      .tempoChangePercent.map((percent) => `${formatSigned(percent, 1, language)} %`)
      .join(' → ');
  }

  private shown(place: CurvePlace): ShownCurve {
    const curve = curveAt(this.genome(), place);
    return { values: valuesOf(curve, this.genome().bars), stepped: isStepped(curve) };
  }

  private movePlayhead(): void {
    const style = this.playhead()?.nativeElement.style;
    if (!style) return;
    const at = this.position()();
    const { startSeconds, endSeconds } = this.transition();
    const share = at === null ? -1 : (at - startSeconds) / (endSeconds - startSeconds);
    style.display = share >= 0 && share <= 1 ? 'block' : 'none';
    style.left = `${(100 * share).toFixed(2)}%`;
  }
}
