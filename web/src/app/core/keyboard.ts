// Playing with the keyboard, by the place of a key (KeyboardEvent.code), so that every layout plays
// alike: the left half plays the left deck, the right half the right one. Keys that write, or that a
// focused control uses itself, are left alone.

import { inject, Injectable, OnDestroy } from '@angular/core';
import { BattleRoom } from './battle-room';
import { Hands } from './hands';
import { kindOf, type Target } from './midi/mapping';
import type { DeckId } from './model';

export interface Key {
  readonly control: string;
  readonly deck?: DeckId;
  /** Moves a position by this much at each press. */
  readonly step?: number;
  /** Holds this value while pressed. */
  readonly while?: number;
  /** Does this once. */
  readonly value?: number;
  /** What the key does with Shift. */
  readonly shift?: Omit<Key, 'shift'>;
}

const CROSSFADER_STEP = 0.1;
const NUDGE = 4;
const LOOP_BEATS = 4;
const JUMP_BEATS = 4;

export const KEYS: Readonly<Record<string, Key>> = {
  KeyD: { control: 'play', deck: 'A' },
  KeyF: { control: 'cue', deck: 'A' },
  KeyZ: { control: 'hotcue_1', deck: 'A' },
  KeyX: { control: 'hotcue_2', deck: 'A' },
  KeyC: { control: 'hotcue_3', deck: 'A' },
  KeyV: { control: 'hotcue_4', deck: 'A' },
  KeyQ: { control: 'kill_low', deck: 'A' },
  KeyW: { control: 'kill_mid', deck: 'A' },
  KeyE: { control: 'kill_high', deck: 'A' },
  KeyA: { control: 'nudge', deck: 'A', while: -NUDGE, shift: { control: 'beat_jump', deck: 'A', value: -JUMP_BEATS } },
  KeyS: { control: 'nudge', deck: 'A', while: NUDGE, shift: { control: 'beat_jump', deck: 'A', value: JUMP_BEATS } },
  Digit1: { control: 'sync', deck: 'A', shift: { control: 'sync_leader', value: 1 } },
  Digit2: { control: 'loop_in', deck: 'A', shift: { control: 'loop_halve', deck: 'A' } },
  Digit3: { control: 'loop_out', deck: 'A', shift: { control: 'loop_double', deck: 'A' } },
  Digit4: { control: 'loop', deck: 'A', shift: { control: 'censor', deck: 'A' } },
  Digit5: { control: 'beatloop', deck: 'A', value: LOOP_BEATS, shift: { control: 'quantize', deck: 'A' } },
  KeyR: { control: 'slip', deck: 'A', shift: { control: 'reverse', deck: 'A' } },
  KeyB: { control: 'deck_layer', deck: 'A' },
  KeyT: { control: 'keylock', deck: 'A', shift: { control: 'key_sync', deck: 'A' } },
  KeyG: { control: 'crossfader', step: -CROSSFADER_STEP },
  KeyH: { control: 'crossfader', step: CROSSFADER_STEP },
  KeyL: { control: 'play', deck: 'B' },
  Semicolon: { control: 'cue', deck: 'B' },
  KeyM: { control: 'hotcue_1', deck: 'B' },
  Comma: { control: 'hotcue_2', deck: 'B' },
  Period: { control: 'hotcue_3', deck: 'B' },
  Slash: { control: 'hotcue_4', deck: 'B' },
  KeyU: { control: 'kill_low', deck: 'B' },
  KeyI: { control: 'kill_mid', deck: 'B' },
  KeyO: { control: 'kill_high', deck: 'B' },
  KeyJ: { control: 'nudge', deck: 'B', while: -NUDGE, shift: { control: 'beat_jump', deck: 'B', value: -JUMP_BEATS } },
  KeyK: { control: 'nudge', deck: 'B', while: NUDGE, shift: { control: 'beat_jump', deck: 'B', value: JUMP_BEATS } },
  Digit6: { control: 'sync', deck: 'B', shift: { control: 'sync_leader', value: 2 } },
  Digit7: { control: 'loop_in', deck: 'B', shift: { control: 'loop_halve', deck: 'B' } },
  Digit8: { control: 'loop_out', deck: 'B', shift: { control: 'loop_double', deck: 'B' } },
  Digit9: { control: 'loop', deck: 'B', shift: { control: 'censor', deck: 'B' } },
  Digit0: { control: 'beatloop', deck: 'B', value: LOOP_BEATS, shift: { control: 'quantize', deck: 'B' } },
  KeyY: { control: 'slip', deck: 'B', shift: { control: 'reverse', deck: 'B' } },
  KeyN: { control: 'deck_layer', deck: 'B' },
  KeyP: { control: 'keylock', deck: 'B', shift: { control: 'key_sync', deck: 'B' } },
};

/** Elements that take letters for themselves. */
const WRITING = 'input:not([type="range"]), textarea, select, [contenteditable]';

@Injectable()
export class KeyboardControl implements OnDestroy {
  private readonly room = inject(BattleRoom);
  private readonly hands = inject(Hands);
  private readonly held = new Map<string, Target>();
  private help: () => void = () => undefined;

  listen(help: () => void): void {
    this.help = help;
    window.addEventListener('keydown', this.down);
    window.addEventListener('keyup', this.up);
    window.addEventListener('blur', this.releaseAll);
  }

  ngOnDestroy(): void {
    window.removeEventListener('keydown', this.down);
    window.removeEventListener('keyup', this.up);
    window.removeEventListener('blur', this.releaseAll);
    this.releaseAll();
  }

  private readonly down = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if ((event.target as HTMLElement).closest?.(WRITING)) return;
    if (event.key === '?') {
      this.help();
      return;
    }
    const key = KEYS[event.code];
    if (!key) return;
    event.preventDefault();
    if (key.step !== undefined) this.step(key, event.shiftKey);
    else if (!event.repeat) this.press(event.code, key, event.shiftKey);
  };

  private readonly up = (event: KeyboardEvent): void => {
    const key = this.held.get(event.code);
    if (!key) return;
    this.held.delete(event.code);
    this.hands.carry({ kind: 'press', ...key, value: 0 });
  };

  /** A page that loses the keyboard never hears the key go up. */
  private readonly releaseAll = (): void => {
    for (const key of this.held.values()) this.hands.carry({ kind: 'press', ...key, value: 0 });
    this.held.clear();
  };

  private step({ control: id, deck, step = 0 }: Key, fine: boolean): void {
    const target = { control: id, ...(deck ? { deck } : {}) };
    const now = this.room.controls.value(this.hands.address(target))();
    this.hands.carry({ kind: 'move', ...target, value: now + (fine ? step / 5 : step) });
  }

  private press(code: string, given: Key, shift: boolean): void {
    const key: Key = shift && given.shift ? given.shift : given;
    const { control: id, deck } = key;
    const clears = shift && id.startsWith('hotcue_');
    const target = { control: clears ? id.replace('hotcue_', 'hotcue_clear_') : id, ...(deck ? { deck } : {}) };
    const kind = kindOf(target.control);
    if (kind === 'toggle') {
      this.hands.carry({ kind, ...target });
    } else if (kind === 'hold' || key.while !== undefined) {
      this.held.set(code, target);
      this.hands.carry({ kind: 'press', ...target, value: key.while ?? 1 });
    } else {
      this.hands.carry({ kind: 'press', ...target, value: key.value ?? 1 });
    }
  }
}
