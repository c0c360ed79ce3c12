// A performance pad: a name, lit while what it does is on. Press and release are reported apart, as
// what it moves is held. A pad with a second function (clear, stop) does that with Shift, or, as touch
// has no Shift, when one that was lit is held long.

import { ChangeDetectionStrategy, Component, input, output } from '@angular/core';
import { HoldButton } from '../hold-button/hold-button';

const LONG_PRESS_MS = 700;

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
      (press)="down($event)"
      (release)="up()"
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
  /** Whether it has a second function. */
  readonly secondary = input(false);
  readonly press = output<void>();
  readonly release = output<void>();
  readonly second = output<void>();

  private pressed = false;
  private longPress: ReturnType<typeof setTimeout> | undefined;

  protected down(event: PointerEvent | KeyboardEvent): void {
    if (this.secondary() && event.shiftKey) {
      this.second.emit();
      return;
    }
    this.pressed = true;
    this.press.emit();
    // What the pad does lasts meanwhile, as on hardware.
    if (this.secondary() && 'pointerType' in event && event.pointerType === 'touch' && this.lit()) {
      this.longPress = setTimeout(() => {
        this.up();
        this.second.emit();
      }, LONG_PRESS_MS);
    }
  }

  protected up(): void {
    clearTimeout(this.longPress);
    if (!this.pressed) return;
    this.pressed = false;
    this.release.emit();
  }
}
