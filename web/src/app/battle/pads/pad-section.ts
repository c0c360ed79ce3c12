// The eight pads of a deck and what they do, as controllers have it: hot cues, loops, rolls, beat
// jumps, samplers. Tabs choose; arrow keys move between them.

import { ChangeDetectionStrategy, Component, computed, inject, input, signal } from '@angular/core';
import { TranslocoDirective } from '@jsverse/transloco';
import { BattleRoom } from '../../core/battle-room';
import { type DeckView, FRAMES_PER_SECOND } from '../../core/deck-view';
import { beatsText, formatTime, HOT_CUE_COLOURS, Pad } from '../../widgets';
import { SamplerPad } from './sampler-pad';

const PAD_MODES = ['cue', 'loop', 'roll', 'jump', 'sampler'] as const;
type PadMode = (typeof PAD_MODES)[number];

const LOOPS = [1 / 4, 1 / 2, 1, 2, 4, 8, 16, 32];
const ROLLS = [1 / 32, 1 / 16, 1 / 8, 1 / 4, 1 / 2, 1, 2, 4];
const JUMPS = [-1, -2, -4, -8, 1, 2, 4, 8];
/** What makes the jumps reach from 1 to 128 beats. */
const FAR = 16;
const PADS = [1, 2, 3, 4, 5, 6, 7, 8];

interface DeckPad {
  readonly text: string;
  readonly detail?: string;
  /** Key of its spoken name, and what stands in it. */
  readonly label: string;
  readonly of: Record<string, string | number>;
  readonly lit: boolean;
  readonly colour: string;
  down(): void;
  up?(): void;
  second?(): void;
}

@Component({
  selector: 'dju-pad-section',
  imports: [Pad, SamplerPad, TranslocoDirective],
  changeDetection: ChangeDetectionStrategy.OnPush,
  templateUrl: './pad-section.html',
  styleUrl: './pad-section.css',
})
export class PadSection {
  readonly view = input.required<DeckView>();
  private readonly room = inject(BattleRoom);
  protected readonly modes = PAD_MODES;
  protected readonly samplers = PADS;
  protected readonly mode = signal<PadMode>('cue');
  protected readonly far = signal(false);
  protected readonly deck = computed(() => this.view().id);
  protected readonly off = computed(
    () => this.view().track() === null || !this.room.controls.mayMove({ control: 'play', deck: this.deck() }),
  );
  protected readonly pads = computed<readonly DeckPad[]>(() => {
    switch (this.mode()) {
      case 'cue':
        return PADS.map((n) => this.hotCue(n));
      case 'loop':
        return LOOPS.map((beats) => this.loop(beats));
      case 'roll':
        return ROLLS.map((beats) => this.roll(beats));
      case 'jump':
        return JUMPS.map((beats) => this.jump(beats * (this.far() ? FAR : 1)));
      case 'sampler':
        return [];
    }
  });
  private readonly rolling = signal<number | null>(null);
  /** What lets go of each pad that is held: of the mode and deck in which it was pressed. */
  private readonly held = new Map<number, (() => void) | undefined>();

  protected choose(event: KeyboardEvent): void {
    const by = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    if (by === 0) return;
    event.preventDefault();
    const next = (PAD_MODES.indexOf(this.mode()) + by + PAD_MODES.length) % PAD_MODES.length;
    this.mode.set(PAD_MODES[next]);
    (event.currentTarget as HTMLElement).querySelectorAll<HTMLElement>('[role=tab]')[next].focus();
  }

  protected press(i: number, pad: DeckPad): void {
    this.held.set(i, pad.up?.bind(pad));
    pad.down();
  }

  protected release(i: number): void {
    this.held.get(i)?.();
    this.held.delete(i);
  }

  private hotCue(n: number): DeckPad {
    const deck = this.deck();
    const frame = this.view().facts().hotCues[n - 1];
    return {
      text: String(n),
      detail: frame === null ? '' : formatTime(frame / FRAMES_PER_SECOND),
      label: frame === null ? 'hotCueSet' : 'hotCueJump',
      of: { n, deck },
      lit: frame !== null,
      colour: HOT_CUE_COLOURS[n - 1],
      down: () => this.act(`hotcue_${n}`, 1, deck),
      up: () => this.act(`hotcue_${n}`, 0, deck),
      second: () => this.act(`hotcue_clear_${n}`, 1, deck),
    };
  }

  private loop(beats: number): DeckPad {
    const deck = this.deck();
    const { looping, loopBeats } = this.view().facts();
    return {
      text: beatsText(beats),
      label: 'loopOf',
      of: { beats: beatsText(beats), deck },
      lit: looping && Math.abs(loopBeats - beats) < beats / 16,
      colour: 'var(--dju-ok)',
      down: () => this.act('beatloop', beats, deck),
    };
  }

  /** A second roll takes the first one over; only the finger that began the last ends it. */
  private roll(beats: number): DeckPad {
    const deck = this.deck();
    return {
      text: beatsText(beats),
      label: 'rollOf',
      of: { beats: beatsText(beats), deck },
      lit: this.rolling() === beats,
      colour: 'var(--dju-warn)',
      down: () => {
        this.rolling.set(beats);
        this.act('loop_roll', beats, deck);
      },
      up: () => {
        if (this.rolling() !== beats) return;
        this.rolling.set(null);
        this.act('loop_roll', 0, deck);
      },
    };
  }

  private jump(beats: number): DeckPad {
    const deck = this.deck();
    const far = beatsText(Math.abs(beats));
    return {
      text: beats < 0 ? `◀ ${far}` : `${far} ▶`,
      label: beats < 0 ? 'jumpBack' : 'jumpAhead',
      of: { beats: far, deck },
      lit: false,
      colour: 'var(--dju-accent)',
      down: () => this.act('beat_jump', beats, deck),
    };
  }

  private act(control: string, value: number, deck: DeckView['id']): void {
    void this.room.controls.press({ control, deck }, value);
  }
}
