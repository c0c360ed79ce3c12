// A finished mix to listen to, or two side by side: waveforms with their transitions marked, ways from one
// transition to the next, and a switch between the two.

import {
  ChangeDetectionStrategy,
  Component,
  computed,
  DestroyRef,
  effect,
  inject,
  input,
  signal,
  untracked,
} from '@angular/core';
import { TranslocoDirective } from '@jsverse/transloco';
import { SAMPLE_RATE } from '../widgets/maths/beat-grid';
import { formatTime } from '../widgets/maths/format';
import { NO_MARKS, type TrackMarks } from '../widgets/maths/marks';
import type { Waveform } from '../widgets/maths/waveform';
import { OverviewWaveform } from '../widgets/overview-waveform/overview-waveform';
import { type Side, SidePlayer } from './side-player';

export interface PlayedSide extends Side {
  readonly name: string;
  readonly waveform: Waveform | null;
}

const FOLLOW_MS = 250;
/** What is heard of the music before a transition that was jumped to. */
const BEFORE_SECONDS = 6;
const LETTERS = ['A', 'B'] as const;

@Component({
  selector: 'dju-mix-player',
  imports: [OverviewWaveform, TranslocoDirective],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <ng-container *transloco="let t; prefix: 'studio.player'">
      @for (side of sides(); track side.url) {
        <div class="side {{ letters[$index] }}" [class.heard]="heard() === $index">
          @if (sides().length > 1) {
            <button
              type="button"
              class="switch"
              [attr.aria-pressed]="heard() === $index"
              (click)="switchTo($index)"
            >
              <b>{{ letters[$index] }}</b> {{ side.name }}
            </button>
          }
          <dju-overview-waveform
            [waveform]="side.waveform"
            [position]="positions()[$index]"
            [marks]="marks()[$index]"
            [deck]="letters[$index]"
            [label]="t('place', { name: side.name })"
            [valueText]="clock()"
            (seek)="seek($index, $event / rate)"
          />
        </div>
      }
      <div class="tools">
        <button type="button" class="primary" (click)="toggle()">
          {{ playing() ? '❚❚ ' + t('pause') : '▶ ' + t('play') }}
        </button>
        <button type="button" (click)="jump(-1)">|◀ {{ t('before') }}</button>
        <button type="button" (click)="jump(1)">▶| {{ t('next') }}</button>
        @if (sides().length > 1) {
          <button type="button" (click)="switchTo(1 - heard())">
            {{ t('switch', { letter: letters[1 - heard()] }) }}
          </button>
        }
        <span class="clock"
          >{{ clock() }} / {{ time(sides()[heard()].times.durationSeconds) }}</span
        >
      </div>
      @if (error(); as message) {
        <p class="error" role="alert">{{ message }}</p>
      }
    </ng-container>
  `,
  styles: `
    :host {
      display: grid;
      gap: 10px;
      grid-template-columns: minmax(0, 1fr);
    }
    .side {
      display: grid;
      gap: 4px;
      padding-left: 8px;
      border-left: 4px solid var(--dju-line);
    }
    .side.heard {
      border-color: var(--dju-deck-a);
    }
    .B.heard {
      border-color: var(--dju-deck-b);
    }
    .switch {
      justify-self: start;
      text-align: left;
      background: none;
    }
    .switch[aria-pressed='true'] {
      background: var(--dju-raised);
      border-color: var(--dju-text);
    }
    dju-overview-waveform {
      height: 96px;
    }
    .side:not(.heard) dju-overview-waveform {
      opacity: 0.55;
    }
    .tools {
      display: flex;
      flex-wrap: wrap;
      gap: 8px;
      align-items: center;
    }
    .primary {
      min-width: 120px;
      min-height: 44px;
    }
    .clock {
      margin-left: auto;
      font-size: 20px;
      font-variant-numeric: tabular-nums;
    }
    .error {
      color: #ff9a9a;
    }
  `,
})
export class MixPlayer {
  /** One or two, of the same records. */
  readonly sides = input.required<readonly PlayedSide[]>();

  protected readonly letters = LETTERS;
  protected readonly rate = SAMPLE_RATE;
  protected readonly heard = signal(0);
  protected readonly playing = signal(false);
  protected readonly error = signal<string | null>(null);
  protected readonly clock = signal('0:00');
  protected readonly marks = computed<TrackMarks[]>(() =>
    this.sides().map(({ times }) => ({
      ...NO_MARKS,
      phrases: times.transitions.map(({ startSeconds, endSeconds }) => ({
        start: startSeconds,
        end: endSeconds,
        bars: 0,
        label: 'transition',
      })),
    })),
  );
  /** Heard frames, asked each frame. */
  protected readonly positions = computed(() =>
    this.sides().map((_, i) => () => (this.player?.position(i) ?? 0) * SAMPLE_RATE),
  );
  private player: SidePlayer | null = null;

  constructor() {
    // Another language changes names, not what is played.
    const urls = computed(() =>
      this.sides()
        .map(({ url }) => url)
        .join(' '),
    );
    effect((cleanup) => {
      urls();
      const player = new SidePlayer(untracked(this.sides), () => this.pause());
      this.player = player;
      this.heard.set(0);
      this.playing.set(false);
      cleanup(() => player.destroy());
    });
    const timer = setInterval(() => {
      this.player?.follow();
      this.clock.set(formatTime(this.player?.position(this.heard()) ?? 0));
    }, FOLLOW_MS);
    inject(DestroyRef).onDestroy(() => clearInterval(timer));
  }

  /** That side is heard, from shortly before. */
  async playFrom(side: number, seconds: number): Promise<void> {
    this.switchTo(side);
    this.seek(side, Math.max(0, seconds - BEFORE_SECONDS));
    await this.start();
  }

  /** Which one is heard, and where in it. */
  side(): number {
    return this.heard();
  }

  position(): number {
    return this.player?.position(this.heard()) ?? 0;
  }

  protected time(seconds: number): string {
    return formatTime(seconds);
  }

  protected toggle(): void {
    if (this.playing()) this.pause();
    else void this.start();
  }

  protected seek(side: number, seconds: number): void {
    this.player?.seek(side, seconds);
  }

  protected switchTo(side: number): void {
    this.player?.switchTo(side);
    this.heard.set(side);
  }

  /** To shortly before the next transition, or the last one. */
  protected jump(way: 1 | -1): void {
    const side = this.heard();
    const now = (this.player?.position(side) ?? 0) + BEFORE_SECONDS;
    const starts = this.sides()[side].times.transitions.map(({ startSeconds }) => startSeconds);
    const found =
      way > 0
        ? starts.find((start) => start > now + 1)
        : starts.findLast((start) => start < now - 1);
    if (found !== undefined || way < 0) this.seek(side, Math.max(0, (found ?? 0) - BEFORE_SECONDS));
  }

  private async start(): Promise<void> {
    this.error.set(null);
    try {
      await this.player?.play();
      this.playing.set(true);
    } catch (error) {
      if ((error as Error).name !== 'AbortError') this.error.set((error as Error).message);
    }
  }

  private pause(): void {
    this.player?.pause();
    this.playing.set(false);
  }
}
