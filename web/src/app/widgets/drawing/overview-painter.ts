// A whole track in one strip: bands, the played part darkened, cues and the playhead. The bands are
// drawn once a size; each frame copies them.

import { overviewColumns, type Waveform } from '../maths/waveform';
import type { LoopMark, TrackMarks } from '../maths/marks';
import { paintLoop, paintOverviewMarks } from './marks-painter';
import { HOT_CUE_COLOURS, type Palette } from './palette';
import type { Size } from './surface';
import { drawBands } from './waveform-tiles';

export interface OverviewMarks {
  readonly cueFrame: number | null;
  readonly hotCues: readonly (number | null)[];
  readonly loop: LoopMark | null;
  readonly track: TrackMarks;
}

export class OverviewPainter {
  private strip: OffscreenCanvas | null = null;
  private stripOf: Waveform | null = null;

  constructor(private readonly palette: Palette) {}

  paint(
    context: CanvasRenderingContext2D,
    size: Size,
    waveform: Waveform | null,
    position: number,
    marks: OverviewMarks,
    colour: string,
  ): void {
    const { width, height } = size;
    context.fillStyle = this.palette.ground;
    context.fillRect(0, 0, width, height);
    if (!waveform || waveform.frames === 0 || width === 0) return;
    context.drawImage(this.render(waveform, size), 0, 0, width, height);
    const x = (position / waveform.frames) * width;
    context.fillStyle = 'rgba(8, 10, 13, 0.62)';
    context.fillRect(0, 0, Math.max(0, x), height);
    paintOverviewMarks(context, waveform.frames, size, marks.track, this.palette);
    if (marks.loop) {
      const toX = (frame: number) => (frame / waveform.frames) * width;
      paintLoop(context, marks.loop, { top: 0, width, height }, toX, this.palette);
    }
    this.marks(context, waveform.frames, size, marks, colour);
    context.fillStyle = '#ffffff';
    context.fillRect(Math.round(x) - 1, 0, 2, height);
  }

  private render(waveform: Waveform, size: Size): OffscreenCanvas {
    const width = Math.max(1, Math.round(size.width * size.scale));
    const height = Math.max(1, Math.round(size.height * size.scale));
    const known = this.strip;
    if (known && this.stripOf === waveform && known.width === width && known.height === height)
      return known;
    const strip = new OffscreenCanvas(width, height);
    const context = strip.getContext('2d');
    if (context) drawBands(context, overviewColumns(waveform, width), width, height, this.palette);
    this.strip = strip;
    this.stripOf = waveform;
    return strip;
  }

  private marks(
    context: CanvasRenderingContext2D,
    frames: number,
    size: Size,
    { cueFrame, hotCues }: OverviewMarks,
    colour: string,
  ): void {
    if (cueFrame !== null)
      this.triangle(context, (cueFrame / frames) * size.width, size.height, colour);
    hotCues.forEach((frame, n) => {
      if (frame === null) return;
      context.fillStyle = HOT_CUE_COLOURS[n % 8];
      const x = Math.round((frame / frames) * size.width);
      context.fillRect(x, 0, 2, size.height);
      context.fillRect(x, 0, 6, 5);
    });
  }

  private triangle(
    context: CanvasRenderingContext2D,
    x: number,
    height: number,
    colour: string,
  ): void {
    context.fillStyle = colour;
    context.beginPath();
    context.moveTo(x, height - 7);
    context.lineTo(x - 5, height);
    context.lineTo(x + 5, height);
    context.fill();
  }
}
