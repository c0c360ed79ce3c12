// Loops by hand: in, out, on and off, size, and moving them.

import { ChangeDetectionStrategy, Component, computed, inject, input } from '@angular/core';
import { TranslocoDirective } from '@jsverse/transloco';
import { BattleRoom } from '../core/battle-room';
import type { DeckView } from '../core/deck-view';
import { BEAT_SIZES, beatsText } from '../widgets';
import { BoundToggle } from './bound-toggle';
import { BoundTrigger } from './bound-trigger';

@Component({
  selector: 'dju-loop-strip',
  imports: [BoundToggle, BoundTrigger, TranslocoDirective],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <ng-container *transloco="let t; prefix: 'battle.loop'">
      <div role="group" [attr.aria-label]="t('loops', { deck: view().id })">
        <dju-bound-trigger control="loop_in" [deck]="view().id" [label]="t('in')" [off]="off()" [lit]="view().facts().loopIn !== null" />
        <dju-bound-trigger control="loop_out" [deck]="view().id" [label]="t('out')" [off]="off()" [lit]="view().facts().loopOut !== null" />
        <dju-bound-toggle control="loop" [deck]="view().id" label="LOOP" colour="var(--dju-ok)" [off]="off() || view().facts().loopOut === null" />
      </div>
      <div>
        <dju-bound-trigger control="loop_move" [deck]="view().id" label="◀" [spoken]="t('earlier', { beats: size(), deck: view().id })" [amount]="-beats()" [off]="!looping()" />
        <dju-bound-trigger control="loop_halve" [deck]="view().id" label="½" [off]="off()" />
        <select [attr.aria-label]="t('size', { deck: view().id })" [disabled]="off() || !mine()" [value]="nearest()" (change)="choose($event)">
          @for (beats of sizes; track beats) {
            <option [value]="beats" [selected]="beats === nearest()">{{ text(beats) }}</option>
          }
        </select>
        <dju-bound-trigger control="loop_double" [deck]="view().id" label="×2" [off]="off()" />
        <dju-bound-trigger control="loop_move" [deck]="view().id" label="▶" [spoken]="t('later', { beats: size(), deck: view().id })" [amount]="beats()" [off]="!looping()" />
      </div>
    </ng-container>
  `,
  styles: `
    :host {
      display: grid;
      gap: 4px;
    }
    div {
      display: flex;
      gap: 3px;
    }
    dju-bound-trigger,
    dju-bound-toggle {
      flex: 1 1 20px;
    }
    select {
      flex: 1.6 1 36px;
      min-width: 0;
      min-height: var(--dju-hit);
      padding: 0;
      font-size: 12px;
      font-weight: 650;
      text-align: center;
    }
    @media (pointer: coarse) {
      select {
        flex-grow: 1;
        flex-basis: 20px;
        appearance: none;
      }
    }
  `,
})
export class LoopStrip {
  readonly view = input.required<DeckView>();
  private readonly room = inject(BattleRoom);
  protected readonly sizes = BEAT_SIZES;
  protected readonly text = beatsText;
  protected readonly mine = computed(() => this.room.controls.mayMove({ control: 'beatloop', deck: this.view().id }));
  protected readonly off = computed(() => this.view().track() === null);
  protected readonly looping = computed(() => this.view().facts().looping);
  protected readonly beats = computed(() => this.view().facts().loopBeats);
  protected readonly size = computed(() => beatsText(this.beats()));
  /** The size of the list that the loop has; a loop by hand may lie between two. */
  protected readonly nearest = computed(() => {
    const distance = (size: number) => Math.abs(Math.log2(size / Math.max(this.beats(), 1 / 64)));
    return BEAT_SIZES.reduce((best, size) => (distance(size) < distance(best) ? size : best));
  });

  protected choose(event: Event): void {
    const beats = Number((event.target as HTMLSelectElement).value);
    void this.room.controls.press({ control: 'beatloop', deck: this.view().id }, beats);
  }
}
