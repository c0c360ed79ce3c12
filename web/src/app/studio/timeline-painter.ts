// Draws a plan along time: the records on two lanes with their waveforms, phrases and bars, the faders'
// curves over each transition, and the clock above. A plain class; the component hands it what to draw.

import type { PlannedTransition } from '../core/mixes';
import type { Palette } from '../widgets/drawing/palette';
import type { Size } from '../widgets/drawing/surface';
import { drawBands } from '../widgets/drawing/waveform-tiles';
import { beatLines, SAMPLE_RATE } from '../widgets/maths/beat-grid';
import { formatTime } from '../widgets/maths/format';
import { phraseColour } from '../widgets/maths/marks';
import { columnsAt } from '../widgets/maths/waveform';
import { LANES, valuesOf } from './model/genome';
import { type Clip, mixAt, recordAt, ticks } from './model/timeline';
import type { ShelvedRecord } from './record-shelf';

const GAP = 6;
const PHRASE_PIXELS = 4;
/** Bars nearer than this are thinned to phrases, and phrases to nothing. */
const LEAST_BAR_PIXELS = 9;

export interface TimelineScene {
  readonly clips: readonly Clip[];
  readonly transitions: readonly PlannedTransition[];
  readonly records: ReadonlyMap<string, ShelvedRecord>;
  readonly totalSeconds: number;
}

export interface TimelineView {
  /** Pixels a second, and pixels from the beginning of the mix to the left edge. */
  readonly scale: number;
  readonly scroll: number;
}

interface LaneBox {
  readonly top: number;
  readonly height: number;
}

export class TimelinePainter {
  /** `ruler`: pixels above the lanes for the clock; 0: none. */
  constructor(
    private readonly palette: Palette,
    private readonly ruler: number,
  ) {}

  paint(
    context: CanvasRenderingContext2D,
    size: Size,
    scene: TimelineScene,
    view: TimelineView,
  ): void {
    context.fillStyle = this.palette.ground;
    context.fillRect(0, 0, size.width, size.height);
    for (const clip of scene.clips) {
      const left = clip.from * view.scale - view.scroll;
      const right = clip.to * view.scale - view.scroll;
      if (right > 0 && left < size.width)
        this.paintClip(context, size, scene, view, clip, left, right);
    }
    if (this.ruler > 0) this.paintRuler(context, size, scene, view);
  }

  private laneBox(lane: 0 | 1, height: number): LaneBox {
    const each = (height - this.ruler - GAP) / 2;
    return { top: this.ruler + lane * (each + GAP), height: each };
  }

  private paintClip(
    context: CanvasRenderingContext2D,
    size: Size,
    { records, transitions }: TimelineScene,
    view: TimelineView,
    clip: Clip,
    left: number,
    right: number,
  ): void {
    const box = this.laneBox(clip.lane, size.height);
    const colour = clip.lane === 0 ? this.palette.deckA : this.palette.deckB;
    const record = records.get(clip.trackId);
    context.save();
    context.beginPath();
    context.roundRect(left, box.top, right - left, box.height, 5);
    context.clip();
    context.fillStyle = colour;
    context.globalAlpha = 0.1;
    context.fillRect(left, box.top, right - left, box.height);
    context.globalAlpha = 1;
    if (record) {
      this.paintWaveform(context, size, box, view, clip, record);
      this.paintStructure(context, box, view, clip, record, size);
    }
    this.paintFaders(context, box, view, clip, transitions, colour);
    context.fillStyle = colour;
    context.fillRect(left, box.top + box.height - 2, right - left, 2);
    this.paintTitle(context, box, clip, Math.max(left, 0), right);
    context.restore();
  }

  private paintWaveform(
    context: CanvasRenderingContext2D,
    size: Size,
    box: LaneBox,
    view: TimelineView,
    clip: Clip,
    { waveform }: ShelvedRecord,
  ): void {
    if (!waveform) return;
    for (let i = 1; i < clip.anchors.length; ++i) {
      const [a, b] = [clip.anchors[i - 1], clip.anchors[i]];
      const x0 = Math.max(0, Math.floor(a.mix * view.scale - view.scroll));
      const x1 = Math.min(size.width, Math.ceil(b.mix * view.scale - view.scroll));
      if (x1 <= x0 || b.mix <= a.mix) continue;
      const framesPerColumn =
        (((b.record - a.record) / (b.mix - a.mix)) * SAMPLE_RATE) / (view.scale * size.scale);
      const first =
        (recordAt(clip, (x0 + view.scroll) / view.scale) * SAMPLE_RATE) / framesPerColumn;
      const count = Math.round((x1 - x0) * size.scale);
      context.save();
      context.translate(x0, box.top);
      context.scale(1 / size.scale, 1);
      drawBands(
        context,
        columnsAt(waveform, framesPerColumn, first, count),
        count,
        box.height,
        this.palette,
      );
      context.restore();
    }
  }

