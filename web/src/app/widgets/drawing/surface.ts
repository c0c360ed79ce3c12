// A canvas that keeps the size of its element in device pixels. Without a 2D context (a test's DOM)
// nothing is drawn.

export interface Size {
  /** CSS pixels. */
  readonly width: number;
  readonly height: number;
  /** Device pixels a CSS pixel, at most 2: beyond that a waveform costs more than it shows. */
  readonly scale: number;
}

export class Surface {
  readonly context: CanvasRenderingContext2D | null;
  private current: Size = { width: 0, height: 0, scale: 1 };
  private readonly observer: ResizeObserver | null;

  constructor(
    private readonly canvas: HTMLCanvasElement,
    private readonly resized: (size: Size) => void = () => undefined,
    opaque = true,
  ) {
    this.context = canvas.getContext ? canvas.getContext('2d', { alpha: !opaque }) : null;
    this.observer =
      typeof ResizeObserver === 'undefined' ? null : new ResizeObserver(() => this.measure());
    this.observer?.observe(canvas);
    this.measure();
  }

  get size(): Size {
    return this.current;
  }

  destroy(): void {
    this.observer?.disconnect();
  }

  private measure(): void {
    const scale = Math.min(2, globalThis.devicePixelRatio || 1);
    const { clientWidth: width, clientHeight: height } = this.canvas;
    if (
      width === this.current.width &&
      height === this.current.height &&
      scale === this.current.scale
    )
      return;
    this.current = { width, height, scale };
    this.canvas.width = Math.max(1, Math.round(width * scale));
    this.canvas.height = Math.max(1, Math.round(height * scale));
    this.context?.setTransform(scale, 0, 0, scale, 0, 0);
    this.resized(this.current);
  }
}
