// Plays two clips as one: both are decoded first, so that changing sides goes on at the same place without
// a gap. Reports what was played, which is what a vote needs.

export type Side = 'A' | 'B';

const REPORT_MS = 1000;

export class ClipPlayer {
  private readonly context = new AudioContext();
  private readonly gain = this.context.createGain();
  private buffers: Record<Side, AudioBuffer> | null = null;
  private source: AudioBufferSourceNode | null = null;
  private side: Side | null = null;
  /** Where in the clip it stands, seconds, when nothing plays or at `startedAt` of the context. */
  private offset = 0;
  private startedAt = 0;
  private reported = 0;
  private readonly timer: ReturnType<typeof setInterval>;

  constructor(
    private readonly onHeard: (side: Side, from: number, to: number) => void,
    private readonly onEnded: () => void,
  ) {
    this.gain.connect(this.context.destination);
    this.timer = setInterval(() => this.report(), REPORT_MS);
  }

  async load(urls: Readonly<Record<Side, string>>): Promise<void> {
    const fetched = async (url: string) => {
      const response = await fetch(url);
      if (!response.ok) throw new Error(`HTTP ${response.status}`);
      return this.context.decodeAudioData(await response.arrayBuffer());
    };
    const [a, b] = await Promise.all([fetched(urls.A), fetched(urls.B)]);
    this.buffers = { A: a, B: b };
  }

  get playing(): Side | null {
    return this.side;
  }

  get seconds(): number {
    return this.buffers?.A.duration ?? 0;
  }

  get position(): number {
    if (!this.side) return this.offset;
    return Math.min(this.seconds, this.offset + this.context.currentTime - this.startedAt);
  }

  /** Goes on with this side, at the same place. */
  async play(side: Side): Promise<void> {
    if (!this.buffers) return;
    await this.context.resume();
    const at = this.position >= this.seconds - 0.05 ? 0 : this.position;
    this.stop();
    const source = this.context.createBufferSource();
    source.buffer = this.buffers[side];
    source.connect(this.gain);
    source.onended = () => {
      if (this.source !== source) return;
      this.stop();
      this.onEnded();
    };
    source.start(0, at);
    this.source = source;
    this.side = side;
    this.offset = this.reported = at;
    this.startedAt = this.context.currentTime;
  }

  stop(): void {
    if (!this.source) return;
    this.report();
    this.offset = this.position;
    this.side = null;
    const source = this.source;
    this.source = null;
    source.stop();
    source.disconnect();
  }

  async seek(seconds: number): Promise<void> {
    const side = this.side;
    this.stop();
    this.offset = Math.max(0, Math.min(this.seconds, seconds));
    if (side) await this.play(side);
  }

  close(): void {
    this.stop();
    clearInterval(this.timer);
    void this.context.close();
  }

  private report(): void {
    if (!this.side) return;
    const now = this.position;
    if (now - this.reported < 0.2) return;
    this.onHeard(this.side, this.reported, now);
    this.reported = now;
  }
}
