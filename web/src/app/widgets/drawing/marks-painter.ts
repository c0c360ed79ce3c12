// Phrases, cues, vocals and energy over a waveform: as strips along a whole track, and with their
// names in a scrolling lane.

import { SAMPLE_RATE } from '../maths/beat-grid';
import { type LoopMark, phraseColour, type TrackMarks } from '../maths/marks';
import type { Palette } from './palette';
import type { Size } from './surface';

const STRIP = 6;
const LABEL_MIN_PIXELS = 26;

/** Over a whole track: phrases along the top, vocals below them, energy as a line, cues as ticks. */
export function paintOverviewMarks(
  context: CanvasRenderingContext2D,
  frames: number,
  size: Size,
  marks: TrackMarks,
  palette: Palette,
): void {
  const toX = (seconds: number) => ((seconds * SAMPLE_RATE) / frames) * size.width;
  for (const { start, end, label } of marks.phrases) {
    context.fillStyle = phraseColour(label);
    context.fillRect(toX(start), 0, Math.max(1, toX(end) - toX(start) - 1), STRIP);
  }
  context.fillStyle = palette.yellow;
  for (const { start, end } of marks.vocals)
    context.fillRect(toX(start), STRIP + 2, Math.max(1, toX(end) - toX(start)), 2);
  energyLine(context, size, marks, toX, palette);
  context.fillStyle = palette.text;
  for (const { time } of marks.cues) {
    const x = Math.round(toX(time));
    context.beginPath();
    context.moveTo(x - 4, STRIP);
    context.lineTo(x + 4, STRIP);
    context.lineTo(x, STRIP + 6);
    context.fill();
    context.fillRect(x, STRIP, 1, size.height - STRIP);
  }
}

function energyLine(
  context: CanvasRenderingContext2D,
  size: Size,
  { energy }: TrackMarks,
  toX: (seconds: number) => number,
  palette: Palette,
): void {
  if (energy.length < 2) return;
  const height = size.height - STRIP - 2;
  context.strokeStyle = palette.text;
  context.globalAlpha = 0.75;
  context.lineWidth = 1.25;
  context.beginPath();
  energy.forEach((value, i) => context.lineTo(toX(i + 0.5), size.height - 1 - value * height));
  context.stroke();
  context.globalAlpha = 1;
}

export interface MarksBox {
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** In a lane: a strip with the name of each phrase, a flag with the name of each cue. */
export function paintLaneMarks(
  context: CanvasRenderingContext2D,
  marks: TrackMarks,
  box: MarksBox,
  toX: (frame: number) => number,
  palette: Palette,
): void {
  context.font = '600 10px system-ui, sans-serif';
  context.textBaseline = 'top';
  for (const { start, end, label, bars } of marks.phrases) {
    const left = toX(start * SAMPLE_RATE);
    const right = toX(end * SAMPLE_RATE);
    if (right < 0 || left > box.width) continue;
    context.fillStyle = phraseColour(label);
    context.globalAlpha = 0.9;
    context.fillRect(left, box.top, right - left, 3);
    // The name stays in sight for as long as the phrase lasts.
    const at = Math.max(left, 0) + 6;
    if (right - at < LABEL_MIN_PIXELS) continue;
    context.globalAlpha = 1;
    context.fillStyle = palette.text;
    context.fillText(bars > 0 ? `${label} · ${bars}` : label, at, box.top + 17);
  }
  context.globalAlpha = 0.9;
  context.fillStyle = palette.yellow;
  for (const { start, end } of marks.vocals)
    context.fillRect(
      toX(start * SAMPLE_RATE),
      box.top + 5,
      toX(end * SAMPLE_RATE) - toX(start * SAMPLE_RATE),
      2,
    );
  context.globalAlpha = 1;
  for (const { time, label, kind, color } of marks.cues) {
    const x = Math.round(toX(time * SAMPLE_RATE));
    if (x < -80 || x > box.width) continue;
    context.fillStyle = color ?? palette.text;
    context.fillRect(x, box.top, 1, box.height);
    context.fillText(label || kind, x + 4, box.top + box.height - 26);
  }
}

const LOOP_COLOUR = '55, 200, 113';

/** A loop as a field with posts at both ends, faint while the deck does not go round in it. */
export function paintLoop(
  context: CanvasRenderingContext2D,
  { from, to, on }: LoopMark,
  box: MarksBox,
  toX: (frame: number) => number,
  palette: Palette,
): void {
  const [left, right] = [Math.round(toX(from)), Math.round(toX(to))];
  if (right < 0 || left > box.width) return;
  context.fillStyle = `rgba(${LOOP_COLOUR}, ${on ? 0.28 : 0.12})`;
  context.fillRect(left, box.top, Math.max(1, right - left), box.height);
  context.fillStyle = on ? `rgb(${LOOP_COLOUR})` : palette.text;
  context.fillRect(left, box.top, 2, box.height);
  context.fillRect(right - 2, box.top, 2, box.height);
}

/** Where the deck will go on when slip ends: a dashed playhead. */
export function paintSlip(
  context: CanvasRenderingContext2D,
  frame: number | null,
  box: MarksBox,
  toX: (frame: number) => number,
  palette: Palette,
): void {
  if (frame === null) return;
  const x = Math.round(toX(frame));
  context.fillStyle = palette.yellow;
  for (let y = box.top; y < box.top + box.height; y += 8) context.fillRect(x - 1, y, 2, 5);
}
