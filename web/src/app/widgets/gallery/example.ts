// Shapes that look like music, for the gallery and for tests: kicks on beats, hats between them,
// quieter parts every 32 bars.

import type { BeatGrid } from '../maths/beat-grid';
import { beatAt, beatPhase } from '../maths/beat-grid';
import type { Waveform, WaveformLevel } from '../maths/waveform';

export function exampleWaveform(frames: number, grid: BeatGrid, seed: number): Waveform {
  return {
    frames,
    levels: [256, 1024, 4096, 16384].map((size) =>
      level(frames, size, Math.ceil(frames / size), grid, seed),
    ),
    overview: level(frames, Math.ceil(frames / 1200), 1200, grid, seed),
  };
}

function level(
  frames: number,
  framesPerColumn: number,
  columns: number,
  grid: BeatGrid,
  seed: number,
): WaveformLevel {
  const data = new Uint8Array(columns * 4);
  for (let c = 0; c < columns; ++c) {
    const frame = Math.min(frames, (c + 0.5) * framesPerColumn);
    const coarse = framesPerColumn > 6000;
    const phase = coarse ? 0.05 : beatPhase(grid, frame);
    const part = Math.floor(beatAt(grid, frame) / 64);
    const quiet = part % 4 === 2;
    const noise = ((Math.imul(c + seed * 7919, 2654435761) >>> 16) & 255) / 255;
    const low = quiet ? 30 : 240 * Math.exp(-phase * 5);
    const mid = (quiet ? 120 : 90) + 80 * noise * (0.5 + 0.5 * Math.sin(beatAt(grid, frame) / 8));
    const high = 40 + 150 * Math.exp(-((phase + 0.5) % 1) * 9) + 30 * noise;
    data.set([low, mid, high, Math.max(low, mid, high)], c * 4);
  }
  return { framesPerColumn, columns, data };
}

export function exampleSpectrum(nowMs: number): Uint8Array {
  return Uint8Array.from({ length: 256 }, (_, i) => {
    const tilt = 210 - i * 0.5;
    return Math.max(
      0,
      tilt + 25 * Math.sin(i / 7 + nowMs / 300) + 12 * Math.sin(i * 1.7 + nowMs / 90),
    );
  });
}
