// Bytes of a controller become movements of controls. Keeps what a message alone does not say: the
// other half of a 14-bit value, whether shift is down, which mode the pads are in, where a wheel
// stood, whether a fader has met the value that the software has (soft takeover). Pure: no browser,
// so recorded bytes test it.

import { control } from '../controls';
import type { DeckId } from '../model';
import { Binding, bindingsOf, byte, DECKS, isPitchBend, kindOf, Mapping, messageKey, type Target } from './mapping';

export type Movement =
  | ({ readonly kind: 'move'; readonly value: number } & Target)
  | ({ readonly kind: 'press'; readonly value: number } & Target)
  | ({ readonly kind: 'toggle' } & Target)
  | ({ readonly kind: 'turn'; readonly by: number } & Target)
  | { readonly kind: 'mode'; readonly deck: DeckId; readonly mode: string };

/** What the software shows now, for soft takeover. */
export type Shown = (target: Target) => number;

/** Part of the range within which a fader has met the software's value. */
const MEET = 0.03;
const CENTRE_14 = 8192;

interface Travel {
  msb: number;
  lsb: number;
  /** Position at the last message: 0–1 of a fader, steps of a wheel. */
  last: number | null;
  /** The value that this fader set last, as long as nobody else moved the control. */
  set: number | null;
}

export class Translator {
  private readonly table: Map<number, Binding[]>;
  private readonly shiftKeys: ReadonlySet<number>;
  private readonly modeKeys = new Map<number, { deck: DeckId; mode: string }>();
  private readonly modes = new Map<DeckId, string>();
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
    for (const { name, status, data: note } of mapping.modes ?? []) {
      status.forEach((s, i) => this.modeKeys.set(messageKey(byte(s), byte(note)), { deck: DECKS[i], mode: name }));
    }
    for (const deck of DECKS) if (mapping.modes) this.modes.set(deck, mapping.modes[0].name);
  }

  /** What the pads of a deck do, where the controller leaves it to the software. */
  mode(deck: DeckId | undefined): string | undefined {
    return deck && this.modes.get(deck);
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
    const mode = this.modeKeys.get(key);
    if (mode && down) {
      this.modes.set(mode.deck, mode.mode);
      return { kind: 'mode', ...mode };
    }
    const binding = this.choose(key);
    if (!binding) return null;
    if (binding.reading === 'button') return down ? this.press(key, binding) : null;
    return isPitchBend(status) ? this.wide(binding, value * 128 + data) : this.narrow(binding, value);
  }

  private choose(key: number): Binding | null {
    const bindings = this.table.get(key)?.filter(({ mode, side }) => !mode || this.modes.get(side!) === mode);
    if (!bindings) return null;
    const shifted = this.shiftsDown.size > 0;
    return bindings.find((b) => b.shifted === shifted) ?? bindings.find((b) => !b.shifted) ?? null;
  }

  private press(key: number, binding: Binding): Movement {
    const target = targetOf(binding);
    if (kindOf(binding.control) === 'toggle') return { kind: 'toggle', ...target };
    this.pressed.set(key, binding);
    return { kind: 'press', ...target, value: binding.value };
  }

  /** One message with 7 bits, whole or half of a value. */
  private narrow(binding: Binding, value: number): Movement | null {
    if (!binding.half) return this.read(binding, value, 128);
    const travel = this.travel(binding);
    travel[binding.half] = value;
    // The upper half comes first and the lower completes it; acting on both would make it tremble.
    return binding.half === 'msb' ? null : this.wide(binding, travel.msb * 128 + travel.lsb);
  }

  private wide(binding: Binding, value: number): Movement | null {
    return this.read(binding, value, 2 * CENTRE_14);
  }

  private read(binding: Binding, value: number, steps: number): Movement | null {
    const sign = binding.invert ? -1 : 1;
    const turn = (ticks: number): Movement => ({ kind: 'turn', ...targetOf(binding), by: (sign * ticks) / binding.ticks });
    if (binding.reading === 'relative') return turn(binding.centre === 'two' ? wrapped(value, steps) : value - steps / 2);
    const travel = this.travel(binding);
    if (binding.reading === 'angle') {
      const before = travel.last;
      travel.last = value;
      return before === null || before === value ? null : turn(wrapped(value - before, steps));
    }
    const position = fraction(value, steps - 1);
    return this.takeover(binding, travel, binding.invert ? 1 - position : position);
  }

  /** Lets a fader move its control only once it has met it, so that nothing jumps. */
  private takeover(binding: Binding, travel: Travel, at: number): Movement | null {
    const { min, max } = this.limits(binding);
    const shown = (this.shown(binding) - min) / (max - min);
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
    const reach = this.shown({ control: 'rate_range', ...(deck ? { deck } : {}) });
    return { min: -reach, max: reach };
  }

  private travel({ pair }: Binding): Travel {
    let travel = this.travels.get(pair);
    if (!travel) this.travels.set(pair, (travel = { msb: 0, lsb: 0, last: null, set: null }));
    return travel;
  }
}

/** 0–1 with the middle (64 or 8192) at exactly one half, so that a centred knob is flat. */
export function fraction(value: number, maximum: number): number {
  const middle = (maximum + 1) / 2;
  return value <= middle ? (0.5 * value) / middle : 0.5 + (0.5 * (value - middle)) / (maximum - middle);
}

/** A difference on a circle of `steps`: −steps/2…steps/2. */
function wrapped(difference: number, steps: number): number {
  const positive = ((difference % steps) + steps) % steps;
  return positive < steps / 2 ? positive : positive - steps;
}

function release(binding: Binding): Movement | null {
  const kind = kindOf(binding.control);
  const value = binding.release ?? (kind === 'hold' || kind === 'continuous' ? 0 : undefined);
  return value === undefined ? null : { kind: 'press', ...targetOf(binding), value };
}

function targetOf({ control: id, deck, sampler }: Binding): Target {
  return { control: id, ...(deck ? { deck } : {}), ...(sampler ? { sampler } : {}) };
}
