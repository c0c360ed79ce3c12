// Eight samplers, which both DJs share: what is in each, how it plays, how loud.

import { ChangeDetectionStrategy, Component, inject } from '@angular/core';
import { TranslocoDirective } from '@jsverse/transloco';
import { BattleRoom } from '../../core/battle-room';
import { LibrarySelection } from '../../core/library-selection';
import type { SamplerState } from '../../core/model';
import { TRACK_DRAG_TYPE } from '../../widgets';
import { BoundChoice } from '../bound-choice';
import { BoundKnob } from '../bound-knob';
import { BoundToggle } from '../bound-toggle';
import { BoundTrigger } from '../bound-trigger';
import { SamplerPad } from '../pads/sampler-pad';

@Component({
  selector: 'dju-sampler-rack',
  imports: [BoundChoice, BoundKnob, BoundToggle, BoundTrigger, SamplerPad, TranslocoDirective],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <ng-container *transloco="let t; prefix: 'battle.rack'">
      @for (n of slots; track n) {
        <div role="group" [attr.aria-label]="t('sampler', { n: n })" (dragover)="over($event)" (drop)="drop($event, n)">
          <dju-sampler-pad [sampler]="n" />
          <button type="button" class="load" [disabled]="!mine(n) || !selection.trackId()" [title]="t('loadWhy')" [attr.aria-label]="t('loadSampler', { n: n })" (click)="load(n)">
            ⤓
          </button>
          <dju-bound-trigger control="sampler_stop" [sampler]="n" label="■" [off]="!state(n)?.track" />
          <dju-bound-choice control="sampler_mode" [sampler]="n" [texts]="[t('oneShot'), t('gate'), t('loopMode')]" />
          <dju-bound-toggle control="sampler_sync" [sampler]="n" label="SYNC" />
          <dju-bound-knob control="sampler_volume" [sampler]="n" />
        </div>
      }
    </ng-container>
  `,
  styles: `
    :host {
      display: grid;
      grid-template-columns: repeat(auto-fit, minmax(max(148px, 24%), 1fr));
      gap: 5px;
    }
    div {
      display: grid;
      grid-template: max(36px, var(--dju-hit)) var(--dju-hit) / minmax(0, 1.6fr) minmax(0, 1fr) 36px;
      gap: 3px;
      align-items: stretch;
      padding: 4px;
      border: 1px solid var(--dju-line);
      border-radius: 6px;
      background: var(--dju-ground);
    }
    @media (min-width: 1240px) {
      :host {
        grid-template-columns: repeat(8, minmax(0, 1fr));
      }
    }
    dju-sampler-pad {
      grid-area: 1 / 1 / 2 / 2;
    }
    .load {
      grid-area: 1 / 2;
      min-height: 0;
      padding: 0;
      font-size: 16px;
    }
    dju-bound-knob {
      grid-area: 1 / 3;
    }
    dju-bound-choice {
      grid-area: 2 / 1;
    }
    dju-bound-toggle {
      grid-area: 2 / 2;
    }
    dju-bound-trigger {
      grid-area: 2 / 3;
    }
  `,
})
export class SamplerRack {
  private readonly room = inject(BattleRoom);
  protected readonly selection = inject(LibrarySelection);
  protected readonly slots = [1, 2, 3, 4, 5, 6, 7, 8];

  protected state(n: number): SamplerState | undefined {
    return this.room.samplers()[n - 1];
  }

  protected mine(n: number): boolean {
    return this.room.controls.mayMove({ control: 'sampler_play', sampler: n });
  }

  protected load(n: number): void {
    const trackId = this.selection.trackId();
    if (trackId) void this.room.loadSampler(n, trackId);
  }

  protected over(event: DragEvent): void {
    if (event.dataTransfer?.types.includes(TRACK_DRAG_TYPE)) event.preventDefault();
  }

  protected drop(event: DragEvent, n: number): void {
    const trackId = event.dataTransfer?.getData(TRACK_DRAG_TYPE);
    if (!trackId || !this.mine(n)) return;
    event.preventDefault();
    void this.room.loadSampler(n, trackId);
  }
}
