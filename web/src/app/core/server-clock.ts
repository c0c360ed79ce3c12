// The server's time and engine frame as estimated from pings, as the server estimates the round trip
// (src/server/net/round_trip.h): of five probes the second quickest, of the last ten such rounds the
// one in the middle, since what waits for a lost packet is late and nothing is early. Pure: all times
// are arguments, in the page's performance.now() milliseconds.

export const PROBES = 5;
const ROUNDS = 10;
const FRAMES_PER_MS = 48;
/** A jump of the engine's clock (a stall on the server) begins anew. */
const JUMP_FRAMES = 50 * FRAMES_PER_MS;

export interface Probe {
  readonly sentMs: number;
  readonly receivedMs: number;
  readonly serverTime: number;
  readonly frame?: number;
}

interface Round {
  readonly rtt: number;
  readonly timeOffset: number;
  readonly frameOffset: number | null;
}

export class ServerClock {
  private probes: Probe[] = [];
  private rounds: Round[] = [];

  /** Adds a probe; true when it completed a round. */
  add(probe: Probe): boolean {
    this.probes.push(probe);
    if (this.probes.length < PROBES) return false;
    this.finish();
    return true;
  }

  /** Round trip in milliseconds, null before the first probe. */
  rttMs(): number | null {
    return this.middle((round) => round.rtt);
  }

  /** Milliseconds since the epoch on the server. */
  timeAt(nowMs: number): number | null {
    const offset = this.middle((round) => round.timeOffset);
    return offset === null ? null : nowMs + offset;
  }

  /** Frame that the engine renders. */
  frameAt(nowMs: number): number | null {
    const offset = this.middle((round) => round.frameOffset);
    return offset === null ? null : nowMs * FRAMES_PER_MS + offset;
  }

  private finish(): void {
    const round = summarise(this.probes);
    this.probes = [];
    const before = this.rounds[this.rounds.length - 1];
    if (before?.frameOffset != null && round.frameOffset !== null) {
      if (Math.abs(round.frameOffset - before.frameOffset) > JUMP_FRAMES) this.rounds = [];
    }
    this.rounds.push(round);
    if (this.rounds.length > ROUNDS) this.rounds.shift();
  }

  private middle(field: (round: Round) => number | null): number | null {
    // Before the first round is complete a single probe is better than nothing.
    const rounds = this.rounds.length > 0 ? this.rounds : this.probes.length > 0 ? [summarise(this.probes)] : [];
    const values = rounds.map(field).filter((value) => value !== null);
    values.sort((a, b) => a - b);
    return values[(values.length - 1) >> 1] ?? null;
  }
}

function rttOf(probe: Probe): number {
  return probe.receivedMs - probe.sentMs;
}

function summarise(probes: readonly Probe[]): Round {
  const sorted = [...probes].sort((a, b) => rttOf(a) - rttOf(b));
  const probe = sorted[Math.min(1, sorted.length - 1)];
  const between = (probe.sentMs + probe.receivedMs) / 2;
  return {
    rtt: rttOf(probe),
    timeOffset: probe.serverTime - between,
    frameOffset: probe.frame === undefined ? null : probe.frame - between * FRAMES_PER_MS,
  };
}
