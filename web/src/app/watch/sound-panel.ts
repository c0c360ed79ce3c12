// One's own volume and output device. The volume is this page's only; nobody else hears the change.

import { ChangeDetectionStrategy, Component, inject, input, signal } from '@angular/core';
import { TranslocoDirective } from '@jsverse/transloco';
import { Announcer } from '../core/announcer';
import type { AudioStream } from '../core/audio-stream';

@Component({
  selector: 'dju-sound-panel',
  imports: [TranslocoDirective],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <div class="row" *transloco="let t; prefix: 'watch'">
      <button
        type="button"
        class="mute"
        [attr.aria-pressed]="audio().volume() === 0"
        [attr.aria-label]="t(audio().volume() === 0 ? 'unmute' : 'mute')"
        (click)="mute()"
      >
        <svg viewBox="0 0 24 24" aria-hidden="true">
          <path d="M4 9v6h4l5 4V5L8 9z" />
          @if (audio().volume() === 0) {
            <path class="line" d="M16 9l5 6M21 9l-5 6" />
          } @else {
            <path class="line" d="M16 8.5a5 5 0 0 1 0 7M18.5 6a8.5 8.5 0 0 1 0 12" />
          }
        </svg>
      </button>
      <input
        type="range"
        min="0"
        max="1"
        step="0.01"
        [value]="audio().volume()"
        [attr.aria-label]="t('volume')"
        (input)="volume($event)"
      />
      @if (audio().canChooseDevice && devices().length > 0) {
        <select [attr.aria-label]="t('output')" (focus)="list()" (change)="choose($event)">
          <option value="" [selected]="audio().device() === ''">{{ t('defaultOutput') }}</option>
          @for (device of devices(); track device.deviceId) {
            <option [value]="device.deviceId" [selected]="audio().device() === device.deviceId">
              {{ device.label || t('output') + ' ' + ($index + 1) }}
            </option>
          }
        </select>
      }
    </div>
  `,
  styles: `
    .row {
      display: flex;
      gap: 10px;
      align-items: center;
    }
    .mute {
      display: grid;
      place-items: center;
      width: 40px;
      height: 36px;
      padding: 0;
    }
    svg {
      width: 22px;
      height: 22px;
      fill: currentColor;
    }
    .line {
      fill: none;
      stroke: currentColor;
      stroke-width: 2;
      stroke-linecap: round;
    }
    input {
      width: 140px;
      height: 32px;
      accent-color: var(--dju-accent);
    }
    select {
      max-width: 200px;
    }
  `,
})
export class SoundPanel {
  readonly audio = input.required<AudioStream>();
  protected readonly devices = signal<readonly MediaDeviceInfo[]>([]);
  private readonly announcer = inject(Announcer);
  private before = 1;

  constructor() {
    queueMicrotask(() => void this.list());
  }

  protected async list(): Promise<void> {
    // Browsers list the default twice: under its own id and as "default", or without an id at all.
    const all = await this.audio().devices();
    this.devices.set(all.filter(({ deviceId }) => deviceId !== '' && deviceId !== 'default'));
  }

  protected volume(event: Event): void {
    this.audio().setVolume((event.target as HTMLInputElement).valueAsNumber);
  }

  protected mute(): void {
    const volume = this.audio().volume();
    if (volume > 0) this.before = volume;
    this.audio().setVolume(volume > 0 ? 0 : this.before);
  }

  protected async choose(event: Event): Promise<void> {
    try {
      await this.audio().setDevice((event.target as HTMLSelectElement).value);
    } catch (error) {
      this.announcer.say((error as Error).message);
    }
  }
}
