// The platter of a jog wheel: rings, the marker at the heard position, progress around the rim. A
// plain class; painted each frame while the page is seen.

import type { Palette } from './palette';

export interface JogState {
  /** Turns since the track's start, at the heard position. */
  readonly turns: number;
  readonly playing: boolean;
  readonly touched: boolean;
  /** Share of the track that has been played, 0–1. */
  readonly progress: number;
}

export function paintJog(
  context: CanvasRenderingContext2D,
  side: number,
  state: JogState,
  colour: string,
  palette: Palette,
): void {
  const centre = side / 2;
  const radius = centre - 3;
  context.clearRect(0, 0, side, side);
  ring(context, centre, radius, '#15181e', '#3b4250');
  notches(context, centre, radius, state.turns);
  ring(
    context,
    centre,
    radius * 0.72,
    state.touched ? '#262c37' : '#1c2028',
    state.touched ? colour : '#2f3642',
  );
  groove(context, centre, radius * 0.56);
  groove(context, centre, radius * 0.42);
  progress(context, centre, radius, state.progress, colour);
  marker(context, centre, radius * 0.72, state.turns, state.playing ? colour : palette.dim);
  ring(context, centre, radius * 0.2, '#0d0f13', state.playing ? colour : '#3b4250');
}

function ring(
  context: CanvasRenderingContext2D,
  centre: number,
  radius: number,
  fill: string,
  edge: string,
): void {
  context.beginPath();
  context.arc(centre, centre, radius, 0, Math.PI * 2);
  context.fillStyle = fill;
  context.fill();
  context.lineWidth = 1.5;
  context.strokeStyle = edge;
  context.stroke();
}

function groove(context: CanvasRenderingContext2D, centre: number, radius: number): void {
  context.beginPath();
  context.arc(centre, centre, radius, 0, Math.PI * 2);
  context.lineWidth = 1;
  context.strokeStyle = 'rgba(255, 255, 255, 0.05)';
  context.stroke();
}

function notches(
  context: CanvasRenderingContext2D,
  centre: number,
  radius: number,
  turns: number,
): void {
  context.strokeStyle = 'rgba(255, 255, 255, 0.13)';
  context.lineWidth = 2;
  for (let i = 0; i < 24; ++i) {
    const angle = (turns + i / 24) * Math.PI * 2;
    context.beginPath();
    context.moveTo(
      centre + Math.cos(angle) * radius * 0.8,
      centre + Math.sin(angle) * radius * 0.8,
    );
    context.lineTo(
      centre + Math.cos(angle) * radius * 0.88,
      centre + Math.sin(angle) * radius * 0.88,
    );
    context.stroke();
  }
}

function progress(
  context: CanvasRenderingContext2D,
  centre: number,
  radius: number,
  share: number,
  colour: string,
): void {
  context.beginPath();
  context.arc(
    centre,
    centre,
    radius * 0.95,
    -Math.PI / 2,
    -Math.PI / 2 + Math.PI * 2 * Math.min(1, share),
  );
  context.lineWidth = 3;
  context.strokeStyle = colour;
  context.stroke();
}

function marker(
  context: CanvasRenderingContext2D,
  centre: number,
  radius: number,
  turns: number,
  colour: string,
): void {
  const angle = turns * Math.PI * 2 - Math.PI / 2;
  context.beginPath();
  context.moveTo(
    centre + Math.cos(angle) * radius * 0.32,
    centre + Math.sin(angle) * radius * 0.32,
  );
  context.lineTo(
    centre + Math.cos(angle) * radius * 0.96,
    centre + Math.sin(angle) * radius * 0.96,
  );
  context.lineWidth = 5;
  context.lineCap = 'round';
  context.strokeStyle = colour;
  context.stroke();
  context.lineCap = 'butt';
}
