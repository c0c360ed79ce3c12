// The control registry (data/controls.json), as the page sees it. Nothing lists controls a second
// time: ranges, defaults, kinds and names come from here.

import registry from '@data/controls.json';
import type { DeckId, Seat } from './model';

export type ControlKind = 'continuous' | 'relative' | 'toggle' | 'hold' | 'trigger' | 'choice' | 'action';

export interface Control {
  readonly id: string;
  readonly scope: 'deck' | 'mixer' | 'monitor';
  readonly kind: ControlKind;
  readonly unit: string;
  readonly min: number;
  readonly max: number;
  readonly default: number;
  readonly owner: 'deck' | 'shared' | 'monitor';
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

export const CONTROLS: readonly Control[] = rows;

export function control(id: string): Control {
  const row = byId.get(id);
  if (!row) throw new Error(`control "${id}" is not in data/controls.json`);
  return row;
}

export function findControl(id: string): Control | undefined {
  return byId.get(id);
}

/** Which one of a control: a deck's, a DJ's headphones', or the mixer's only one. */
export interface Address {
  readonly control: string;
  readonly deck?: DeckId;
  readonly monitor?: Seat;
}

export function addressKey({ control: id, deck, monitor }: Address): string {
  return `${deck ?? monitor ?? ''}.${id}`;
}

export function clampToControl(id: string, value: number): number {
  const { min, max } = control(id);
  return Math.min(max, Math.max(min, value));
}
