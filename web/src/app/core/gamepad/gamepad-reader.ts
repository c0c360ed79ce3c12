// What a gamepad's sticks and buttons mean, by data/mappings/gamepad.json. Pure: snapshots in,
// movements out.

import gamepad from '@data/mappings/gamepad.json';
import { control } from '../controls';
import { kindOf, type Target } from '../midi/mapping';
import type { Movement, Shown } from '../midi/translator';

interface Pressed extends Target {
  readonly button: number;
  readonly value?: number;
}

interface Spring extends Target {
  readonly axis?: number;
  /** One for less, one for more. */
  readonly buttons?: readonly number[];
  /** Turns, or shares of the travel, at full deflection. */
  readonly perSecond: number;
}

export interface GamepadMapping {
  readonly buttons: readonly Pressed[];
  readonly triggers: readonly Pressed[];
  readonly springs: readonly Spring[];
}

/** The parts of a Gamepad that are read. */
export interface GamepadSnapshot {
  readonly axes: readonly number[];
  readonly buttons: readonly { readonly pressed: boolean; readonly value: number }[];
}

/** Sticks at rest lie off their middle by up to this. */
const DEAD_ZONE = 0.12;

export class GamepadReader {
  private readonly down = new Set<number>();
  /** Triggers that are off their rest; they move nothing until they are pulled. */
  private readonly pulled = new Set<number>();

  constructor(
    private readonly shown: Shown,
    private readonly mapping: GamepadMapping = gamepad as unknown as GamepadMapping,
  ) {}

  /** Movements since the last snapshot, `seconds` ago. */
  take(now: GamepadSnapshot, seconds: number): Movement[] {
    return [
      ...this.mapping.buttons.map((row) => this.press(row, now)),
      ...this.mapping.triggers.map((row) => this.pull(row, now)),
      ...this.mapping.springs.map((row) => this.spring(row, now, seconds)),
    ].filter((movement) => movement !== null);
  }

  /** Everything that is held is let go: the gamepad is gone, or the page is hidden. */
  release(): Movement[] {
    return this.take({ axes: [], buttons: [] }, 0);
  }

  private press(row: Pressed, { buttons }: GamepadSnapshot): Movement | null {
    const pressed = buttons[row.button]?.pressed ?? false;
    if (pressed === this.down.has(row.button)) return null;
    if (pressed) this.down.add(row.button);
    else this.down.delete(row.button);
    const kind = kindOf(row.control);
    if (kind === 'toggle') return pressed ? { kind: 'toggle', ...targetOf(row) } : null;
    if (!pressed && kind !== 'hold') return null;
    return { kind: 'press', ...targetOf(row), value: pressed ? (row.value ?? 1) : 0 };
  }

  private pull(row: Pressed, { buttons }: GamepadSnapshot): Movement | null {
    const value = buttons[row.button]?.value ?? 0;
    if (value > 0) this.pulled.add(row.button);
    else if (!this.pulled.delete(row.button)) return null;
    const { default: rest, max } = control(row.control);
    const at = rest + value * (max - rest);
    return at === this.shown(targetOf(row)) ? null : { kind: 'move', ...targetOf(row), value: at };
  }

  private spring(row: Spring, { axes, buttons }: GamepadSnapshot, seconds: number): Movement | null {
    const held = (n: number) => (buttons[n]?.pressed ? 1 : 0);
    const stick = row.buttons ? held(row.buttons[1]) - held(row.buttons[0]) : beyondRest(axes[row.axis!] ?? 0);
    if (stick === 0) return null;
    const by = stick * row.perSecond * seconds;
    if (kindOf(row.control) === 'relative') return { kind: 'turn', ...targetOf(row), by };
    const { min, max } = control(row.control);
    return { kind: 'move', ...targetOf(row), value: this.shown(targetOf(row)) + by * (max - min) };
  }
}

/** Deflection with the rest cut out, squared so that small pushes are fine. */
function beyondRest(axis: number): number {
  const share = Math.max(0, (Math.abs(axis) - DEAD_ZONE) / (1 - DEAD_ZONE));
  return Math.sign(axis) * share * share;
}

function targetOf({ control: id, deck }: Target): Target {
  return { control: id, ...(deck ? { deck } : {}) };
}
