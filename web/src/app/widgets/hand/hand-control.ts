// What knobs and faders have in common: a finger takes hold, moves and lets go; wheel, arrow keys and a
// double click move the control too; screen readers find a slider. While a hand holds the control, its
// value is shown, and the parent's as soon as the hand is gone. Extended by Knob and Fader, which know
// what a drag means on them.

import { computed, Directive, ElementRef, inject, input, output, signal } from '@angular/core';
import { clamp, keyValue, stepSize } from '../maths/range';

@Directive({
  host: {
    role: 'slider',
    '[attr.tabindex]': 'disabled() ? -1 : 0',
    '[attr.aria-label]': 'spokenName()',
    '[attr.aria-valuemin]': 'min()',
    '[attr.aria-valuemax]': 'max()',
    '[attr.aria-valuenow]': 'shown()',
    '[attr.aria-valuetext]': 'valueText() || null',
    '[attr.aria-disabled]': 'disabled()',
    '[class.held]': 'held() !== null',
    '[class.disabled]': 'disabled()',
    '[style.--accent]': 'accent() || null',
    '(pointerdown)': 'grab($event)',
    '(pointermove)': 'drag($event)',
    '(pointerup)': 'lift($event)',
    '(pointercancel)': 'lift($event)',
    '(keydown)': 'key($event)',
    '(wheel)': 'wheel($event)',
    '(dblclick)': 'reset()',
  },
})
export abstract class HandControl {
  readonly value = input.required<number>();
  readonly min = input(0);
  readonly max = input(1);
  readonly label = input('');
  readonly valueText = input('');
  readonly disabled = input(false);
  readonly accent = input('');
  readonly valueChange = output<number>();
  /** True while a hand holds the control. */
  readonly holdChange = output<boolean>();

  protected readonly held = signal<number | null>(null);
  /** The finger that holds it; others that touch the same control move nothing. */
  private finger: number | null = null;
  protected readonly shown = computed(() => this.held() ?? this.value());
  protected readonly range = computed(() => ({ min: this.min(), max: this.max() }));
  protected readonly element = inject<ElementRef<HTMLElement>>(ElementRef).nativeElement;

  /** A hand has taken the control. */
  protected abstract taken(event: PointerEvent): void;
  /** The value after the hand that holds `value` has moved. */
  protected abstract moved(event: PointerEvent, value: number): number;
  /** Where a double click returns to. */
  protected abstract home(): number;

  protected spokenName(): string {
    return this.label();
  }

  /** Whether the value grows downwards. */
  protected downwards(): boolean {
    return false;
  }

  protected grab(event: PointerEvent): void {
    if (this.disabled() || event.button !== 0 || this.finger !== null) return;
    event.preventDefault();
    this.finger = event.pointerId;
    this.element.focus({ preventScroll: true });
    this.element.setPointerCapture(event.pointerId);
    this.taken(event);
    this.held.set(this.value());
    this.holdChange.emit(true);
  }

  protected drag(event: PointerEvent): void {
    const value = this.held();
    if (value !== null && event.pointerId === this.finger) this.set(this.moved(event, value));
  }

  protected lift(event: PointerEvent): void {
    if (event.pointerId !== this.finger) return;
    this.finger = null;
    this.held.set(null);
    this.holdChange.emit(false);
  }

  protected key(event: KeyboardEvent): void {
    if (this.disabled() || event.ctrlKey || event.metaKey || event.altKey) return;
    const value = keyValue(event, this.shown(), this.range(), this.downwards());
    if (value !== null) {
      event.preventDefault();
      this.valueChange.emit(value);
    } else if (event.key === 'Delete' || event.key === 'Backspace') {
      this.reset();
    }
  }

  protected wheel(event: WheelEvent): void {
    if (this.disabled()) return;
    event.preventDefault();
    const up = -Math.sign(event.deltaY || event.deltaX) * (this.downwards() ? -1 : 1);
    const value = this.shown() + up * stepSize(this.range(), event.shiftKey);
    this.valueChange.emit(clamp(value, this.min(), this.max()));
  }

  protected reset(): void {
    if (!this.disabled()) this.set(this.home());
  }

  private set(value: number): void {
    if (this.held() !== null) this.held.set(value);
    this.valueChange.emit(value);
  }
}
