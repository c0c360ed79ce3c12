// Bytes of a controller become movements of controls. Keeps what a message alone does not say: the
// other half of a 14-bit value, whether shift is down, whether a fader has met the value that the
// software has (soft takeover). Pure: no browser, so recorded bytes test it.

import { control } from '../controls';
import type { DeckId } from '../model';
import { Binding, bindingsOf, byte, Mapping, messageKey } from './mapping';

export type Movement =
  | { readonly kind: 'move'; readonly control: string; readonly deck?: DeckId; readonly value: number }
  | { readonly kind: 'press'; readonly control: string; readonly deck?: DeckId; readonly value: number }
  | { readonly kind: 'toggle'; readonly control: string; readonly deck?: DeckId }
  | { readonly kind: 'turn'; readonly control: string; readonly deck?: DeckId; readonly by: number };

/** What the software shows now, for soft takeover. */
export type Shown = (control: string, deck?: DeckId) => number;

/** Part of the range within which a fader has met the software's value. */
const MEET = 0.03;

interface Travel {
  msb: number;
  lsb: number;
  /** Position at the last message, 0–1. */
  last: number | null;
  /** The value that this fader set last, as long as nobody else moved the control. */
  set: number | null;
}

export class Translator {
  private readonly table: Map<number, Binding[]>;
  private readonly shiftKeys: ReadonlySet<number>;
  private readonly travels = new Map<number, Travel>();
  private readonly shiftsDown = new Set<number>();
  /** What a button pressed, so that it releases the same, even when shift was let go first. */
  private readonly pressed = new Map<number, Binding>();

  constructor(
    mapping: Mapping,
    private readonly shown: Shown,
  ) {
    this.table = bindingsOf(mapping);
    const data = mapping.shift && byte(mapping.shift.data);
    this.shiftKeys = new Set(mapping.shift?.status.map((status) => messageKey(byte(status), data!)));
  }

  /** Replaces what a message does: MIDI learn. */
  bind(key: number, binding: Binding): void {
    this.table.set(key, [binding]);
  }

  take(message: ArrayLike<number>): Movement | null {
    if (message.length < 3) return null;
    const [raw, data, value] = [message[0], message[1], message[2]];
    // Note off is note on with velocity 0.
    const off = (raw & 0xf0) === 0x80;
    const status = off ? raw | 0x10 : raw;
    const key = messageKey(status, data);
    const down = !off && value > 0;
    if (this.shiftKeys.has(key)) {
      if (down) this.shiftsDown.add(key);
      else this.shiftsDown.delete(key);
      return null;
    }
    const held = this.pressed.get(key);
    if (held && !down) {
      this.pressed.delete(key);
      return release(held);
    }
    const binding = this.choose(key);
    if (!binding) return null;
    switch (binding.reading) {
      case 'button':
        return down ? this.press(key, binding) : null;
      case 'absolute':
        return this.absolute(binding, value);
      case 'relative':
        return relative(binding, value);
    }
  }

  private choose(key: number): Binding | null {
    const bindings = this.table.get(key);
    if (!bindings) return null;
    const shifted = this.shiftsDown.size > 0;
    return bindings.find((b) => b.shifted === shifted) ?? bindings.find((b) => !b.shifted) ?? null;
  }

  private press(key: number, binding: Binding): Movement {
    const target = targetOf(binding);
    if (control(binding.control).kind === 'toggle') return { kind: 'toggle', ...target };
    this.pressed.set(key, binding);
    return { kind: 'press', ...target, value: binding.value };
  }

  private absolute(binding: Binding, value: number): Movement | null {
    const travel = this.travels.get(binding.pair) ?? { msb: 0, lsb: 0, last: null, set: null };
    this.travels.set(binding.pair, travel);
    if (binding.half === 'lsb') travel.lsb = value;
    else travel.msb = value;
    // The upper half comes first and the lower completes it; acting on both would make it tremble.
    if (binding.half === 'msb') return null;
    const position = binding.half ? fraction(travel.msb * 128 + travel.lsb, 16383) : fraction(value, 127);
    const at = binding.invert ? 1 - position : position;
    return this.takeover(binding, travel, at);
  }

  /** Lets a fader move its control only once it has met it, so that nothing jumps. */
  private takeover(binding: Binding, travel: Travel, at: number): Movement | null {
    const { min, max } = this.limits(binding);
    const shown = (this.shown(binding.control, binding.deck) - min) / (max - min);
    const before = travel.last;
    travel.last = at;
    const own = travel.set !== null && Math.abs(travel.set - shown) < MEET;
    const met = Math.abs(at - shown) <= MEET || (before !== null && (before - shown) * (at - shown) <= 0);
    if (!own && !met) {
      travel.set = null;
      return null;
    }
    travel.set = at;
    return { kind: 'move', ...targetOf(binding), value: min + at * (max - min) };
  }

  /** The tempo fader spans the range that the deck is set to. */
  private limits({ control: id, deck }: Binding): { min: number; max: number } {
    if (id !== 'rate') return control(id);
    const reach = this.shown('rate_range', deck);
    return { min: -reach, max: reach };
  }
}

/** 0–1 with the middle (64 or 8192) at exactly one half, so that a centred knob is flat. */
export function fraction(value: number, maximum: number): number {
  const middle = (maximum + 1) / 2;
  return value <= middle ? (0.5 * value) / middle : 0.5 + (0.5 * (value - middle)) / (maximum - middle);
}

function relative(binding: Binding, value: number): Movement {
  const ticks = binding.centre === 'two' ? (value < 64 ? value : value - 128) : value - 64;
  const by = (ticks / binding.ticks) * (binding.invert ? -1 : 1);
  return { kind: 'turn', ...targetOf(binding), by };
}

function release(binding: Binding): Movement | null {
  if (control(binding.control).kind === 'trigger') return null;
  return { kind: 'press', ...targetOf(binding), value: 0 };
}

function targetOf({ control: id, deck }: Binding): { control: string; deck?: DeckId } {
  return { control: id, ...(deck ? { deck } : {}) };
}
