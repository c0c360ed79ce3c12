// A track's cues and phrases as lists that hands can change: named, moved to where one listens, added,
// taken away; hot cues by their number. Every change is saved at once and can be undone.

import { ChangeDetectionStrategy, Component, computed, inject, input, output } from '@angular/core';
import { TranslocoDirective } from '@jsverse/transloco';
import type { Cue, Phrase } from '../core/model';
import { SAMPLE_RATE } from '../widgets/maths/beat-grid';
import { formatTime } from '../widgets/maths/format';
import { phraseColour } from '../widgets/maths/marks';
import { Plural } from '../widgets/plural';
import { TrackStudy } from './track-study';

const HOT_CUES = [0, 1, 2, 3, 4, 5, 6, 7];
const LABELS = ['intro', 'groove', 'build', 'drop', 'breakdown', 'outro'];
/** A phrase that hands add is as long as most are. */
const NEW_PHRASE_BARS = 16;
const BEATS_PER_BAR = 4;

@Component({
  selector: 'dju-marks-editor',
  imports: [Plural, TranslocoDirective],
  changeDetection: ChangeDetectionStrategy.OnPush,
  templateUrl: './marks-editor.html',
  styleUrl: './marks-editor.css',
})
export class MarksEditor {
  /** Where one listens, track frames. */
  readonly position = input.required<() => number>();
  readonly mayEdit = input(false);
  readonly seek = output<number>();

  protected readonly study = inject(TrackStudy);
  protected readonly hotCues = HOT_CUES;
  protected readonly labels = LABELS;
  protected readonly time = (seconds: number) => formatTime(seconds, true);
  protected readonly colour = phraseColour;
  protected readonly cues = computed(() => this.study.analysis()?.cues ?? []);
  protected readonly phrases = computed(() => this.study.analysis()?.phrases ?? []);
  protected readonly locked = computed(() => !this.mayEdit() || this.study.busy());

  protected edited(part: 'cues' | 'phrases'): boolean {
    return this.study.edits()?.edited.includes(part) ?? false;
  }

  protected goTo(seconds: number): void {
    this.seek.emit(seconds * SAMPLE_RATE);
  }

  protected addCue(): void {
    const cue: Cue = { time: this.here(), kind: 'cue', ...this.freeSlot() };
    void this.study.change({ cues: [...this.cues(), cue] });
  }

  protected changeCue(index: number, change: Partial<Cue>): void {
    void this.study.change({
      cues: this.cues().map((cue, i) => (i === index ? { ...cue, ...change } : cue)),
    });
  }

  protected moveCue(index: number): void {
    this.changeCue(index, { time: this.here() });
  }

  protected nameCue(index: number, event: Event): void {
    this.changeCue(index, { label: valueOf(event) });
  }

  /** A number belongs to one cue: who had it gives it away. */
  protected numberCue(index: number, event: Event): void {
    const slot = Number(valueOf(event));
    void this.study.change({
      cues: this.cues().map((cue, i) => {
        const { slot: old, ...rest } = cue;
        if (i === index) return slot < 0 ? rest : { ...rest, slot };
        return old === undefined || old === slot ? rest : { ...rest, slot: old };
      }),
    });
  }

  protected removeCue(index: number): void {
    void this.study.change({ cues: this.cues().filter((_, i) => i !== index) });
  }

  protected addPhrase(): void {
    const start = this.here();
    const { tempo, duration } = this.study.analysis()!;
    const bar = (BEATS_PER_BAR * 60) / (tempo?.bpm || 120);
    const next = this.phrases().find((phrase) => phrase.start > start);
    const end = Math.min(duration, next?.start ?? Infinity, start + NEW_PHRASE_BARS * bar);
    const added = { start, end, bars: Math.round((end - start) / bar), label: 'groove' };
    // One that is under way ends where the new one begins.
    const others = this.phrases()
      .filter((phrase) => phrase.start !== start)
      .map((phrase) =>
        phrase.start < start && phrase.end > start ? cut(phrase, start, bar) : phrase,
      );
    void this.study.change({ phrases: [...others, added] });
  }

  protected namePhrase(index: number, event: Event): void {
    const label = valueOf(event).trim() || this.phrases()[index].label;
    void this.study.change({
      phrases: this.phrases().map((phrase, i) => (i === index ? { ...phrase, label } : phrase)),
    });
  }

  protected removePhrase(index: number): void {
    void this.study.change({ phrases: this.phrases().filter((_, i) => i !== index) });
  }

  protected asAnalysed(part: 'cues' | 'phrases'): void {
    void this.study.change(part === 'cues' ? { cues: null } : { phrases: null });
  }

  private here(): number {
    const seconds = Math.max(0, this.position()() / SAMPLE_RATE);
    return Math.min(seconds, this.study.analysis()?.duration ?? 0);
  }

  private freeSlot(): { slot?: number } {
    const taken = new Set(this.cues().map(({ slot }) => slot));
    const slot = HOT_CUES.find((n) => !taken.has(n));
    return slot === undefined ? {} : { slot };
  }
}

function cut(phrase: Phrase, end: number, bar: number): Phrase {
  return { ...phrase, end, bars: Math.round((end - phrase.start) / bar) };
}

function valueOf(event: Event): string {
  return (event.target as HTMLInputElement | HTMLSelectElement).value;
}
