// Tiles of a waveform, each drawn once into an OffscreenCanvas and then only copied: a rectangle a
// column and frame does not reach 60 fps, copies cost 0.1 ms. A tile is 512 columns at one pixel a
// column; the scroller stretches it to the zoom and tempo of the moment.

import { columnsAt, type Waveform } from '../maths/waveform';
import type { Palette } from './palette';

export const TILE_COLUMNS = 512;
/** Both decks at the deepest zoom show about ten; the rest is what one scrolls back to. */
const MAX_TILES = 48;

type Tile = OffscreenCanvas;

export class WaveformTiles {
  private readonly tiles = new Map<string, Tile>();

  constructor(
    private readonly waveform: Waveform,
    private readonly height: number,
    private readonly palette: Palette,
  ) {}

  /** Tile `index` of columns of `columnFrames`, or null when `mayDraw` is false and it is not there yet. */
  get(columnFrames: number, index: number, mayDraw: boolean): Tile | null {
    const key = `${columnFrames}/${index}`;
    const known = this.tiles.get(key);
    if (known) {
      this.tiles.delete(key);
      this.tiles.set(key, known);
      return known;
    }
    if (!mayDraw) return null;
    const tile = this.draw(columnFrames, index);
    this.tiles.set(key, tile);
    if (this.tiles.size > MAX_TILES) this.tiles.delete(this.tiles.keys().next().value as string);
    return tile;
  }

  private draw(columnFrames: number, index: number): Tile {
    const tile = new OffscreenCanvas(TILE_COLUMNS, this.height);
    const context = tile.getContext('2d');
    if (context) {
      const columns = columnsAt(this.waveform, columnFrames, index * TILE_COLUMNS, TILE_COLUMNS);
      drawBands(context, columns, TILE_COLUMNS, this.height, this.palette);
    }
    return tile;
  }
}

/**
 * Columns (low, mid, high, all) mirrored about the middle, one pixel each. The whole sound stands
 * behind as a pale silhouette; low, mid and high lie over it, the quieter in front of the louder as
 * long as bass is the loudest band, which in dance music it is.
 */
export function drawBands(
  context: CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D,
  columns: Uint8Array,
  count: number,
  height: number,
  palette: Palette,
): void {
  const layers: readonly [band: number, colour: string, gain: number, alpha: number][] = [
    [3, palette.dim, 1, 0.22],
    [0, palette.low, 0.98, 0.95],
    [1, palette.mid, 0.72, 0.85],
    [2, palette.high, 0.5, 0.9],
  ];
  const middle = height / 2;
  for (const [band, colour, gain, alpha] of layers) {
    context.globalAlpha = alpha;
    context.fillStyle = colour;
    context.beginPath();
    for (let x = 0; x < count; ++x) {
      const half = (columns[x * 4 + band] / 255) * (middle - 1) * gain;
      if (half >= 0.5) context.rect(x, middle - half, 1, half * 2);
    }
    context.fill();
  }
  context.globalAlpha = 1;
}
