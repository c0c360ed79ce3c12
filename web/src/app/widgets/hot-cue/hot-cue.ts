// A hot cue pad: empty sets, lit jumps (while held it previews when the deck is paused), with Shift
// or by a long touch it clears. Press and release are reported apart, as the control is a hold.

import { ChangeDetectionStrategy, Component, computed, input, output } from '@angular/core';
import { HOT_CUE_COLOURS } from '../drawing/palette';
import { formatTime } from '../maths/format';

const LONG_PRESS_MS = 700;

@Component({
  selector: 'dju-hot-cue',
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <button
      type="button"
      [class.lit]="active()"
      [style.--pad]="colour()"
      [disabled]="disabled()"
      [attr.aria-label]="label() || null"
      [attr.aria-pressed]="active()"
      (pointerdown)="down($event)"
      (pointerup)="up()"
      (pointercancel)="up()"
      (keydown)="keyDown($event)"
      (keyup)="keyUp($event)"
      (blur)="up()"
      (contextmenu)="$event.preventDefault()"
    >
      <b>{{ number() }}</b>
      @if (active() && position() !== null) {
        <small>{{ time() }}</small>
      }
    </button>
  `,
  styles: `
    :host {
      display: block;
    }
    button {
      width: 100%;
      height: 100%;
      min-width: 0;
      padding: 0;
      min-height: 36px;
      display: flex;
      flex-direction: column;
      align-items: center;
      justify-content: center;
      border: 1px solid color-mix(in srgb, var(--pad) 55%, #15181e);
      border-radius: 6px;
      background: #15181e;
      color: var(--dju-text-dim, #a2a9b6);
      font: inherit;
      cursor: pointer;
      touch-action: none;
      user-select: none;
    }
    button.lit {
      background: var(--pad);
      color: #0b0d10;
    }
    button:active:not(:disabled) {
      filter: brightness(1.25);
    }
    button:disabled {
      opacity: 0.45;
      cursor: default;
    }
    b {
      font-size: 14px;
      line-height: 1.1;
    }
    small {
      font-size: 10px;
      font-weight: 600;
      font-variant-numeric: tabular-nums;
    }
  `,
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

  protected down(event: PointerEvent): void {
    if (event.button !== 0) return;
    if (event.shiftKey) {
      this.clear.emit();
      return;
    }
    (event.currentTarget as HTMLElement).setPointerCapture(event.pointerId);
    this.start();
    // Touch has no Shift. A held pad that was lit before plays meanwhile, as on hardware.
    if (event.pointerType === 'touch' && this.active()) {
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

  protected keyDown(event: KeyboardEvent): void {
    if (event.repeat || (event.key !== 'Enter' && event.key !== ' ')) return;
    event.preventDefault();
    if (event.shiftKey) this.clear.emit();
    else this.start();
  }

  protected keyUp(event: KeyboardEvent): void {
    if (event.key === 'Enter' || event.key === ' ') this.up();
  }

  private start(): void {
    this.pressed = true;
    this.press.emit();
  }
}
