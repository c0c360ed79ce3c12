// A straight control, upright or level: channel fader, crossfader, tempo. It moves by how far the
// hand moves, not to where it lands, so that a touch beside the cap makes no jump in the sound.

import { ChangeDetectionStrategy, Component, computed, input } from '@angular/core';
import { HandControl } from '../hand/hand-control';
import { clamp, fromFraction, toFraction, withDetent } from '../maths/range';

@Component({
  selector: 'dju-fader',
  changeDetection: ChangeDetectionStrategy.OnPush,
  host: {
    '[attr.aria-orientation]': 'orientation()',
    '[class.horizontal]': 'horizontal()',
    '[style.--at]': 'travel()',
  },
  template: `
    <span class="slot" aria-hidden="true"></span>
    <span class="ticks" aria-hidden="true">
      @for (tick of ticks; track tick) {
        <i [class.centre]="tick === 5"></i>
      }
    </span>
    <span class="cap" aria-hidden="true"></span>
  `,
  styles: `
    :host {
      --cap: 26px;
      position: relative;
      display: inline-block;
      width: 38px;
      height: 150px;
      cursor: grab;
      touch-action: none;
      user-select: none;
      border-radius: 6px;
      outline-offset: 2px;
    }
    :host(.horizontal) {
      width: 220px;
      height: 38px;
    }
    :host(.held) {
      cursor: grabbing;
    }
    :host(.disabled) {
      opacity: 0.45;
      cursor: default;
    }
    .slot {
      position: absolute;
      left: calc(50% - 3px);
      width: 6px;
      top: 4px;
      bottom: 4px;
      border-radius: 3px;
      background: #07080a;
      box-shadow: inset 0 0 0 1px var(--dju-control-track, #2b303a);
    }
    .horizontal .slot,
    :host(.horizontal) .slot {
      left: 4px;
      right: 4px;
      width: auto;
      top: calc(50% - 3px);
      bottom: auto;
      height: 6px;
    }
    .ticks {
      position: absolute;
      inset: calc(var(--cap) / 2) 2px;
      display: flex;
      flex-direction: column;
      justify-content: space-between;
    }
    .ticks i {
      height: 1px;
      background: var(--dju-control-edge, #3b4250);
      opacity: 0.7;
    }
    .ticks .centre {
      background: var(--dju-text-dim, #a2a9b6);
      opacity: 1;
    }
    :host(.horizontal) .ticks {
      inset: 4px calc(var(--cap) / 2);
      flex-direction: row;
    }
    :host(.horizontal) .ticks i {
      width: 1px;
      height: auto;
    }
    .cap {
      position: absolute;
      left: 3px;
      right: 3px;
      height: var(--cap);
      top: calc(var(--at) * (100% - var(--cap)));
      border-radius: 4px;
      border: 1px solid var(--dju-control-edge, #3b4250);
      background: linear-gradient(
        var(--dju-control-cap, #2d323d) 0 42%,
        var(--accent, var(--dju-text, #e8ebf0)) 42% 58%,
        var(--dju-control-cap, #2d323d) 58%
      );
      box-shadow: 0 2px 5px rgb(0 0 0 / 50%);
    }
    :host(.horizontal) .cap {
      top: 3px;
      bottom: 3px;
      height: auto;
      width: var(--cap);
      right: auto;
      left: calc(var(--at) * (100% - var(--cap)));
      background: linear-gradient(
        90deg,
        var(--dju-control-cap, #2d323d) 0 42%,
        var(--accent, var(--dju-text, #e8ebf0)) 42% 58%,
        var(--dju-control-cap, #2d323d) 58%
      );
    }
    :host(.held) .cap {
      border-color: var(--dju-text-dim, #a2a9b6);
    }
  `,
})
export class Fader extends HandControl {
  readonly default = input<number | undefined>(undefined);
  readonly orientation = input<'vertical' | 'horizontal'>('vertical');
  /** Upright: the maximum is at the bottom (tempo faders). Level: at the left. */
  readonly invert = input(false);
  /** A notch at the default (or the middle). */
  readonly detent = input(false);

  protected readonly ticks = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
  /** Share of the way from the top (or the left) at which the cap stands. */
  protected readonly travel = computed(() => {
    const fraction = toFraction(this.shown(), this.range());
    return this.upwards() ? 1 - fraction : fraction;
  });
  protected readonly horizontal = computed(() => this.orientation() === 'horizontal');
  private readonly upwards = computed(() => (this.orientation() === 'vertical') !== this.invert());
  private lastAt = 0;
  /** Travel without the detent, so that a slow hand can leave the notch again. */
  private free = 0;

  protected override downwards(): boolean {
    return !this.horizontal() && this.invert();
  }

  protected override home(): number {
    return this.default() ?? (this.min() + this.max()) / 2;
  }

  protected override taken(event: PointerEvent): void {
    this.lastAt = this.at(event);
    this.free = toFraction(this.value(), this.range());
  }

  protected override moved(event: PointerEvent): number {
    const extent = this.horizontal() ? this.element.clientWidth : this.element.clientHeight;
    const share = (this.at(event) - this.lastAt) / Math.max(1, extent - CAP_PIXELS);
    const moved = share * (event.shiftKey ? 0.1 : 1);
    this.lastAt = this.at(event);
    this.free = clamp(this.free + (this.upwards() ? -moved : moved), 0, 1);
    const value = fromFraction(this.free, this.range());
    return this.detent() ? withDetent(value, this.range(), this.home()) : value;
  }

  private at(event: PointerEvent): number {
    return this.horizontal() ? event.clientX : event.clientY;
  }
}

const CAP_PIXELS = 26;
