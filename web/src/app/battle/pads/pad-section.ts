// The eight pads of a deck and what they do, as controllers have it: hot cues, loops, rolls, beat
// jumps, samplers. Tabs choose; arrow keys move between them.

import { ChangeDetectionStrategy, Component, computed, inject, input, signal } from '@angular/core';
import { TranslocoDirective } from '@jsverse/transloco';
import { BattleRoom } from '../../core/battle-room';
import type { DeckView } from '../../core/deck-view';
import { beatsText, HotCue, Pad } from '../../widgets';

export const PAD_MODES = ['cue', 'loop', 'roll', 'jump', 'sampler'] as const;
export type PadMode = (typeof PAD_MODES)[number];

const LOOPS = [1 / 4, 1 / 2, 1, 2, 4, 8, 16, 32];
const ROLLS = [1 / 32, 1 / 16, 1 / 8, 1 / 4, 1 / 2, 1, 2, 4];
const JUMPS = [-1, -2, -4, -8, 1, 2, 4, 8];
/** What makes the jumps reach from 1 to 128 beats. */
const FAR = 16;
const PADS = [1, 2, 3, 4, 5, 6, 7, 8];

@Component({
  selector: 'dju-pad-section',
  imports: [HotCue, Pad, TranslocoDirective],
  changeDetection: ChangeDetectionStrategy.OnPush,
  templateUrl: './pad-section.html',
  styleUrl: './pad-section.css',
})
export class PadSection {
  readonly view = input.required<DeckView>();
  protected readonly room = inject(BattleRoom);
  protected readonly modes = PAD_MODES;
  protected readonly pads = PADS;
  protected readonly loops = LOOPS;
  protected readonly rolls = ROLLS;
  protected readonly mode = signal<PadMode>('cue');
  protected readonly far = signal(false);
  protected readonly jumps = computed(() => JUMPS.map((beats) => beats * (this.far() ? FAR : 1)));
  protected readonly text = beatsText;
  protected readonly deck = computed(() => this.view().id);
  protected readonly off = computed(
    () => this.view().track() === null || !this.room.mayMove({ control: 'play', deck: this.deck() }),
  );
  protected readonly rolling = signal<number | null>(null);

  protected choose(event: KeyboardEvent): void {
    const by = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    if (by === 0) return;
    event.preventDefault();
    const next = (PAD_MODES.indexOf(this.mode()) + by + PAD_MODES.length) % PAD_MODES.length;
    this.mode.set(PAD_MODES[next]);
    (event.currentTarget as HTMLElement).querySelectorAll<HTMLElement>('[role=tab]')[next].focus();
  }

  protected hotCue(n: number, pressed: boolean): void {
    void this.room.press({ control: `hotcue_${n}`, deck: this.deck() }, pressed ? 1 : 0);
  }

  protected clearHotCue(n: number): void {
    void this.room.press({ control: `hotcue_clear_${n}`, deck: this.deck() }, 1);
  }

  protected act(control: string, value: number): void {
    void this.room.press({ control, deck: this.deck() }, value);
  }

  /** A second roll takes the first one over; only the finger that began the last ends it. */
  protected roll(beats: number, pressed: boolean): void {
    if (!pressed && this.rolling() !== beats) return;
    this.rolling.set(pressed ? beats : null);
    this.act('loop_roll', pressed ? beats : 0);
  }

  protected isLooping(beats: number): boolean {
    const { looping, loopBeats } = this.view().facts();
    return looping && Math.abs(loopBeats - beats) < beats / 16;
  }

  protected sampler(n: number, pressed: boolean, stop: boolean): void {
    const control = stop ? 'sampler_stop' : 'sampler_play';
    if (pressed || !stop) void this.room.press({ control, sampler: n }, pressed ? 1 : 0);
  }

  protected maySample(n: number): boolean {
    return this.room.mayMove({ control: 'sampler_play', sampler: n }) && this.room.samplers()[n - 1]?.track != null;
  }
}