  private paintStructure(
    context: CanvasRenderingContext2D,
    box: LaneBox,
    view: TimelineView,
    clip: Clip,
    { track, marks }: ShelvedRecord,
    size: Size,
  ): void {
    const toX = (record: number) => mixAt(clip, record) * view.scale - view.scroll;
    for (const phrase of marks.phrases) {
      context.fillStyle = phraseColour(phrase.label);
      context.fillRect(
        toX(phrase.start),
        box.top,
        Math.max(1, toX(phrase.end) - toX(phrase.start) - 1),
        PHRASE_PIXELS,
      );
    }
    if (!track.grid) return;
    const from = recordAt(clip, Math.max(clip.from, view.scroll / view.scale)) * SAMPLE_RATE;
    const to =
      recordAt(clip, Math.min(clip.to, (view.scroll + size.width) / view.scale)) * SAMPLE_RATE;
    const leastFrames = (LEAST_BAR_PIXELS / view.scale) * SAMPLE_RATE;
    context.fillStyle = this.palette.text;
    for (const { frame, weight } of beatLines(track.grid, from, to, leastFrames)) {
      context.globalAlpha = weight === 'beat' ? 0.14 : weight === 'bar' ? 0.3 : 0.6;
      context.fillRect(
        Math.round(toX(frame / SAMPLE_RATE)),
        box.top + PHRASE_PIXELS,
        1,
        box.height - PHRASE_PIXELS,
      );
    }
    context.globalAlpha = 1;
  }

  private paintFaders(
    context: CanvasRenderingContext2D,
    box: LaneBox,
    view: TimelineView,
    clip: Clip,
    transitions: readonly PlannedTransition[],
    colour: string,
  ): void {
    for (const deck of ['in', 'out'] as const) {
      const transition = transitions[deck === 'in' ? clip.turn - 1 : clip.turn];
      if (!transition) continue;
      const { startSeconds, endSeconds, genome } = transition;
      const curve = genome[deck].gain;
      const stepped = typeof curve !== 'number' && 'steps' in curve;
      const bar = (endSeconds - startSeconds) / genome.bars;
      const y = (value: number) =>
        box.top +
        PHRASE_PIXELS +
        3 +
        (1 - value / LANES.gain.max) * (box.height - PHRASE_PIXELS - 8);
      context.beginPath();
      valuesOf(curve, genome.bars).forEach((value, i, all) => {
        const x = (startSeconds + i * bar) * view.scale - view.scroll;
        if (stepped && i > 0) context.lineTo(x, y(all[i - 1]));
        context.lineTo(x, y(value));
      });
      context.lineWidth = 4;
      context.strokeStyle = this.palette.ground;
      context.stroke();
      context.lineWidth = 2;
      context.strokeStyle = colour;
      context.stroke();
    }
  }

  private paintTitle(
    context: CanvasRenderingContext2D,
    box: LaneBox,
    { turn, title }: Clip,
    left: number,
    right: number,
  ): void {
    if (right - left < 40) return;
    context.font = '600 12px system-ui, sans-serif';
    context.textBaseline = 'middle';
    const text = `${turn + 1}  ${title}`;
    const width = Math.min(right - left - 8, context.measureText(text).width + 12);
    context.globalAlpha = 0.8;
    context.fillStyle = this.palette.ground;
    context.fillRect(left + 4, box.top + PHRASE_PIXELS + 4, width, 19);
    context.globalAlpha = 1;
    context.fillStyle = this.palette.text;
    context.fillText(text, left + 10, box.top + PHRASE_PIXELS + 14, width - 10);
  }

  private paintRuler(
    context: CanvasRenderingContext2D,
    size: Size,
    { totalSeconds }: TimelineScene,
    view: TimelineView,
  ): void {
    context.font = '11px system-ui, sans-serif';
    context.textBaseline = 'alphabetic';
    for (const second of ticks(totalSeconds, view.scale)) {
      const x = Math.round(second * view.scale - view.scroll);
      if (x < -40 || x > size.width) continue;
      context.fillStyle = this.palette.line;
      context.fillRect(x, this.ruler - 6, 1, 6);
      context.fillStyle = this.palette.dim;
      context.fillText(formatTime(second), x + 4, this.ruler - 4);
    }
  }
}
