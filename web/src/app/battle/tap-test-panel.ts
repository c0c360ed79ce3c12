// The tap test: twelve clicks through the output that plays the battle, the listener taps along.

import { ChangeDetectionStrategy, Component, inject, OnDestroy, signal } from '@angular/core';
import { TranslocoDirective } from '@jsverse/transloco';
import { BattleRoom } from '../core/battle-room';
import { extraDelay, TAPS_NEEDED } from '../core/tap-test';

const CLICKS = 12;
const GAP_MS = 1000;

@Component({
  selector: 'dju-tap-test-panel',
  imports: [TranslocoDirective],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <ng-container *transloco="let t; prefix: 'battle.tapTest'">
      <h3>{{ t('title') }}</h3>
      <p>{{ t('why') }}</p>
      @if (running()) {
        <button type="button" class="primary" (pointerdown)="tap($event)" (keydown)="press($event)">
          {{ t('tap', { left: left() }) }}
        </button>
      } @else {
        <button type="button" (click)="start()">{{ t('start') }}</button>
      }
      <p role="status">
        {{ failed() ? t('failed') : t('delay', { ms: audio.extraDelayMs() }) }}
      </p>
      @if (audio.extraDelayMs() > 0) {
        <button type="button" (click)="audio.setExtraDelay(0)">{{ t('forget') }}</button>
      }
    </ng-container>
  `,
  styles: `
    :host {
      display: grid;
      gap: 8px;
    }
    h3 {
      font-size: 14px;
      color: var(--dju-text-dim);
    }
    p {
      font-size: 13px;
      color: var(--dju-text-dim);
    }
    .primary {
      min-height: 64px;
      touch-action: manipulation;
    }
  `,
})
export class TapTestPanel implements OnDestroy {
  protected readonly audio = inject(BattleRoom).audio;
  protected readonly running = signal(false);
  protected readonly failed = signal(false);
  protected readonly left = signal(TAPS_NEEDED);
  private clicks: number[] = [];
  private taps: number[] = [];
  private timer: ReturnType<typeof setTimeout> | undefined;

  protected start(): void {
    this.taps = [];
    this.left.set(TAPS_NEEDED);
    this.failed.set(false);
    this.running.set(true);
    this.clicks = this.audio.playClicks(CLICKS, GAP_MS);
    this.timer = setTimeout(() => this.finish(), (CLICKS + 1) * GAP_MS);
  }

  protected press(event: KeyboardEvent): void {
    if (event.repeat || (event.key !== ' ' && event.key !== 'Enter')) return;
    this.tap(event);
  }

  protected tap(event: Event): void {
    event.preventDefault();
    this.taps.push(event.timeStamp);
    this.left.set(Math.max(0, TAPS_NEEDED - this.taps.length));
  }

  ngOnDestroy(): void {
    clearTimeout(this.timer);
  }

  private finish(): void {
    this.running.set(false);
    const delay = extraDelay(this.clicks, this.taps);
    this.failed.set(delay === null);
    if (delay !== null) this.audio.setExtraDelay(delay);
  }
}
