// What is heard at this moment, for one battle's page: measures the sound and the way to the server, and
// lets news wait until the frame at which they are heard, so that a fader moves when its sound does.
// Provided by the page, started by its room, stopped with it.

import { inject, Injectable, OnDestroy, signal } from '@angular/core';
import { AudioStream } from './audio-stream';
import { BattleConnection } from './battle-connection';
import { FrameClock, FRAMES_PER_MS } from './frame-clock';
import type { AudioSync } from './protocol';
import { PROBES, ServerClock } from './server-clock';
import { Timeline } from './timeline';

const HEARD_INTERVAL_MS = 33;
const PROBE_GAP_MS = 120;
const ROUND_MS = 5000;

@Injectable()
export class HeardClock implements OnDestroy {
  private readonly connection = inject(BattleConnection);
  private readonly audio = inject(AudioStream);

  /** Frame that is heard, refreshed some 30 times a second; null while nothing is known. */
  readonly heard = signal<number | null>(null);
  readonly rttMs = signal<number | null>(null);
  readonly playoutMs = signal<number | null>(null);

  private readonly frames = new FrameClock();
  private readonly server = new ServerClock();
  private readonly timeline = new Timeline();
  private battleId = '';
  private httpStartFrame: number | null = null;
  private frameRequest = 0;
  private lastHeardMs = 0;
  private probing: ReturnType<typeof setTimeout> | undefined;

  start(battleId: string): void {
    this.battleId = battleId;
    cancelAnimationFrame(this.frameRequest);
    this.tick(performance.now());
  }

  /** The battle is joined, perhaps anew: what waited is of another connection. */
  joined(): void {
    this.timeline.clear();
    void this.probe();
  }

  disconnected(): void {
    clearTimeout(this.probing);
  }

  /** Acts when this frame is heard. */
  at(frame: number, act: () => void): void {
    this.timeline.at(frame, act);
  }

  addSync(sync: AudioSync): void {
    this.frames.addSync(sync);
  }

  /** The stream ended; the next one has a time line of its own. */
  streamEnded(): void {
    this.frames.streamEnded();
    this.httpStartFrame = null;
  }

  /** The battle ended at this frame: nothing later is ever heard. */
  endAt(frame: number): void {
    this.frames.endAt(frame);
  }

  /** Engine frame that is heard now, or null; for canvases, each animation frame. */
  frameNow(): number | null {
    return this.frames.heardFrame(performance.now());
  }

  /** As commands tell it: whole, 0 while nothing is known. */
  commandFrame(): number {
    return Math.max(0, Math.round(this.frameNow() ?? 0));
  }

  /** Milliseconds since the epoch on the server. */
  serverTime(): number {
    return Math.round(this.server.timeAt(performance.now()) ?? Date.now());
  }

  /** Whether the heard frame is known from the sound itself. */
  hearing(): boolean {
    return this.frames.fromSound(performance.now());
  }

  ngOnDestroy(): void {
    cancelAnimationFrame(this.frameRequest);
    clearTimeout(this.probing);
  }

  /** Five pings, a pause, again: the server's clock and the way to it. */
  private async probe(): Promise<void> {
    clearTimeout(this.probing);
    for (let i = 0; i < PROBES; ++i) {
      const sentMs = performance.now();
      try {
        const reply = await this.connection.request('ping', { timestamp: sentMs });
        const receivedMs = performance.now();
        this.server.add({ sentMs, receivedMs, serverTime: reply.serverTime, frame: reply.frame });
      } catch {
        break;
      }
      const now = performance.now();
      const frame = this.server.frameAt(now);
      if (frame !== null) this.frames.setServerFrame(frame, now);
      await new Promise((resolve) => setTimeout(resolve, PROBE_GAP_MS));
    }
    this.rttMs.set(this.server.rttMs());
    this.playoutMs.set(this.frames.playoutDelayMs());
    if (this.connection.status() !== 'joined') return;
    if (this.hearing()) {
      const playoutMs = Math.round(this.frames.playoutDelayMs());
      void this.connection.request('latency-report', { battleId: this.battleId, playoutMs }).catch(() => undefined);
    }
    this.probing = setTimeout(() => void this.probe(), ROUND_MS);
  }

  private tick(nowMs: number): void {
    this.frameRequest = requestAnimationFrame((next) => this.tick(next));
    this.measure();
    const heard = this.frameNow();
    this.timeline.advance(heard ?? Infinity);
    if (nowMs - this.lastHeardMs < HEARD_INTERVAL_MS) return;
    this.lastHeardMs = nowMs;
    this.heard.set(heard);
  }

  private measure(): void {
    const packet = this.audio.playedPacket();
    if (packet) {
      this.frames.measure(packet, this.audio.outputLatencyMs());
      return;
    }
    const seconds = this.audio.httpPosition();
    if (seconds === null || seconds === 0) return;
    const now = performance.now();
    // The first sound over HTTP is the frame that was rendered when the stream was asked for.
    const played = seconds * 1000 * FRAMES_PER_MS;
    this.httpStartFrame ??= (this.server.frameAt(now) ?? 0) - played;
    this.frames.measureElement(this.httpStartFrame + played, now, this.audio.outputLatencyMs());
  }
}
