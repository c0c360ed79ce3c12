// A controller's mapping, as data/mappings/*.json holds it (docs/mappings.md explains the fields), and
// its expansion into single bindings and lamps. Pure; refuses what it does not understand, by name.

import { type Control, type ControlKind, findControl } from '../controls';
import type { DeckId } from '../model';

/** How a message becomes a value. */
export type Reading =
  | 'button' // pressed or released: holds, triggers; a toggle flips when pressed
  | 'absolute' // 7 bit, or 14 bit with `lsb` or as a pitch bend
  | 'relative' // ticks around the middle, or two's complement
  | 'angle'; // where a wheel stands; its difference is the turn

interface MappingMessage {
  /** Status bytes, one a deck in order; a single one for the mixer. Hexadecimal, as in manuals. */
  readonly status: readonly string[];
  /** Left out for pitch bends, which carry 14 bits of value instead. */
  readonly data?: string;
  /** Whose it is, where the status byte does not tell. */
  readonly deck?: DeckId;
  /** So many pads, each with the next data byte; `{n}` in a name becomes its number. */
  readonly pads?: number;
  /** One value a pad, or one a deck where there are no pads. */
  readonly values?: readonly number[];
  /** First sampler of each deck's pads. */
  readonly samplers?: readonly number[];
  /** Only while the deck's pads are in this mode. */
  readonly mode?: string;
}

export interface MappingInput extends MappingMessage {
  readonly lsb?: string;
  readonly control: string;
  readonly reading: Reading;
  readonly layer?: 'shift';
  /** Value of a full turn in ticks (relative, angle). */
  readonly ticks?: number;
  readonly centre?: 64 | 'two';
  readonly invert?: boolean;
  /** Value to send while pressed, where it is not 1 (nudge buttons). */
  readonly value?: number;
  /** Value to send on release, for actions that last (loop rolls). */
  readonly release?: number;
}

export interface MappingOutput extends MappingMessage {
  /** A control that is lit while on, or a state: docs/mappings.md lists them. */
  readonly lit?: string;
  /** A meter instead of a lamp. */
  readonly level?: 'deck' | 'master';
  readonly on?: string;
  readonly off?: string;
}

export interface MappingMode {
  readonly name: string;
  readonly status: readonly string[];
  readonly data: string;
}

export interface Mapping {
  readonly name: string;
  /** Parts of the MIDI device's name. */
  readonly match: readonly string[];
  /** Where the numbers are from, and what nobody has tried yet. */
  readonly source: string;
  readonly unconfirmed?: readonly string[];
  readonly init?: readonly string[];
  readonly keepAlive?: { readonly everyMs: number; readonly bytes: string };
  readonly exit?: readonly string[];
  /** Status bytes and note of the shift buttons. */
  readonly shift?: { readonly status: readonly string[]; readonly data: string };
  /** Buttons that choose what the pads do, where the controller leaves that to the software. The first is on at the start. */
  readonly modes?: readonly MappingMode[];
  readonly inputs: readonly MappingInput[];
  readonly outputs: readonly MappingOutput[];
}

/** What a controller moves on the page itself. */
export const PAGE_CONTROLS: Readonly<Record<string, Pick<Control, 'kind' | 'scope' | 'text'>>> = {
  browse: { kind: 'relative', scope: 'mixer', text: { en: 'Through the library', es: 'Por la biblioteca' } },
  load_selected: { kind: 'trigger', scope: 'deck', text: { en: 'Load the selected track', es: 'Cargar la pista elegida' } },
  deck_layer: { kind: 'trigger', scope: 'deck', text: { en: "The side's other deck", es: 'El otro plato del lado' } },
};

export interface Target {
  readonly control: string;
  readonly deck?: DeckId;
  readonly sampler?: number;
}

export interface Binding extends Target {
  readonly reading: Reading;
  readonly shifted: boolean;
  readonly ticks: number;
  readonly centre: 64 | 'two';
  readonly invert: boolean;
  readonly value: number;
  readonly release?: number;
  /** 14 bit: which half this message is. */
  readonly half?: 'msb' | 'lsb';
  /** Key of the message with the upper half, under which both halves meet. */
  readonly pair: number;
  /** Pad mode in which it acts, and whose deck's mode that is. */
  readonly mode?: string;
  readonly side?: DeckId;
}

