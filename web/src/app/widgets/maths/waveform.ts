// The waveform blob of docs/waveform.md, parsed without copying, and its columns at any zoom. Pure.

export interface WaveformLevel {
  readonly framesPerColumn: number;
  readonly columns: number;
  /** columns × (low, mid, high, all), each 255·sqrt(peak). */
  readonly data: Uint8Array;
}

export interface Waveform {
  readonly frames: number;
  /** Finest first, without the overview. */
  readonly levels: readonly WaveformLevel[];
  readonly overview: WaveformLevel;
}

export const OVERVIEW_COLUMNS = 1200;
const HEADER_BYTES = 16;
const ENTRY_BYTES = 12;
const COLUMN_BYTES = 4;

/** Throws an Error that names what is wrong; the bytes come from the network. */
export function parseWaveform(buffer: ArrayBuffer): Waveform {
  const view = new DataView(buffer);
  if (buffer.byteLength < HEADER_BYTES || view.getUint32(0, false) !== 0x444a5557) {
    throw new Error('waveform: not a DJUW blob');
  }
  if (view.getUint8(4) !== 1) throw new Error(`waveform: version ${view.getUint8(4)} is not known`);
  const count = view.getUint8(5);
  const frames = Number(view.getBigUint64(8, true));
  if (buffer.byteLength < HEADER_BYTES + count * ENTRY_BYTES) throw new Error('waveform: cut off');
  const levels: WaveformLevel[] = [];
  for (let i = 0; i < count; ++i)
    levels.push(parseLevel(buffer, view, HEADER_BYTES + i * ENTRY_BYTES, i));
  const overview = levels.pop();
  if (!overview || levels.length === 0) throw new Error('waveform: no levels');
  return { frames, levels, overview };
}

function parseLevel(buffer: ArrayBuffer, view: DataView, at: number, index: number): WaveformLevel {
  const framesPerColumn = view.getUint32(at, true);
  const columns = view.getUint32(at + 4, true);
  const offset = view.getUint32(at + 8, true);
  if (framesPerColumn === 0 || offset + columns * COLUMN_BYTES > buffer.byteLength) {
    throw new Error(`waveform: level ${index} lies outside the blob`);
  }
  return { framesPerColumn, columns, data: new Uint8Array(buffer, offset, columns * COLUMN_BYTES) };
}

/**
 * The column width, in track frames, at which a tile is drawn for a zoom of `framesPerPixel`: a
 * power of two times the finest level, nearest to one column a pixel, so that tiles are scaled by at
 * most √2 when the tempo or the zoom moves and need not be drawn again.
 */
export function tileColumnFrames(waveform: Waveform, framesPerPixel: number): number {
  const finest = waveform.levels[0].framesPerColumn;
  const octave = Math.round(Math.log2(framesPerPixel / finest));
  return finest * 2 ** Math.min(10, Math.max(0, octave));
}

/**
 * `count` columns of `columnFrames` from column `first`, as maxima of the coarsest level that is
 * fine enough: what a tile or an overview draws. Columns beyond the track are zero.
 */
export function columnsAt(
  waveform: Waveform,
  columnFrames: number,
  first: number,
  count: number,
): Uint8Array {
  const level =
    [...waveform.levels].reverse().find((l) => l.framesPerColumn <= columnFrames) ??
    waveform.levels[0];
  const ratio = columnFrames / level.framesPerColumn;
  const out = new Uint8Array(count * COLUMN_BYTES);
  for (let i = 0; i < count; ++i) {
    const from = Math.max(0, Math.floor((first + i) * ratio));
    const to = Math.min(level.columns, Math.max(from + 1, Math.floor((first + i + 1) * ratio)));
    if (first + i < 0) continue;
    for (let c = from; c < to; ++c) {
      for (let band = 0; band < COLUMN_BYTES; ++band) {
        const value = level.data[c * COLUMN_BYTES + band];
        if (value > out[i * COLUMN_BYTES + band]) out[i * COLUMN_BYTES + band] = value;
      }
    }
  }
  return out;
}

/** The overview resampled to `width` pixels by maxima. */
export function overviewColumns(waveform: Waveform, width: number): Uint8Array {
  const { columns, data } = waveform.overview;
  const used = Math.min(columns, Math.ceil(waveform.frames / waveform.overview.framesPerColumn));
  const out = new Uint8Array(width * COLUMN_BYTES);
  for (let x = 0; x < width; ++x) {
    const from = Math.floor((x * used) / width);
    const to = Math.max(from + 1, Math.floor(((x + 1) * used) / width));
    for (let c = from; c < Math.min(to, used); ++c) {
      for (let band = 0; band < COLUMN_BYTES; ++band) {
        out[x * COLUMN_BYTES + band] = Math.max(
          out[x * COLUMN_BYTES + band],
          data[c * COLUMN_BYTES + band],
        );
      }
    }
  }
  return out;
}
