// Sound output, volume, when cuts act, and controllers.

import { ChangeDetectionStrategy, Component, computed, inject, output, signal } from '@angular/core';
import { TranslocoDirective } from '@jsverse/transloco';
import type { Playout } from '../core/audio-stream';
import { BattleRoom } from '../core/battle-room';
import { CONTROLS } from '../core/controls';
import { GamepadService } from '../core/gamepad/gamepad.service';
import { Language } from '../core/language';
import { PAGE_CONTROLS } from '../core/midi/mapping';
import { MidiService } from '../core/midi/midi.service';
import type { DeckId } from '../core/model';
import { BoundChoice } from './bound-choice';
import { SideHead } from './side-head';
import { TapTestPanel } from './tap-test-panel';

/** The battle's controls, and the page's. */
const MOVABLE = [...CONTROLS, ...Object.entries(PAGE_CONTROLS).map(([id, row]) => ({ id, ...row }))];
const LEARNABLE = new Set(['continuous', 'toggle', 'hold', 'trigger', 'relative']);

@Component({
  selector: 'dju-settings-panel',
  imports: [BoundChoice, SideHead, TapTestPanel, TranslocoDirective],
  changeDetection: ChangeDetectionStrategy.OnPush,
  templateUrl: './settings-panel.html',
  styles: `
    :host {
      display: flex;
      flex-direction: column;
      gap: 10px;
    }
    section {
      display: grid;
      gap: 8px;
      padding-bottom: 14px;
      border-bottom: 1px solid var(--dju-line);
    }
    h3 {
      font-size: 14px;
      color: var(--dju-text-dim);
    }
    label {
      display: grid;
      gap: 4px;
      font-size: 14px;
    }
    .row {
      display: flex;
      gap: 6px;
    }
    .row select {
      flex: 1;
      min-width: 0;
    }
    p {
      font-size: 13px;
      color: var(--dju-text-dim);
    }
  `,
})
export class SettingsPanel {
  readonly done = output<void>();
  protected readonly room = inject(BattleRoom);
  protected readonly audio = this.room.audio;
  protected readonly midi = inject(MidiService);
  protected readonly gamepad = inject(GamepadService);
  protected readonly samplers = [1, 2, 3, 4, 5, 6, 7, 8];
  private readonly language = inject(Language);
  protected readonly devices = signal<readonly MediaDeviceInfo[]>([]);
  protected readonly learnable = computed(() =>
    MOVABLE.filter((c) => LEARNABLE.has(c.kind)).map((c) => ({ id: c.id, text: c.text[this.language.active()] })),
  );

  constructor() {
    void this.list();
  }

  /** Device names are told only to pages that may listen; asking for it is the reader's choice. */
  protected async allowNames(): Promise<void> {
    try {
      const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
      stream.getTracks().forEach((track) => track.stop());
      await this.list();
    } catch (error) {
      this.room.tell(error);
    }
  }

  protected async choose(event: Event): Promise<void> {
    try {
      await this.audio.setDevice((event.target as HTMLSelectElement).value);
    } catch (error) {
      this.room.tell(error);
    }
  }

  protected setVolume(event: Event): void {
    this.audio.setVolume((event.target as HTMLInputElement).valueAsNumber);
  }

  protected setPlayout(event: Event): void {
    this.audio.setPlayout((event.target as HTMLSelectElement).value as Playout);
  }

  protected learn(control: string, deck: string, sampler: string): void {
    const scope = MOVABLE.find((c) => c.id === control)?.scope;
    const of = scope === 'deck' ? { deck: deck as DeckId } : scope === 'sampler' ? { sampler: Number(sampler) } : {};
    this.midi.learn({ control, ...of });
  }

  private async list(): Promise<void> {
    this.devices.set(await this.audio.devices());
  }
}
