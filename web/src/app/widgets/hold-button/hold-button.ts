// A button that is held: pressed and released are reported apart, once each, whichever way the hand
// comes and goes. The button keeps the finger that pressed it, so that one that slides off still lets
// go, and a second finger changes nothing. Space and Enter hold it too.

import { DestroyRef, Directive, inject, output } from '@angular/core';

@Directive({
  selector: 'button[djuHold]',
  host: {
    '(pointerdown)': 'down($event)',
    '(pointerup)': 'up($event)',
    '(pointercancel)': 'up($event)',
    '(keydown)': 'keyDown($event)',
    '(keyup)': 'keyUp($event)',
    '(blur)': 'letGo()',
    '(contextmenu)': '$event.preventDefault()',
    '[style.touch-action]': '"none"',
  },
})
export class HoldButton {
  /** The event tells of Shift and of the kind of pointer. */
  readonly press = output<PointerEvent | KeyboardEvent>();
  readonly release = output<void>();
  private finger: number | 'key' | null = null;

  constructor() {
    inject(DestroyRef).onDestroy(() => (this.finger = null));
  }

  protected down(event: PointerEvent): void {
    if (event.button !== 0 || this.finger !== null) return;
    (event.currentTarget as HTMLElement).setPointerCapture(event.pointerId);
    this.finger = event.pointerId;
    this.press.emit(event);
  }

  protected up(event: PointerEvent): void {
    if (this.finger === event.pointerId) this.letGo();
  }

  protected keyDown(event: KeyboardEvent): void {
    if (event.key !== ' ' && event.key !== 'Enter') return;
    event.preventDefault();
    if (event.repeat || this.finger !== null) return;
    this.finger = 'key';
    this.press.emit(event);
  }

  protected keyUp(event: KeyboardEvent): void {
    if (event.key !== ' ' && event.key !== 'Enter') return;
    event.preventDefault();
    if (this.finger === 'key') this.letGo();
  }

  protected letGo(): void {
    if (this.finger === null) return;
    this.finger = null;
    this.release.emit();
  }
}
