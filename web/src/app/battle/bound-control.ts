// What every control of the battle page shares: which one it is, what it shows, whose it is. The
// drawn controls beside this file only add their shape.

import { computed, Directive, inject, input } from '@angular/core';
import { BattleRoom } from '../core/battle-room';
import { type Address, control } from '../core/controls';
import { Language } from '../core/language';
import type { DeckId, Seat } from '../core/model';
import { controlText } from './control-text';

@Directive()
export abstract class BoundControl {
  readonly control = input.required<string>();
  readonly deck = input<DeckId>();
  readonly monitor = input<Seat>();
  readonly sampler = input<number>();

  protected readonly room = inject(BattleRoom);
  private readonly language = inject(Language);
  protected readonly row = computed(() => control(this.control()));
  protected readonly address = computed<Address>(() => {
    const [deck, monitor, sampler] = [this.deck(), this.monitor(), this.sampler()];
    return { control: this.control(), ...(deck ? { deck } : {}), ...(monitor ? { monitor } : {}), ...(sampler ? { sampler } : {}) };
  });
  protected readonly value = computed(() => this.room.controls.value(this.address())());
  protected readonly disabled = computed(() => !this.room.controls.mayMove(this.address()));
  /** The control's name with its deck or sampler, as it is spoken. */
  protected readonly name = computed(() => {
    const text = this.row().text[this.language.active()];
    const of = this.deck() ?? this.sampler();
    return of ? `${text}, ${of}` : text;
  });
  protected readonly text = computed(() => controlText(this.row(), this.value(), this.language.active()));
  protected readonly accent = computed(() => {
    const deck = this.deck();
    return deck ? `var(--dju-deck-${deck.toLowerCase()})` : '';
  });

  protected move(value: number): void {
    this.room.controls.move(this.address(), value);
  }

  protected hold(held: boolean): void {
    this.room.controls.hold(this.address(), held);
  }
}
