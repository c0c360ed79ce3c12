// Parameters with a name: those of the server, and one's own, kept in this browser.

import { Injectable, signal } from '@angular/core';
import type { MixParameters } from '../core/mixes';
import { OWN_PRESET } from './model/draft';

export interface OwnPreset {
  readonly id: string;
  readonly name: string;
  readonly parameters: MixParameters;
}

const STORAGE_KEY = 'dju.studio.presets';

@Injectable({ providedIn: 'root' })
export class OwnPresets {
  private readonly kept = signal<readonly OwnPreset[]>(stored());
  readonly all = this.kept.asReadonly();

  /** Another one of the same name takes its place. */
  save(name: string, parameters: MixParameters): OwnPreset {
    const preset = { id: OWN_PRESET + name, name, parameters };
    this.keep([...this.kept().filter(({ id }) => id !== preset.id), preset]);
    return preset;
  }

  remove(id: string): void {
    this.keep(this.kept().filter((preset) => preset.id !== id));
  }

  private keep(presets: readonly OwnPreset[]): void {
    this.kept.set(presets);
    try {
      localStorage.setItem(STORAGE_KEY, JSON.stringify(presets));
    } catch {
      return; // Refused in some private modes; they then last as long as the page.
    }
  }
}

function stored(): readonly OwnPreset[] {
  try {
    const presets: unknown = JSON.parse(localStorage.getItem(STORAGE_KEY) ?? '[]');
    return Array.isArray(presets) ? (presets as OwnPreset[]) : [];
  } catch {
    return [];
  }
}
