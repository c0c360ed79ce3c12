// Which engine frame is being heard at this moment. From the stream: the RTP timestamp that was last
// handed to the output, mapped by audio-sync to an engine frame, less the codec's look-ahead and the
// output's latency, extrapolated by time. Without a stream: the server's frame by pings, less the
// playout delay that was last known. Pure maths on numbers that others read; times are
// performance.now() milliseconds.

import type { AudioSync } from './protocol';

export const FRAMES_PER_MS = 48;
/** RTP wraps every 24.8 hours at 48 kHz. */
const RTP_WRAP = 2 ** 32;
/** Extrapolating longer than this from the last packet would be guessing: the stream has stopped. */
const STALE_MS = 1000;
/** Beyond this the estimate has jumped (seek of the jitter buffer, stall), not drifted. */
const JUMP_FRAMES = 40 * FRAMES_PER_MS;
/** How long a drift takes to be followed: jitter buffers change their delay by a few ms each 100 ms. */
const SETTLE_MS = 700;
const DEFAULT_PLAYOUT_MS = 120;
const KEPT_SYNCS = 8;

export interface PlayedPacket {
  readonly ssrc: number;
  readonly rtpTimestamp: number;
  /** When it was handed to the output. */
  readonly atMs: number;
}

/** a − b on the RTP circle, −2³¹…2³¹. */
export function rtpDistance(a: number, b: number): number {
  const delta = (((a - b) % RTP_WRAP) + RTP_WRAP) % RTP_WRAP;
  return delta >= RTP_WRAP / 2 ? delta - RTP_WRAP : delta;
}

/** Frame that a packet's first sample carries, by the latest mapping that is not younger than it. */
export function frameOfPacket(syncs: readonly AudioSync[], rtpTimestamp: number): number | null {
  let best: AudioSync | null = null;
  for (const sync of syncs) {
    if (rtpDistance(rtpTimestamp, sync.rtpTimestamp) < 0) continue;
    if (!best || rtpDistance(sync.rtpTimestamp, best.rtpTimestamp) >= 0) best = sync;
  }
  // All mappings are younger than what is heard: the oldest is nearest to the truth.
  best ??= syncs[0] ?? null;
  return best ? best.frame + rtpDistance(rtpTimestamp, best.rtpTimestamp) - best.codecDelaySamples : null;
}

export class FrameClock {
  private syncs: AudioSync[] = [];
  /** Heard frame less 48 × time: constant while nothing stalls, so that it can be smoothed. */
  private offset: number | null = null;
  private measuredAtMs = -Infinity;
  private takenAtMs = -Infinity;
  private played: PlayedPacket | null = null;
  private playoutMs = DEFAULT_PLAYOUT_MS;
  private serverOffset: number | null = null;
  private lastFrame = Infinity;

  /** Both DJs are told the mappings of both monitors; each stream has its own time line. */
  addSync(sync: AudioSync): void {
    const same = this.syncs.filter((known) => known.ssrc === sync.ssrc);
    const others = this.syncs.filter((known) => known.ssrc !== sync.ssrc);
    this.syncs = [...others, ...same.slice(1 - KEPT_SYNCS), sync];
  }

  /** The stream ended; what it taught about the delay is kept. */
  streamEnded(): void {
    this.syncs = [];
    this.offset = null;
    this.measuredAtMs = -Infinity;
    this.played = null;
  }

  /** The battle ended at this frame: nothing later is ever heard. */
  endAt(frame: number): void {
    this.lastFrame = frame;
  }

  /** The server's frame at a moment, as pings tell it. */
  setServerFrame(frame: number, atMs: number): void {
    this.serverOffset = frame - atMs * FRAMES_PER_MS;
  }

  /** To be asked each animation frame: only when a packet is first seen is it its beginning that plays. */
  measure(packet: PlayedPacket, outputLatencyMs: number): void {
    const { played } = this;
    this.played = packet;
    if (played?.ssrc === packet.ssrc && played.rtpTimestamp === packet.rtpTimestamp) {
      this.measuredAtMs = Math.max(this.measuredAtMs, packet.atMs);
      return;
    }
    const own = this.syncs.filter((sync) => sync.ssrc === packet.ssrc);
    const frame = frameOfPacket(own, packet.rtpTimestamp);
    if (frame === null) return;
    const offset = frame - (outputLatencyMs + packet.atMs) * FRAMES_PER_MS;
    this.take(offset, packet.atMs);
  }

  /** Another source of the same knowledge: the frame that a media element plays now. */
  measureElement(frame: number, atMs: number, outputLatencyMs: number): void {
    this.take(frame - (outputLatencyMs + atMs) * FRAMES_PER_MS, atMs);
  }

  /** Frame that is heard, or null when nothing is known yet. */
  heardFrame(nowMs: number): number | null {
    const frame = this.estimate(nowMs);
    return frame === null ? null : Math.min(frame, this.lastFrame);
  }

  /** Whether the estimate comes from sound, not from pings. */
  fromSound(nowMs: number): boolean {
    return this.offset !== null && nowMs - this.measuredAtMs < STALE_MS;
  }

  /** From the engine to the ear, milliseconds. */
  playoutDelayMs(): number {
    return this.playoutMs;
  }

  private estimate(nowMs: number): number | null {
    if (this.offset !== null && nowMs - this.measuredAtMs < STALE_MS) return this.offset + nowMs * FRAMES_PER_MS;
    if (this.serverOffset === null) return null;
    return this.serverOffset + (nowMs - this.playoutMs) * FRAMES_PER_MS;
  }

  private take(offset: number, atMs: number): void {
    const jumped = this.offset === null || Math.abs(offset - this.offset) > JUMP_FRAMES;
    const share = 1 - Math.exp(-Math.max(0, atMs - this.takenAtMs) / SETTLE_MS);
    this.offset = jumped ? offset : this.offset! + (offset - this.offset!) * share;
    this.takenAtMs = atMs;
    this.measuredAtMs = Math.max(this.measuredAtMs, atMs);
    if (this.serverOffset !== null) {
      this.playoutMs = Math.max(0, (this.serverOffset - this.offset) / FRAMES_PER_MS);
    }
  }
}
