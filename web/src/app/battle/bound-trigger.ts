// Something that happens once, as a button; held ones (censor) last as long as the finger stays.

import { ChangeDetectionStrategy, Component, computed, input } from '@angular/core';
import { HoldButton } from '../widgets/hold-button/hold-button';
import { BoundControl } from './bound-control';

@Component({
  selector: 'dju-bound-trigger',
  imports: [HoldButton],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <button
      type="button"
      djuHold
      [class.lit]="lit()"
      [disabled]="disabled() || off()"
      [attr.aria-label]="spoken() || name()"
      [title]="spoken() || name()"
      (press)="press()"
      (release)="release()"
    >
      {{ label() }}
    </button>
  `,
  styleUrl: './small-button.css',
})
export class BoundTrigger extends BoundControl {
  readonly label = input.required<string>();
  /** Where the registry's name does not say it. */
  readonly spoken = input('');
  readonly amount = input(1);
  readonly lit = input(false);
  readonly off = input(false);
  private readonly lasts = computed(() => this.row().kind === 'hold');

  protected press(): void {
    void this.room.controls.press(this.address(), this.amount());
  }

  protected release(): void {
    if (this.lasts()) void this.room.controls.press(this.address(), 0);
  }
}
