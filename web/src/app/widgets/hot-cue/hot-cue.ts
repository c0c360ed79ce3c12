// A hot cue pad: empty sets, lit jumps (while held it previews when the deck is paused), with Shift
// or by a long touch it clears. Press and release are reported apart, as the control is a hold.

import { ChangeDetectionStrategy, Component, computed, input, output } from '@angular/core';
import { HOT_CUE_COLOURS } from '../drawing/palette';
import { HoldButton } from '../hold-button/hold-button';
import { formatTime } from '../maths/format';

const LONG_PRESS_MS = 700;

@Component({
  selector: 'dju-hot-cue',
  imports: [HoldButton],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <button
      type="button"
      djuHold
      [class.lit]="active()"
      [style.--pad]="colour()"
      [disabled]="disabled()"
      [attr.aria-label]="label() || null"
      [attr.aria-pressed]="active()"
      (press)="down($event)"
      (release)="up()"
    >
      <b>{{ number() }}</b>
      @if (active() && position() !== null) {
        <small>{{ time() }}</small>
      }
    </button>
  `,
  styleUrl: '../pad/pad.css',
})
export class HotCue {
  /** 1–8. */
  readonly number = input.required<number>();
  readonly active = input(false);
  /** Seconds, or null. */
  readonly position = input<number | null>(null);
  readonly label = input('');
  readonly disabled = input(false);
  readonly press = output<void>();
  readonly release = output<void>();
  readonly clear = output<void>();

  protected readonly colour = computed(() => HOT_CUE_COLOURS[(this.number() - 1) % 8]);
  protected readonly time = computed(() => formatTime(this.position() ?? NaN));
  private pressed = false;
  private longPress: ReturnType<typeof setTimeout> | undefined;

  protected down(event: PointerEvent | KeyboardEvent): void {
    if (event.shiftKey) {
      this.clear.emit();
      return;
    }
    this.pressed = true;
    this.press.emit();
    // Touch has no Shift. A held pad that was lit before plays meanwhile, as on hardware.
    if ('pointerType' in event && event.pointerType === 'touch' && this.active()) {
      this.longPress = setTimeout(() => {
        this.up();
        this.clear.emit();
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
