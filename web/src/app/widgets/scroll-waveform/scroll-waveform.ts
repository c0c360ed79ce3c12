// Waveforms of all decks, stacked over the full width, scrolling under a fixed playhead at the frame
// that is being heard. Zoom by wheel, keys or buttons; drawn outside change detection.

import {
  afterNextRender,
  ChangeDetectionStrategy,
  Component,
  DestroyRef,
  ElementRef,
  inject,
  input,
  model,
  output,
  viewChild,
} from '@angular/core';
import { animate } from '../drawing/animation';
import { deckColour, paletteOf, type Palette } from '../drawing/palette';
import { Surface } from '../drawing/surface';
import { WaveformLanePainter, type WaveformLane } from '../drawing/waveform-lane';
import { clamp } from '../maths/range';
import { SAMPLE_RATE } from '../maths/beat-grid';

const MIN_SECONDS = 2;
const MAX_SECONDS = 40;
const LANE_GAP = 3;

@Component({
  selector: 'dju-scroll-waveform',
  changeDetection: ChangeDetectionStrategy.OnPush,
  host: {
    tabindex: '0',
    role: 'img',
    '[attr.aria-label]': 'label()',
    '(wheel)': 'wheel($event)',
    '(keydown)': 'key($event)',
    '(pointerdown)': 'grab($event)',
    '(pointermove)': 'drag($event)',
    '(pointerup)': 'release($event)',
    '(pointercancel)': 'release($event)',
  },
  template: `<canvas #canvas aria-hidden="true"></canvas>`,
  styles: `
    :host {
      display: block;
      height: 168px;
      background: var(--dju-canvas, #0d0f13);
      touch-action: pan-y;
      outline-offset: -2px;
    }
    canvas {
      display: block;
      width: 100%;
      height: 100%;
    }
  `,
})
export class ScrollWaveform {
  readonly lanes = input.required<readonly WaveformLane[]>();
  readonly label = input('');
  /** Seconds of sound across the width. */
  readonly seconds = model(8);
  /** A hand drags a lane sideways: seconds of sound since the last report, towards later if positive. */
  readonly scrub = output<{ deck: string; seconds: number }>();
  readonly scrubHold = output<{ deck: string; held: boolean }>();

  private readonly canvas = viewChild.required<ElementRef<HTMLCanvasElement>>('canvas');
  private readonly element = inject<ElementRef<HTMLElement>>(ElementRef).nativeElement;
  private painters: WaveformLanePainter[] = [];
  /** Lanes that are held, by finger. */
  private readonly held = new Map<number, { readonly deck: string; x: number }>();

  constructor() {
    const destroyed = inject(DestroyRef);
    afterNextRender(() => {
      const surface = new Surface(this.canvas().nativeElement);
      const palette = paletteOf(this.element);
      const stop = animate(() => this.paint(surface, palette));
      destroyed.onDestroy(() => {
        stop();
        surface.destroy();
      });
    });
  }

  private paint({ context, size }: Surface, palette: Palette): void {
    const lanes = this.lanes();
    if (!context || size.width === 0 || lanes.length === 0) return;
    while (this.painters.length < lanes.length)
      this.painters.push(new WaveformLanePainter(palette));
    const height = (size.height - LANE_GAP * (lanes.length - 1)) / lanes.length;
    const framesPerPixel = (this.seconds() * SAMPLE_RATE) / size.width;
    context.fillStyle = '#000';
    context.fillRect(0, 0, size.width, size.height);
    lanes.forEach((lane, i) => {
      const box = { top: i * (height + LANE_GAP), width: size.width, height, scale: size.scale };
      this.painters[i].paint(context, lane, box, framesPerPixel);
      context.fillStyle = deckColour(palette, lane.deck);
      context.fillRect(0, box.top, 4, height);
    });
    this.playhead(context, size.width, size.height);
  }

  private playhead(context: CanvasRenderingContext2D, width: number, height: number): void {
    const x = Math.round(width / 2);
    context.fillStyle = 'rgba(0, 0, 0, 0.6)';
    context.fillRect(x - 2, 0, 5, height);
    context.fillStyle = '#ffffff';
    context.fillRect(x - 0.5, 0, 2, height);
  }

  protected wheel(event: WheelEvent): void {
    if (event.deltaY === 0) return;
    event.preventDefault();
    this.zoom(event.deltaY > 0 ? 1.19 : 1 / 1.19);
  }

  protected key(event: KeyboardEvent): void {
    if (event.key !== '+' && event.key !== '-') return;
    event.preventDefault();
    this.zoom(event.key === '-' ? 1.41 : 1 / 1.41);
  }

  private zoom(factor: number): void {
    this.seconds.set(clamp(this.seconds() * factor, MIN_SECONDS, MAX_SECONDS));
  }

  protected grab(event: PointerEvent): void {
    if (event.button !== 0) return;
    const box = this.element.getBoundingClientRect();
    const index = Math.floor(((event.clientY - box.top) / box.height) * this.lanes().length);
    const lane = this.lanes()[clamp(index, 0, this.lanes().length - 1)];
    if (!lane || [...this.held.values()].some(({ deck }) => deck === lane.deck)) return;
    this.element.setPointerCapture(event.pointerId);
    this.held.set(event.pointerId, { deck: lane.deck, x: event.clientX });
    this.scrubHold.emit({ deck: lane.deck, held: true });
  }

  protected drag(event: PointerEvent): void {
    const held = this.held.get(event.pointerId);
    if (!held || event.clientX === held.x) return;
    const pixels = event.clientX - held.x;
    held.x = event.clientX;
    this.scrub.emit({ deck: held.deck, seconds: (-pixels / this.element.clientWidth) * this.seconds() });
  }

  protected release(event: PointerEvent): void {
    const held = this.held.get(event.pointerId);
    if (!held) return;
    this.held.delete(event.pointerId);
    this.scrubHold.emit({ deck: held.deck, held: false });
  }
}
