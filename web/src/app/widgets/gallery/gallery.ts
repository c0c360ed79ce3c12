// Every widget on one page, moving by itself: for looking at and for measuring frame rates. Part of
// development builds only (app.routes.ts); nothing links here.

import { ChangeDetectionStrategy, Component, signal } from '@angular/core';
import {
  BeatCounter,
  beatInBar,
  beatPhase,
  Fader,
  formatTime,
  HOT_CUE_COLOURS,
  JogWheel,
  Knob,
  MasterMeter,
  OverviewWaveform,
  Pad,
  PhaseMeter,
  platterTurns,
  ScrollWaveform,
  Spectrum,
  TrackBrowser,
  Vu,
  type BrowserTrack,
  type WaveformLane,
} from '..';
import { animate } from '../drawing/animation';
import { exampleSpectrum, exampleWaveform } from './example';

const GRID_A = { anchorSeconds: 0.1, bpm: 128 };
const GRID_B = { anchorSeconds: 0.32, bpm: 126 };
const FRAMES = 48000 * 240;

@Component({
  selector: 'dju-gallery',
  imports: [
    BeatCounter,
    Fader,
    JogWheel,
    Knob,
    MasterMeter,
    OverviewWaveform,
    Pad,
    PhaseMeter,
    ScrollWaveform,
    Spectrum,
    TrackBrowser,
    Vu,
  ],
  changeDetection: ChangeDetectionStrategy.OnPush,
  templateUrl: './gallery.html',
  styles: `
    :host {
      display: grid;
      gap: 14px;
      padding: 14px;
    }
    .row {
      display: flex;
      flex-wrap: wrap;
      gap: 16px;
      align-items: center;
    }
    .pads {
      display: grid;
      grid-template-columns: repeat(4, 60px);
      gap: 6px;
    }
    dju-spectrum {
      width: 340px;
    }
    dju-track-browser {
      height: 320px;
    }
  `,
})
export class Gallery {
  protected readonly knob = signal(0.5);
  protected readonly fader = signal(0.8);
  protected readonly tempo = signal(0);
  protected readonly cross = signal(0);
  protected readonly selected = signal<string | null>('t3');
  protected readonly beat = signal(0);
  protected readonly phases = signal<[number, number]>([0, 0]);
  protected readonly fps = signal('');
  protected readonly waveformA = exampleWaveform(FRAMES, GRID_A, 1);
  protected readonly waveformB = exampleWaveform(FRAMES, GRID_B, 2);
  protected readonly cues = [48000 * 15, 48000 * 30, null, 48000 * 90, null, null, null, null];
  protected readonly colours = HOT_CUE_COLOURS;
  protected readonly time = (frame: number) => formatTime(frame / 48000);
  protected readonly meterLabels = { level: 'Level', peak: 'TP', peakWhy: 'True peak', limiter: 'LIM', limiterWhy: 'Limiter' };
  protected readonly tracks: BrowserTrack[] = Array.from({ length: 5000 }, (_, i) => ({
    id: `t${i}`,
    title: `Night drive ${i + 1}`,
    artist: ['Ada', 'Grace', 'Hedy'][i % 3],
    genre: ['Techno', 'House', 'Trance'][i % 3],
    bpm: 120 + (i % 20),
    key: `${(i % 12) + 1}${i % 2 ? 'A' : 'B'}`,
    durationSeconds: 240 + (i % 90),
  }));
  private now = 0;
  private frames = 0;
  private since = 0;

  protected readonly positionA = () => 48000 * 28 + this.now * 48;
  protected readonly positionB = () => 48000 * 61 + this.now * 48 * (128 / 126);
  protected readonly turns = () => platterTurns(this.positionA());
  protected readonly progress = () => this.positionA() / FRAMES;
  protected readonly levels = () => [
    -14 + 12 * Math.sin(this.now / 170),
    -14 + 13 * Math.sin(this.now / 190),
  ];
  protected readonly truePeak = () => Math.max(...this.levels()) + 0.3;
  protected readonly limiter = () => Math.max(0, this.levels()[0] + 4);
  protected readonly spectrum = () => exampleSpectrum(this.now);
  protected readonly lanes: WaveformLane[] = [
    {
      deck: 'A',
      waveform: this.waveformA,
      grid: GRID_A,
      cueFrame: 48000 * 26,
      hotCues: this.cues,
      positionAt: this.positionA,
      rateAt: () => 1,
    },
    {
      deck: 'B',
      waveform: this.waveformB,
      grid: GRID_B,
      cueFrame: 48000 * 60,
      hotCues: [],
      positionAt: this.positionB,
      rateAt: () => 128 / 126,
    },
  ];

  constructor() {
    animate((now) => {
      this.now = now;
      ++this.frames;
      this.beat.set(beatInBar(GRID_A, this.positionA()));
      this.phases.set([beatPhase(GRID_A, this.positionA()), beatPhase(GRID_B, this.positionB())]);
      if (now - this.since < 1000) return;
      this.fps.set(`${((this.frames * 1000) / (now - this.since)).toFixed(1)} fps`);
      this.since = now;
      this.frames = 0;
    });
  }
}
