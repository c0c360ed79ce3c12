// Plays a track from memory with a click on every beat of a grid: both run on one audio clock, so
// that a click is as far from the beat as the grid is, to the sample. Times are track seconds.

import {
  beatAt,
  beatInBar,
  frameOfBeat,
  SAMPLE_RATE,
  type BeatGrid,
} from '../widgets/maths/beat-grid';

/** A decoded minute takes 23 MB; longer tracks are not held in memory. */
export const MAX_SECONDS = 20 * 60;

const LOOK_AHEAD_SECONDS = 0.25;
const TICK_MS = 80;

export class GridPlayer {
  private context: AudioContext | null = null;
  private buffer: AudioBuffer | null = null;
  private source: AudioBufferSourceNode | null = null;
  private timer: ReturnType<typeof setInterval> | undefined;
  private startedAt = 0;
  private startedFrom = 0;
  private stoppedAt = 0;
  private scheduledTo = 0;
  /** Raised with every track, so that a late answer is known as such. */
  private wanted = 0;
  private clicks: AudioScheduledSourceNode[] = [];
  clicking = true;

  /** `stopped` runs whenever the sound has ended, by hand or at the end of the track. */
  constructor(
    private readonly grid: () => BeatGrid,
    private readonly stopped: () => void,
  ) {}

  get playing(): boolean {
    return this.source !== null;
  }

  /** False when another track was wanted before this one had come. */
  async load(url: string): Promise<boolean> {
    if (this.buffer) return true;
    const wanted = this.wanted;
    this.context ??= new AudioContext({ sampleRate: SAMPLE_RATE });
    const answer = await fetch(url);
    if (!answer.ok) throw new Error(`${url}: ${answer.status} ${answer.statusText}`);
    const buffer = await this.context.decodeAudioData(await answer.arrayBuffer());
    if (wanted !== this.wanted) return false;
    this.buffer = buffer;
    return true;
  }

  async play(from: number): Promise<void> {
    const { context, buffer } = this;
    if (!context || !buffer) return;
    this.halt();
    await context.resume();
    const source = new AudioBufferSourceNode(context, { buffer });
    source.connect(context.destination);
    source.onended = () => {
      if (this.source === source) this.stop();
    };
    this.startedAt = context.currentTime + 0.05;
    this.startedFrom = Math.min(Math.max(0, from), buffer.duration);
    source.start(this.startedAt, this.startedFrom);
    this.source = source;
    this.scheduledTo = this.startedFrom;
    this.timer = setInterval(() => this.schedule(), TICK_MS);
    this.schedule();
  }

  stop(): void {
    if (!this.source) return;
    this.halt();
    this.stopped();
  }

  private halt(): void {
    if (!this.source) return;
    this.stoppedAt = this.position();
    clearInterval(this.timer);
    this.source.onended = null;
    this.source.stop();
    this.source = null;
    this.silence();
  }

  /** Another track will be loaded. */
  unload(): void {
    this.stop();
    ++this.wanted;
    this.buffer = null;
    this.stoppedAt = 0;
  }

  /** The grid has changed: clicks that have not sounded yet are set anew. */
  regrid(): void {
    if (!this.source) return;
    this.silence();
    this.scheduledTo = this.position();
    this.schedule();
  }

  /** Position that is being heard. */
  position(): number {
    if (!this.context || !this.source) return this.stoppedAt;
    const heard = this.context.currentTime - (this.context.outputLatency || 0);
    return Math.max(this.startedFrom, this.startedFrom + heard - this.startedAt);
  }

  seek(to: number): void {
    if (this.playing) void this.play(to);
    else this.stoppedAt = Math.max(0, to);
  }

  destroy(): void {
    this.stop();
    void this.context?.close();
  }

  private schedule(): void {
    const { context } = this;
    if (!context || !this.source) return;
    const until = this.startedFrom + context.currentTime - this.startedAt + LOOK_AHEAD_SECONDS;
    const grid = this.grid();
    for (let beat = Math.ceil(beatAt(grid, this.scheduledTo * SAMPLE_RATE)); ; ++beat) {
      const at = frameOfBeat(grid, beat) / SAMPLE_RATE;
      if (at >= until) break;
      if (this.clicking && at >= this.startedFrom)
        this.click(
          context,
          this.startedAt + at - this.startedFrom,
          beatInBar(grid, at * SAMPLE_RATE) === 0,
        );
    }
    this.scheduledTo = Math.max(this.scheduledTo, until);
  }

  private click(context: AudioContext, at: number, first: boolean): void {
    if (at < context.currentTime) return;
    const tone = new OscillatorNode(context, { frequency: first ? 1760 : 1175 });
    const level = new GainNode(context, { gain: 0 });
    level.gain.setValueAtTime(first ? 0.5 : 0.35, at);
    level.gain.exponentialRampToValueAtTime(0.001, at + 0.04);
    tone.connect(level).connect(context.destination);
    tone.start(at);
    tone.stop(at + 0.05);
    this.clicks.push(tone);
    tone.onended = () => {
      this.clicks = this.clicks.filter((click) => click !== tone);
    };
  }

  private silence(): void {
    for (const click of this.clicks) {
      click.onended = null;
      click.stop();
    }
    this.clicks = [];
  }
}
