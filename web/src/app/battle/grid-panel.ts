// The beat grid of the track on a deck, corrected while one hears it: shifted, given a tempo, tapped,
// halved, doubled. Each step is saved with the track and taken by the deck at once.
// Whoever may not change the track sees why.

import { ChangeDetectionStrategy, Component, computed, inject, input, output, resource, signal } from '@angular/core';
import { TranslocoDirective } from '@jsverse/transloco';
import { ApiService } from '../core/api.service';
import { BattleRoom } from '../core/battle-room';
import type { DeckView } from '../core/deck-view';
import type { Grid } from '../core/model';
import { SessionService } from '../core/session.service';
import { anchoredInside, bpmAt, downbeatAt, retempo, shiftGrid, TapTempo } from '../widgets';

const MIN_BPM = 30;
const MAX_BPM = 300;

@Component({
  selector: 'dju-grid-panel',
  imports: [TranslocoDirective],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <div class="grid" *transloco="let t; prefix: 'battle.grid'" role="group" [attr.aria-label]="t('title')">
      @if (mayChange()) {
        <div class="row">
          @for (ms of steps; track ms) {
            <button type="button" [disabled]="busy()" [attr.aria-label]="t('shift', { ms: ms })" (click)="shift(ms)">
              {{ ms > 0 ? '+' : '−' }}{{ ms < 0 ? -ms : ms }}
            </button>
          }
          <small>ms</small>
        </div>
        <div class="row">
          <input
            #bpm
            type="number"
            [min]="min"
            [max]="max"
            step="0.01"
            [value]="rounded()"
            [attr.aria-label]="t('bpm')"
            (change)="setBpm(bpm.valueAsNumber)"
          />
          <small>BPM</small>
        </div>
        <div class="row">
          <button type="button" [disabled]="busy()" (click)="scale(0.5)">÷2</button>
          <button type="button" [disabled]="busy()" (click)="scale(2)">×2</button>
          <button type="button" (click)="tapped()">{{ t('tap') }}</button>
        </div>
      } @else {
        <p>{{ source.hasValue() ? t('notYours') : '' }}</p>
      }
      <div class="row">
        @if (mayChange()) {
          <button type="button" [disabled]="busy()" [title]="t('downbeatWhy')" (click)="downbeat()">
            {{ t('downbeat') }}
          </button>
        }
        <button type="button" (click)="done.emit()">{{ t('done') }}</button>
      </div>
    </div>
  `,
  styles: `
    .grid {
      display: grid;
      gap: 4px;
    }
    p {
      margin: 0;
      font-size: 13px;
      color: var(--dju-text-dim);
    }
    .row {
      display: flex;
      gap: 3px;
      align-items: center;
    }
    button {
      flex: 1;
      min-width: 0;
      min-height: var(--dju-hit);
      padding: 0 3px;
      font-size: 12px;
      white-space: nowrap;
    }
    input {
      flex: 1;
      min-width: 0;
      min-height: var(--dju-hit) !important;
      padding: 0 6px;
      font-variant-numeric: tabular-nums;
    }
    small {
      color: var(--dju-text-dim);
    }
  `,
})
export class GridPanel {
  readonly view = input.required<DeckView>();
  readonly done = output<void>();

  private readonly api = inject(ApiService);
  private readonly room = inject(BattleRoom);
  private readonly session = inject(SessionService);
  private readonly tempo = new TapTempo();
  /** The deck knows what it plays, the library whose it is. */
  protected readonly source = resource({
    params: () => this.view().track()?.trackId,
    loader: ({ params }) => this.api.track(params),
  });
  protected readonly mayChange = computed(() => this.source.hasValue() && this.session.mayChange(this.source.value()));
  protected readonly busy = signal(false);
  protected readonly steps = [-10, -1, 1, 10];
  protected readonly min = MIN_BPM;
  protected readonly max = MAX_BPM;
  protected readonly rounded = computed(() => (this.view().grid()?.bpm ?? 0).toFixed(2));

  protected shift(ms: number): void {
    this.change((grid) => shiftGrid(grid, ms));
  }

  protected setBpm(bpm: number): void {
    if (bpm >= MIN_BPM && bpm <= MAX_BPM) this.change((grid) => retempo(grid, bpm, this.heard()));
  }

  protected scale(factor: number): void {
    const grid = this.view().grid();
    if (grid) this.setBpm(bpmAt(grid, this.heard()) * factor);
  }

  /** Taps are heard at the deck's tempo; the grid is of the track. */
  protected tapped(): void {
    const bpm = this.tempo.tap(performance.now());
    const rate = this.view().rate();
    if (bpm !== null && rate > 0) this.setBpm(bpm / rate);
  }

  protected downbeat(): void {
    this.change((grid) => downbeatAt(grid, this.heard()));
  }

  private heard(): number {
    return this.view().position();
  }

  private async change(edit: (grid: Grid) => Grid): Promise<void> {
    const [grid, track] = [this.view().grid(), this.view().track()];
    if (!grid || !track || this.busy()) return;
    this.busy.set(true);
    try {
      const saved = await this.api.saveGrid(track.trackId, anchoredInside(edit(grid)));
      this.view().track.set({ ...track, grid: saved });
      await this.room.controls.press({ control: 'regrid', deck: this.view().id }, 0, track.trackId);
    } catch (error) {
      this.room.tell(error);
    } finally {
      this.busy.set(false);
    }
  }
}
