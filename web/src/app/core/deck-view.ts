// A deck as pages draw it: what is on it, as signals, and where it is, at the frame that is heard.

import { computed, signal, type Signal } from '@angular/core';
import { beatPhase } from '../widgets/maths/beat-grid';
import { type LoopMark, NO_MARKS, type TrackMarks } from '../widgets/maths/marks';
import type { Waveform } from '../widgets/maths/waveform';
import { DeckHistory, type DeckSample } from './deck-history';
import type { HeardClock } from './heard-clock';
import type { DeckId, DeckState, Grid, TrackSummary } from './model';

export const FRAMES_PER_SECOND = 48000;

/** What changes by events, not continuously. */
export interface DeckFacts {
  readonly trackId: string | null;
  readonly loaded: boolean;
  readonly playing: boolean;
  readonly previewing: boolean;
  readonly scratching: boolean;
  readonly atEnd: boolean;
  readonly rateRange: number;
  readonly cueFrame: number;
  /** Track frames, null where none is set. */
  readonly hotCues: readonly (number | null)[];
  readonly looping: boolean;
  /** Track frames, null where none is set. */
  readonly loopIn: number | null;
  readonly loopOut: number | null;
  readonly loopBeats: number;
  readonly leader: boolean;
  readonly braking: boolean;
  readonly slipping: boolean;
  /** Semitones, rounded to hundredths. */
  readonly keyShift: number;
  /** dB, rounded to tenths. */
  readonly autoGainDb: number;
}

const EMPTY: DeckFacts = {
  trackId: null,
  loaded: false,
  playing: false,
  previewing: false,
  scratching: false,
  atEnd: false,
  rateRange: 8,
  cueFrame: 0,
  hotCues: [null, null, null, null, null, null, null, null],
  looping: false,
  loopIn: null,
  loopOut: null,
  loopBeats: 4,
  leader: false,
  braking: false,
  slipping: false,
  keyShift: 0,
  autoGainDb: 0,
};

/** The loop that is set, as waveforms draw it. */
export function loopOf({ loopIn, loopOut, looping }: DeckFacts): LoopMark | null {
  return loopIn !== null && loopOut !== null ? { from: loopIn, to: loopOut, on: looping } : null;
}

/** A detour of less than this (10 ms) is not drawn. */
const SLIP_SEEN = 480;

function point(frame: number): number | null {
  return frame < 0 ? null : Math.round(frame);
}

function same(a: DeckFacts, b: DeckFacts): boolean {
  const { hotCues: cuesA, ...restA } = a;
  const { hotCues: cuesB, ...restB } = b;
  return (
    cuesA.every((cue, i) => cue === cuesB[i]) &&
    (Object.keys(restA) as (keyof typeof restA)[]).every((key) => restA[key] === restB[key])
  );
}

export class DeckView {
  readonly facts = signal<DeckFacts>(EMPTY, { equal: same });
  readonly track = signal<TrackSummary | null>(null);
  readonly waveform = signal<Waveform | null>(null);
  /** Phrases, cues, vocals and energy, as far as they are known. */
  readonly marks = signal<TrackMarks>(NO_MARKS);
  /** Of the track as recorded, on the Camelot wheel. */
  readonly key = signal<string | null>(null);
  readonly grid = computed<Grid | null>(() => {
    const grid = this.track()?.grid;
    return grid && grid.bpm > 0 ? grid : null;
  });
  readonly history = new DeckHistory();
  /** Where the deck would be without slip's detour, track frames; null while it takes none. */
  slipFrame: number | null = null;
  /** The deck as it is heard, refreshed some 30 times a second for texts and meters. */
  readonly heard = computed(() => this.sampleAt(this.clock.heard()), { equal: () => false });

  /** dBFS after EQ, before the fader; for meters, each animation frame. */
  readonly levels = (): readonly number[] => [this.heard()?.peakDb ?? -Infinity];
  /** Beat phase that is heard, 0–1; null without a grid or while it stands. */
  readonly phase = computed(() => {
    const [grid, heard] = [this.grid(), this.heard()];
    return grid && heard?.playing ? beatPhase(grid, heard.position) : null;
  });

  constructor(
    readonly id: DeckId,
    private readonly clock: Pick<HeardClock, 'heard' | 'frameNow'>,
    /** What its tempo fader shows, percent. */
    private readonly tempo: Signal<number>,
  ) {}

  /** Position that is heard, track frames; for canvases, each animation frame. */
  position(): number {
    return this.sampleAt(this.clock.frameNow())?.position ?? 0;
  }

  /** Rate that is heard; a stopped deck is drawn at the tempo that it would play at. */
  rate(): number {
    const rate = this.sampleAt(this.clock.frameNow())?.rate ?? 0;
    return rate !== 0 && !this.facts().scratching ? rate : 1 + this.tempo() / 100;
  }

  takeFacts(state: DeckState): void {
    this.facts.set({
      trackId: state.trackId,
      loaded: state.loaded,
      playing: state.playing,
      previewing: state.previewing,
      scratching: state.scratching,
      atEnd: state.atEnd,
      rateRange: state.rateRange,
      cueFrame: Math.round(state.cueFrame),
      hotCues: state.hotcues.map(({ active, position }) => (active ? Math.round(position * FRAMES_PER_SECOND) : null)),
      looping: state.switches.loop,
      loopIn: point(state.loopIn),
      loopOut: point(state.loopOut),
      loopBeats: state.loopBeats,
      leader: state.leader,
      braking: state.braking,
      slipping: Math.abs(state.slipFrame - state.positionFrames) > SLIP_SEEN,
      keyShift: Math.round(state.keyShift * 100) / 100,
      autoGainDb: Math.round(state.autoGainDb * 10) / 10,
    });
    this.slipFrame = this.facts().slipping ? state.slipFrame : null;
  }

  takePosition(state: DeckState, frame: number): void {
    this.history.add({
      frame,
      position: state.positionFrames,
      rate: state.rate,
      bpm: state.bpm,
      playing: state.playing,
      peakDb: state.peak > 0 ? 20 * Math.log10(state.peak) : -Infinity,
    });
  }

  /** BPM that a rate gives, 0 without a grid. */
  bpmAt(rate: number): number {
    return (this.grid()?.bpm ?? 0) * Math.abs(rate);
  }

  private sampleAt(frame: number | null): DeckSample | null {
    return frame === null ? this.history.newest() : this.history.at(frame);
  }
}
