// A jog wheel: the top holds the platter (scratch, or searching while paused), the rim bends the
// tempo. Turns are reported once an animation frame at most, so that a fast hand is not a flood.
// Keyboard: left and right bend by a notch, with Shift they move the held platter.

import {
  afterNextRender,
  ChangeDetectionStrategy,
  Component,
  DestroyRef,
  ElementRef,
  inject,
  input,
  output,
  signal,
  viewChild,
} from '@angular/core';
import { animate } from '../drawing/animation';
import { paintJog } from '../drawing/jog-painter';
import { deckColour, paletteOf } from '../drawing/palette';
import { Surface } from '../drawing/surface';
import { angleTurns, jogZone, turnDelta, type JogZone } from '../maths/jog';

@Component({
  selector: 'dju-jog-wheel',
  changeDetection: ChangeDetectionStrategy.OnPush,
  host: {
    role: 'slider',
    '[attr.tabindex]': 'disabled() ? -1 : 0',
    '[attr.aria-label]': 'label()',
    '[attr.aria-valuenow]': '0',
    '[attr.aria-valuemin]': '-1',
    '[attr.aria-valuemax]': '1',
    '[attr.aria-valuetext]': 'valueText() || null',
    '[attr.aria-disabled]': 'disabled()',
    '[class.disabled]': 'disabled()',
    '[class.top]': "zone() === 'top'",
    '(pointerdown)': 'grab($event)',
    '(pointermove)': 'move($event)',
    '(pointerup)': 'lift($event)',
    '(pointercancel)': 'lift($event)',
    '(keydown)': 'keyDown($event)',
    '(keyup)': 'keyUp($event)',
  },
  template: `<canvas #canvas aria-hidden="true"></canvas>`,
  styles: `
    :host {
      display: block;
      aspect-ratio: 1;
      width: 180px;
      border-radius: 50%;
      cursor: grab;
      touch-action: none;
      user-select: none;
      outline-offset: 3px;
    }
    :host(.top) {
      cursor: grabbing;
    }
    :host(.disabled) {
      cursor: default;
    }
    canvas {
      display: block;
      width: 100%;
      height: 100%;
    }
  `,
})
export class JogWheel {
  /** Turns of the platter at the heard position; a function is asked each frame. */
  readonly position = input.required<number | (() => number)>();
  /** Share of the track that has been played. */
  readonly progress = input<number | (() => number)>(0);
  readonly playing = input(false);
  readonly deck = input<'A' | 'B' | 'C' | 'D'>('A');
  readonly label = input('');
  readonly valueText = input('');
  readonly disabled = input(false);
  /** True while the top is held. */
  readonly touch = output<boolean>();
  /** Turns since the last report, with the top held. */
  readonly turn = output<number>();
  /** Turns since the last report, at the rim. */
  readonly bend = output<number>();

  protected readonly zone = signal<JogZone | null>(null);
  private readonly canvas = viewChild.required<ElementRef<HTMLCanvasElement>>('canvas');
  private readonly element = inject<ElementRef<HTMLElement>>(ElementRef).nativeElement;
  /** The finger that moves it. */
  private finger: number | null = null;
  private angle = 0;
  private pending = 0;

  constructor() {
    const destroyed = inject(DestroyRef);
    afterNextRender(() => {
      const surface = new Surface(this.canvas().nativeElement, undefined, false);
      const palette = paletteOf(this.element);
      const stop = animate(() => {
        this.report();
        if (!surface.context || surface.size.width === 0) return;
        const state = {
          turns: valueOf(this.position()),
          progress: valueOf(this.progress()),
          playing: this.playing(),
          touched: this.zone() === 'top',
        };
        paintJog(
          surface.context,
          surface.size.width,
          state,
          deckColour(palette, this.deck()),
          palette,
        );
      });
      destroyed.onDestroy(() => {
        stop();
        surface.destroy();
      });
    });
    destroyed.onDestroy(() => this.release());
  }

  protected grab(event: PointerEvent): void {
    if (this.disabled() || event.button !== 0 || this.zone() !== null) return;
    event.preventDefault();
    this.element.focus({ preventScroll: true });
    this.element.setPointerCapture(event.pointerId);
    this.finger = event.pointerId;
    const { x, y, radius } = this.point(event);
    this.angle = angleTurns(x, y);
    this.hold(jogZone(x, y, radius));
  }

  protected move(event: PointerEvent): void {
    if (this.zone() === null || event.pointerId !== this.finger) return;
    // Coalesced events keep the path of a fast hand that turned more than half a turn in a frame.
    const events = event.getCoalescedEvents?.() ?? [];
    for (const e of events.length > 0 ? events : [event]) {
      const { x, y } = this.point(e);
      const angle = angleTurns(x, y);
      this.pending += turnDelta(this.angle, angle);
      this.angle = angle;
    }
  }

  protected lift(event: PointerEvent): void {
    if (event.pointerId === this.finger) this.release();
  }

  protected release(): void {
    const zone = this.zone();
    if (zone === null) return;
    this.report();
    this.finger = null;
    this.zone.set(null);
    if (zone === 'top') this.touch.emit(false);
  }

  protected keyDown(event: KeyboardEvent): void {
    const direction = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    if (direction === 0 || this.disabled() || event.ctrlKey || event.metaKey || event.altKey)
      return;
    event.preventDefault();
    if (event.shiftKey && this.zone() === null) this.hold('top');
    if (this.zone() === 'top') this.pending += direction * KEY_TURN;
    else this.bend.emit(direction * KEY_TURN);
  }

  protected keyUp(event: KeyboardEvent): void {
    if (event.key === 'Shift') this.release();
  }

  private hold(zone: JogZone): void {
    this.pending = 0;
    this.zone.set(zone);
    if (zone === 'top') this.touch.emit(true);
  }

  private report(): void {
    if (this.pending === 0) return;
    const turns = this.pending;
    this.pending = 0;
    if (this.zone() === 'top') this.turn.emit(turns);
    else if (this.zone() === 'rim') this.bend.emit(turns);
  }

  private point(event: PointerEvent): { x: number; y: number; radius: number } {
    const box = this.element.getBoundingClientRect();
    const radius = box.width / 2;
    return {
      x: event.clientX - box.left - radius,
      y: event.clientY - box.top - box.height / 2,
      radius,
    };
  }
}

/** A key press turns the platter by this much: about a tenth of a beat at 128 BPM. */
const KEY_TURN = 1 / 36;

function valueOf(source: number | (() => number)): number {
  return typeof source === 'function' ? source() : source;
}
