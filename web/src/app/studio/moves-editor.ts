// What a transition does beside its curves: effects, loops, and cuts, a row each.

import { NgTemplateOutlet } from '@angular/common';
import { ChangeDetectionStrategy, Component, computed, inject, input, output } from '@angular/core';
import { TranslocoDirective } from '@jsverse/transloco';
import { EFFECTS } from '../core/controls';
import { Language } from '../core/language';
import type { Genome } from '../core/mixes';
import { BEAT_SIZES, beatsText } from '../widgets/maths/beats-text';
import { freshUse, type UseKind, type Uses, withoutUse, withUse } from './model/genome';

/** Of an effect (docs/effects.md); loops have every size that decks have. */
const EFFECT_BEATS = BEAT_SIZES.filter((beats) => beats >= 1 / 16 && beats <= 8);

@Component({
  selector: 'dju-moves-editor',
  imports: [NgTemplateOutlet, TranslocoDirective],
  changeDetection: ChangeDetectionStrategy.OnPush,
  templateUrl: './moves-editor.html',
  styleUrl: './moves-editor.css',
})
export class MovesEditor {
  readonly genome = input.required<Genome>();
  readonly changed = output<Genome>();

  private readonly language = inject(Language);
  protected readonly effects = computed(() =>
    EFFECTS.map(({ id, text }) => ({ id, name: text[this.language.active()] })),
  );
  protected readonly effectBeats = EFFECT_BEATS;
  protected readonly loopBeats = BEAT_SIZES;
  protected readonly amounts = ['amount', 'tone'] as const;
  protected readonly beatsText = beatsText;

  /** What an effect's two knobs do is its own. */
  protected knob(effect: string, name: 'amount' | 'tone'): string {
    return EFFECTS.find(({ id }) => id === effect)?.[name][this.language.active()] ?? name;
  }

  protected add(kind: UseKind): void {
    this.changed.emit(
      withUse(this.genome(), kind, this.genome()[kind].length, freshUse(this.genome(), kind)),
    );
  }

  protected remove(kind: UseKind, index: number): void {
    this.changed.emit(withoutUse(this.genome(), kind, index));
  }

  protected set<K extends UseKind>(kind: K, index: number, change: Partial<Uses[K]>): void {
    const use = this.genome()[kind][index] as Uses[K];
    this.changed.emit(withUse(this.genome(), kind, index, { ...use, ...change }));
  }

  protected turn(index: number, knob: 'mix' | 'amount' | 'tone', event: Event): void {
    this.set('effects', index, { [knob]: (event.target as HTMLInputElement).valueAsNumber });
  }

  /** A bar within the transition, or null for what is none. */
  protected bar(event: Event): number | null {
    const field = event.target as HTMLInputElement;
    return field.validity.valid && field.value !== '' ? field.valueAsNumber : null;
  }

  protected setBar(
    kind: UseKind,
    index: number,
    name: 'fromBar' | 'toBar' | 'bar',
    event: Event,
  ): void {
    const bar = this.bar(event);
    if (bar !== null) this.set(kind, index, { [name]: bar });
  }
}
