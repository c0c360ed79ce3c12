// A performance pad: a name, lit while what it does is on. Press and release are reported apart.

import { ChangeDetectionStrategy, Component, input, output } from '@angular/core';
import { HoldButton } from '../hold-button/hold-button';

@Component({
  selector: 'dju-pad',
  imports: [HoldButton],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <button
      type="button"
      djuHold
      [class.lit]="lit()"
      [style.--pad]="colour()"
      [disabled]="disabled()"
      [attr.aria-label]="label()"
      [attr.aria-pressed]="lit()"
      [title]="label()"
      (press)="press.emit($event.shiftKey)"
      (release)="release.emit()"
    >
      <b>{{ text() }}</b>
      @if (detail()) {
        <small>{{ detail() }}</small>
      }
    </button>
  `,
  styleUrl: './pad.css',
})
export class Pad {
  readonly text = input.required<string>();
  readonly detail = input('');
  /** Spoken. */
  readonly label = input.required<string>();
  readonly lit = input(false);
  readonly colour = input('var(--dju-accent)');
  readonly disabled = input(false);
  /** Whether Shift is held. */
  readonly press = output<boolean>();
  readonly release = output<void>();
}
