// One deck's scrolling waveform: tiles, beats, cues, drawn around a fixed playhead. A plain class;
// the component beside it only hands it positions.

import { beatLines, type BeatGrid } from '../maths/beat-grid';
import type { LoopMark, TrackMarks } from '../maths/marks';
import { tileColumnFrames, type Waveform } from '../maths/waveform';
import { paintLaneMarks, paintLoop, paintSlip } from './marks-painter';
import { deckColour, HOT_CUE_COLOURS, type Palette } from './palette';
import { TILE_COLUMNS, WaveformTiles } from './waveform-tiles';

/** What a lane shows. The functions are called each animation frame and must be cheap. */
export interface WaveformLane {
  readonly deck: 'A' | 'B' | 'C' | 'D';
  readonly waveform: Waveform | null;
  readonly grid: BeatGrid | null;
  /** Main cue point and hot cues, track frames; null where none is set. */
  readonly cueFrame: number | null;
  readonly hotCues: readonly (number | null)[];
  /** Phrases, cues and vocals of the track. */
  readonly marks?: TrackMarks;
  /** Track frames; lit while the deck goes round in it. */
  readonly loop?: LoopMark | null;
  /** Where the deck would be without slip's detour, or null. */
  slipAt?(): number | null;
  /** Position that is being heard, track frames. */
  positionAt(): number;
  /** Track frames a frame of sound: 1 at original tempo. Waveforms of matched decks then line up. */
  rateAt(): number;
}

export interface LaneBox {
  readonly top: number;
  readonly width: number;
  readonly height: number;
  readonly scale: number;
}

const MIN_BEAT_PIXELS = 10;

export class WaveformLanePainter {
  private tiles: WaveformTiles | null = null;
  private tilesOf: Waveform | null = null;
  private tileHeight = 0;

  constructor(private readonly palette: Palette) {}

  /** `framesPerPixel` is of sound; the track's own follows from its rate. */
  paint(
    context: CanvasRenderingContext2D,
    lane: WaveformLane,
    box: LaneBox,
    framesPerPixel: number,
  ): void {
    const position = lane.positionAt();
    const trackPerPixel = framesPerPixel * Math.max(0.05, Math.abs(lane.rateAt()));
    const centre = Math.round(box.width / 2);
    const toX = (frame: number) => centre + (frame - position) / trackPerPixel;
    const from = position - centre * trackPerPixel;
    const to = position + (box.width - centre) * trackPerPixel;

    context.save();
    context.beginPath();
    context.rect(0, box.top, box.width, box.height);
    context.clip();
    context.fillStyle = this.palette.ground;
    context.fillRect(0, box.top, box.width, box.height);
    if (lane.waveform) {
      this.paintTiles(context, lane.waveform, box, trackPerPixel, from, to, toX);
      this.paintEnds(context, lane.waveform, box, toX);
    }
    if (lane.loop) paintLoop(context, lane.loop, box, toX, this.palette);
    if (lane.grid) this.paintBeats(context, lane.grid, box, from, to, trackPerPixel, toX);
    if (lane.marks) paintLaneMarks(context, lane.marks, box, toX, this.palette);
    this.paintCues(context, lane, box, toX);
    paintSlip(context, lane.slipAt?.() ?? null, box, toX, this.palette);
    context.restore();
  }

  private paintTiles(
    context: CanvasRenderingContext2D,
    waveform: Waveform,
    box: LaneBox,
    trackPerPixel: number,
    from: number,
    to: number,
    toX: (frame: number) => number,
  ): void {
    const height = Math.max(2, Math.round(box.height * box.scale));
    if (this.tilesOf !== waveform || this.tileHeight !== height) {
      this.tiles = new WaveformTiles(waveform, height, this.palette);
      this.tilesOf = waveform;
      this.tileHeight = height;
    }
    const columnFrames = tileColumnFrames(waveform, trackPerPixel / box.scale);
    const tileFrames = columnFrames * TILE_COLUMNS;
    const last = Math.floor(Math.min(to, waveform.frames) / tileFrames);
    // Two new tiles a frame: a jump fills the screen within a few frames and never drops one.
    let budget = 2;
    for (let i = Math.max(0, Math.floor(from / tileFrames)); i <= last; ++i) {
      const known = this.tiles!.get(columnFrames, i, false);
      const tile = known ?? (budget > 0 ? this.tiles!.get(columnFrames, i, true) : null);
      if (!known && tile) --budget;
      if (tile)
        context.drawImage(
          tile,
          toX(i * tileFrames),
          box.top,
          tileFrames / trackPerPixel,
          box.height,
        );
    }
  }

  /** What lies before the first and after the last frame is hatched off, so that silence is not mistaken for it. */
  private paintEnds(
    context: CanvasRenderingContext2D,
    waveform: Waveform,
    box: LaneBox,
    toX: (frame: number) => number,
  ): void {
    context.fillStyle = 'rgba(255, 255, 255, 0.05)';
    const start = toX(0);
    if (start > 0) context.fillRect(0, box.top, start, box.height);
    const end = toX(waveform.frames);
    if (end < box.width) context.fillRect(end, box.top, box.width - end, box.height);
  }

  private paintBeats(
    context: CanvasRenderingContext2D,
    grid: BeatGrid,
    box: LaneBox,
    from: number,
    to: number,
    trackPerPixel: number,
    toX: (frame: number) => number,
  ): void {
    context.font = '600 10px system-ui, sans-serif';
    context.textBaseline = 'bottom';
    for (const { beat, frame, weight } of beatLines(
      grid,
      from,
      to,
      MIN_BEAT_PIXELS * trackPerPixel,
    )) {
      const x = Math.round(toX(frame));
      context.fillStyle = this.palette.text;
      context.globalAlpha = weight === 'beat' ? 0.28 : weight === 'bar' ? 0.7 : 0.95;
      context.fillRect(x, box.top, weight === 'beat' ? 1 : 2, box.height);
      if (weight !== 'beat' && beat >= 0 && MIN_BEAT_PIXELS * 4 * trackPerPixel < 48000) {
        context.globalAlpha = weight === 'phrase' ? 0.95 : 0.6;
        context.fillText(String(beat / 4 + 1), x + 4, box.top + box.height - 2);
      }
    }
    context.globalAlpha = 1;
  }

  private paintCues(
    context: CanvasRenderingContext2D,
    lane: WaveformLane,
    box: LaneBox,
    toX: (frame: number) => number,
  ): void {
    if (lane.cueFrame !== null) {
      this.flag(context, toX(lane.cueFrame), box, deckColour(this.palette, lane.deck), 'CUE');
    }
    lane.hotCues.forEach((frame, n) => {
      if (frame !== null)
        this.flag(context, toX(frame), box, HOT_CUE_COLOURS[n % 8], String(n + 1));
    });
  }

  private flag(
    context: CanvasRenderingContext2D,
    x: number,
    box: LaneBox,
    colour: string,
    text: string,
  ): void {
    if (x < -40 || x > box.width) return;
    const left = Math.round(x);
    const width = text.length > 1 ? 26 : 14;
    context.fillStyle = colour;
    context.fillRect(left, box.top, 2, box.height);
    context.fillRect(left, box.top, width, 14);
    context.fillStyle = '#0b0d10';
    context.font = '700 10px system-ui, sans-serif';
    context.textBaseline = 'middle';
    context.fillText(text, left + 4, box.top + 7.5);
  }
}
