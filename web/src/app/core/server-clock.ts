// The server's time and engine frame as estimated from pings: five probes a round, the slowest and
// quickest dropped, and a moving average over ten rounds. Pure: all times are arguments, in the
// page's performance.now() milliseconds.

export const PROBES = 5;
const ROUNDS = 10;
const FRAMES_PER_MS = 48;
/** A jump of the engine's clock (a stall on the server) begins the average anew. */
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
    return this.mean((round) => round.rtt);
  }

  /** Milliseconds since the epoch on the server. */
  timeAt(nowMs: number): number | null {
    const offset = this.mean((round) => round.timeOffset);
    return offset === null ? null : nowMs + offset;
  }

  /** Frame that the engine renders. */
  frameAt(nowMs: number): number | null {
    const offset = this.mean((round) => round.frameOffset);
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

  private mean(field: (round: Round) => number | null): number | null {
    // Before the first round is complete a single probe is better than nothing.
    const rounds = this.rounds.length > 0 ? this.rounds : this.probes.length > 0 ? [summarise(this.probes)] : [];
    const values = rounds.map(field).filter((value) => value !== null);
    return values.length === 0 ? null : values.reduce((a, b) => a + b, 0) / values.length;
  }
}

function rttOf(probe: Probe): number {
  return probe.receivedMs - probe.sentMs;
}

function summarise(probes: readonly Probe[]): Round {
  const sorted = [...probes].sort((a, b) => rttOf(a) - rttOf(b));
  const kept = sorted.length > 2 ? sorted.slice(1, -1) : sorted;
  const mean = (field: (probe: Probe) => number) => kept.reduce((sum, p) => sum + field(p), 0) / kept.length;
  const middle = (probe: Probe) => (probe.sentMs + probe.receivedMs) / 2;
  return {
    rtt: mean(rttOf),
    timeOffset: mean((p) => p.serverTime - middle(p)),
    frameOffset: kept.every((p) => p.frame !== undefined)
      ? mean((p) => p.frame! - middle(p) * FRAMES_PER_MS)
      : null,
  };
}
