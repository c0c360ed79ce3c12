// The packed frame of docs/visualization.md. Pure; throws an Error that names what is wrong, since
// the bytes come from the network.

export interface VisualDeck {
  /** Track frames. */
  readonly position: number;
  readonly rate: number;
  readonly beatPhase: number;
  readonly barBeat: number;
  readonly peakDb: number;
  readonly audibleShare: number;
  readonly flags: number;
}

export interface Visualization {
  readonly frame: number;
  readonly masterPeakDb: readonly [number, number];
  readonly masterRmsDb: readonly [number, number];
  /** By how much the limiter turned down at most since the last packet, dB. */
  readonly limiterDb: number;
  /** The louder side, between the samples too. */
  readonly masterTruePeakDb: number;
  /** Bit n: sampler n + 1 sounds. */
  readonly samplers: number;
  readonly decks: readonly VisualDeck[];
  /** Log-spaced 20 Hz–20 kHz, 0–255 = −90…−10 dBFS. */
  readonly spectrum: Uint8Array;
}

export const DECK_PLAYING = 2;
const VERSION = 2;
const HEADER = 26;
const DECK = 24;
const SILENCE = 12000;

export function parseVisualization(packet: ArrayBuffer | Uint8Array): Visualization {
  const bytes = packet instanceof Uint8Array ? packet : new Uint8Array(packet);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < HEADER) throw new Error(`visualization: ${bytes.length} bytes are no header`);
  if (view.getUint8(0) !== VERSION) throw new Error(`visualization: version ${view.getUint8(0)} is not known`);
  const count = view.getUint8(1);
  const bins = view.getUint16(2, true);
  if (bytes.length < HEADER + count * DECK + bins) throw new Error('visualization: cut off');
  const truePeak = view.getInt16(22, true);
  const level = (at: number) => levelDb(view.getUint16(at, true));
  return {
    frame: Number(view.getBigInt64(4, true)),
    masterPeakDb: [level(12), level(14)],
    masterRmsDb: [level(16), level(18)],
    limiterDb: view.getUint16(20, true) / 100,
    masterTruePeakDb: truePeak <= -SILENCE ? -Infinity : truePeak / 100,
    samplers: view.getUint8(24),
    decks: Array.from({ length: count }, (_, i) => parseDeck(view, HEADER + i * DECK)),
    spectrum: bytes.subarray(HEADER + count * DECK, HEADER + count * DECK + bins),
  };
}

function parseDeck(view: DataView, at: number): VisualDeck {
  return {
    position: Number(view.getBigInt64(at, true)) / 256,
    rate: view.getInt32(at + 8, true) / 2 ** 20,
    beatPhase: view.getUint16(at + 12, true) / 65536,
    barBeat: view.getUint16(at + 14, true) / 4096,
    peakDb: levelDb(view.getUint16(at + 16, true)),
    audibleShare: view.getUint16(at + 18, true) / 65535,
    flags: view.getUint32(at + 20, true),
  };
}

function levelDb(packed: number): number {
  return packed >= SILENCE ? -Infinity : -packed / 100;
}
