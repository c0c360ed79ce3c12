// A switch as a button: lit while on. A kill is momentary when it is held longer than a click.

import { ChangeDetectionStrategy, Component, computed, input } from '@angular/core';
import { BoundControl } from './bound-control';

const CLICK_MS = 300;

@Component({
  selector: 'dju-bound-toggle',
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <button
      type="button"
      [class.on]="on()"
      [disabled]="disabled() || off()"
      [attr.aria-label]="name()"
      [attr.aria-pressed]="on()"
      [title]="name()"
      [style.--accent]="colour()"
      (pointerdown)="down($event)"
      (pointerup)="up()"
      (pointercancel)="up()"
      (click)="click($event)"
    >
      {{ label() }}
    </button>
  `,
  styleUrl: './small-button.css',
})
export class BoundToggle extends BoundControl {
  readonly label = input('');
  readonly colour = input('var(--dju-accent)');
  readonly momentary = input(false);
  readonly off = input(false);
  protected readonly on = computed(() => this.value() > 0.5);
  private downAt = 0;

  protected down(event: PointerEvent): void {
    if (event.button !== 0 || this.disabled()) return;
    (event.currentTarget as HTMLElement).setPointerCapture(event.pointerId);
    this.downAt = performance.now();
    this.room.controls.toggle(this.address());
  }

  protected up(): void {
    if (this.downAt === 0) return;
    if (this.momentary() && performance.now() - this.downAt > CLICK_MS) this.room.controls.toggle(this.address());
    this.downAt = 0;
  }

  /** Pointers act on the way down; a click without a pointer is the keyboard's. */
  protected click(event: MouseEvent): void {
    if (event.detail === 0) this.room.controls.toggle(this.address());
  }
}