export interface Lamp {
  readonly status: number;
  readonly data: number;
  readonly lit?: string;
  readonly level?: 'deck' | 'master';
  readonly deck?: DeckId;
  readonly sampler?: number;
  readonly value?: number;
  readonly mode?: string;
  readonly on: number;
  readonly off: number;
}

export const DECKS: readonly DeckId[] = ['A', 'B'];

export function byte(text: string): number {
  const value = Number.parseInt(text, 16);
  if (!/^[0-9a-fA-F]{2}$/.test(text)) throw new Error(`mapping: "${text}" is not a byte in hexadecimal`);
  return value;
}

export function bytes(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(text.trim().split(/\s+/), byte);
}

export function isPitchBend(status: number): boolean {
  return (status & 0xf0) === 0xe0;
}

export function messageKey(status: number, data: number): number {
  return status * 128 + (isPitchBend(status) ? 0 : data);
}

export function kindOf(id: string): ControlKind | undefined {
  return (PAGE_CONTROLS[id] ?? findControl(id))?.kind;
}

interface Single {
  readonly status: number;
  readonly data: number;
  readonly deck: DeckId | undefined;
  readonly n: number;
  readonly value: number | undefined;
  readonly sampler: number | undefined;
}

/** One message a deck and pad. */
function singles(row: MappingMessage): Single[] {
  const pads = row.pads ?? 1;
  return row.status.flatMap((status, side) =>
    Array.from({ length: pads }, (_, pad) => ({
      status: byte(status),
      data: row.data === undefined ? 0 : byte(row.data) + pad,
      deck: row.deck ?? (row.status.length > 1 ? DECKS[side] : undefined),
      n: pad + 1,
      value: row.values?.[row.pads ? pad : side],
      sampler: row.samplers && row.samplers[side] + pad,
    })),
  );
}

/** Bindings by message; a message may have one for each layer and mode. */
export function bindingsOf(mapping: Mapping): Map<number, Binding[]> {
  const table = new Map<number, Binding[]>();
  const add = (key: number, binding: Binding) => table.set(key, [...(table.get(key) ?? []), binding]);
  for (const input of mapping.inputs) {
    for (const { status, data, deck, n, value, sampler } of singles(input)) {
      const control = input.control.replace('{n}', String(n));
      if (!kindOf(control)) throw new Error(`mapping ${mapping.name}: control "${control}" is not in data/controls.json`);
      const pair = messageKey(status, data);
      const binding: Binding = {
        control,
        ...(deck && (PAGE_CONTROLS[control] ?? findControl(control))?.scope === 'deck' ? { deck } : {}),
        ...(sampler ? { sampler } : {}),
        reading: input.reading,
        shifted: input.layer === 'shift',
        ticks: input.ticks ?? 1,
        centre: input.centre ?? 64,
        invert: input.invert ?? false,
        value: value ?? input.value ?? 1,
        ...(input.release === undefined ? {} : { release: input.release }),
        pair,
        ...(input.lsb ? { half: 'msb' as const } : {}),
        ...(input.mode ? { mode: input.mode, ...(deck ? { side: deck } : {}) } : {}),
      };
      add(pair, binding);
      if (input.lsb) add(messageKey(status, byte(input.lsb)), { ...binding, half: 'lsb' });
    }
  }
  return table;
}

export function lampsOf(mapping: Mapping): Lamp[] {
  return mapping.outputs.flatMap((output) =>
    singles(output).map(({ status, data, deck, n, value, sampler }) => ({
      status,
      data,
      ...(output.lit ? { lit: output.lit.replace('{n}', String(n)) } : {}),
      ...(output.level ? { level: output.level } : {}),
      ...(deck ? { deck } : {}),
      ...(sampler ? { sampler } : {}),
      ...(value === undefined ? {} : { value }),
      ...(output.mode ? { mode: output.mode } : {}),
      on: byte(output.on ?? '7F'),
      off: byte(output.off ?? '00'),
    })),
  );
}
