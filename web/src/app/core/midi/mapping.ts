// A controller's mapping, as data/mappings/*.json holds it (docs/mappings.md explains the fields), and
// its expansion into single bindings. Pure; refuses what it does not understand, by name.

import { findControl } from '../controls';
import type { DeckId } from '../model';

/** How a message becomes a value. */
export type Reading =
  | 'button' // pressed or released: holds, triggers; a toggle flips when pressed
  | 'absolute' // 7 bit, or 14 bit with `lsb`
  | 'relative'; // ticks around 64, or two's complement

export interface MappingInput {
  /** Status bytes, one a deck in order; a single one for the mixer. Hexadecimal, as in manuals. */
  readonly status: readonly string[];
  readonly data: string;
  readonly lsb?: string;
  readonly control: string;
  readonly reading: Reading;
  readonly layer?: 'shift';
  /** Value of a full turn in ticks (relative). */
  readonly ticks?: number;
  readonly centre?: 64 | 'two';
  readonly invert?: boolean;
  /** Value to send while pressed, where it is not 1 (nudge buttons). */
  readonly value?: number;
}

export interface MappingOutput {
  readonly status: readonly string[];
  readonly data: string;
  /** A control that is lit while on, or a state of the deck. */
  readonly lit: string;
  readonly on?: string;
  readonly off?: string;
}

export interface Mapping {
  readonly name: string;
  /** Parts of the MIDI device's name. */
  readonly match: readonly string[];
  readonly init?: readonly string[];
  readonly keepAlive?: { readonly everyMs: number; readonly bytes: string };
  readonly exit?: readonly string[];
  /** Status bytes and note of the shift buttons. */
  readonly shift?: { readonly status: readonly string[]; readonly data: string };
  readonly inputs: readonly MappingInput[];
  readonly outputs: readonly MappingOutput[];
}

export interface Binding {
  readonly control: string;
  readonly deck?: DeckId;
  readonly reading: Reading;
  readonly shifted: boolean;
  readonly ticks: number;
  readonly centre: 64 | 'two';
  readonly invert: boolean;
  readonly value: number;
  /** 14 bit: which half this message is. */
  readonly half?: 'msb' | 'lsb';
  /** Key of the message with the upper half, under which both halves meet. */
  readonly pair: number;
}

export interface Lamp {
  readonly status: number;
  readonly data: number;
  readonly lit: string;
  readonly deck?: DeckId;
  readonly on: number;
  readonly off: number;
}

const DECKS: readonly DeckId[] = ['A', 'B'];

export function byte(text: string): number {
  const value = Number.parseInt(text, 16);
  if (!/^[0-9a-fA-F]{2}$/.test(text)) throw new Error(`mapping: "${text}" is not a byte in hexadecimal`);
  return value;
}

export function bytes(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(text.trim().split(/\s+/), byte);
}

export function messageKey(status: number, data: number): number {
  return status * 128 + data;
}

/** Bindings by message; a message may have one for each layer. */
export function bindingsOf(mapping: Mapping): Map<number, Binding[]> {
  const table = new Map<number, Binding[]>();
  const add = (key: number, binding: Binding) => table.set(key, [...(table.get(key) ?? []), binding]);
  for (const input of mapping.inputs) {
    const row = findControl(input.control);
    if (!row) throw new Error(`mapping ${mapping.name}: control "${input.control}" is not in data/controls.json`);
    input.status.forEach((status, i) => {
      const pair = messageKey(byte(status), byte(input.data));
      const binding: Binding = {
        control: input.control,
        ...(row.scope === 'deck' ? { deck: DECKS[i] } : {}),
        reading: input.reading,
        shifted: input.layer === 'shift',
        ticks: input.ticks ?? 1,
        centre: input.centre ?? 64,
        invert: input.invert ?? false,
        value: input.value ?? 1,
        pair,
        ...(input.lsb ? { half: 'msb' as const } : {}),
      };
      add(pair, binding);
      if (input.lsb) add(messageKey(byte(status), byte(input.lsb)), { ...binding, half: 'lsb' });
    });
  }
  return table;
}

export function lampsOf(mapping: Mapping): Lamp[] {
  return mapping.outputs.flatMap((output) =>
    output.status.map((status, i) => ({
      status: byte(status),
      data: byte(output.data),
      lit: output.lit,
      ...(output.status.length > 1 ? { deck: DECKS[i] } : {}),
      on: byte(output.on ?? '7F'),
      off: byte(output.off ?? '00'),
    })),
  );
}
