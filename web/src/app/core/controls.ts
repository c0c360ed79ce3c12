// The control registry (data/controls.json), as the page sees it. Nothing lists controls a second
// time: ranges, defaults, kinds and names come from here.

import registry from '@data/controls.json';
import type { DeckId, Seat } from './model';

export type ControlKind = 'continuous' | 'relative' | 'toggle' | 'hold' | 'trigger' | 'choice' | 'action';

export interface Control {
  readonly id: string;
  readonly scope: 'deck' | 'mixer' | 'monitor' | 'sampler';
  readonly kind: ControlKind;
  readonly unit: string;
  readonly law?: 'double' | 'square';
  readonly min: number;
  readonly max: number;
  readonly default: number;
  readonly owner: 'deck' | 'shared' | 'open' | 'monitor';
  readonly choices?: readonly number[];
  readonly text: { readonly en: string; readonly es: string };
}

interface Row extends Control {
  readonly count?: number;
}

function expand(row: Row): Control[] {
  if (!row.count) return [row];
  return Array.from({ length: row.count }, (_, i) => {
    const n = String(i + 1);
    return {
      ...row,
      id: row.id.replace('{n}', n),
      text: { en: row.text.en.replace('{n}', n), es: row.text.es.replace('{n}', n) },
    };
  });
}

const rows = (registry.controls as unknown as Row[]).flatMap(expand);
const byId = new Map(rows.map((row) => [row.id, row]));

type Words = { readonly en: string; readonly es: string };

/** Effects in the order of the choices of `fx_type_{n}` and `quick_type`. */
export const EFFECTS = registry.effects as readonly { readonly id: string; readonly text: Words; readonly amount: Words; readonly tone: Words }[];
export const QUICK_EFFECTS = registry.quick_effects as readonly { readonly id: string; readonly text: Words }[];

export const CONTROLS: readonly Control[] = rows;

export function control(id: string): Control {
  const row = byId.get(id);
  if (!row) throw new Error(`control "${id}" is not in data/controls.json`);
  return row;
}

export function findControl(id: string): Control | undefined {
  return byId.get(id);
}

/** Which one of a control: a deck's, a DJ's headphones', a sampler's, or the mixer's only one. */
export interface Address {
  readonly control: string;
  readonly deck?: DeckId;
  readonly monitor?: Seat;
  /** 1–8. */
  readonly sampler?: number;
}

export function addressKey({ control: id, deck, monitor, sampler }: Address): string {
  return `${deck ?? monitor ?? sampler ?? ''}.${id}`;
}

export function clampToControl(id: string, value: number): number {
  const { min, max } = control(id);
  return Math.min(max, Math.max(min, value));
}
