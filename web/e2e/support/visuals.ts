// The packed frame of docs/visualization.md, as the simulated server sends it: levels and a spectrum that
// stand still, so that pictures can be compared.

const HEADER = 26;
const DECK = 24;
const BINS = 256;
const RATE = 48000;

export interface VisualDeck {
  readonly positionFrames: number;
  readonly rate: number;
  readonly playing: boolean;
}

export function visualPacket(frame: number, decks: readonly VisualDeck[]): Buffer {
  const packet = Buffer.alloc(HEADER + decks.length * DECK + BINS);
  packet[0] = 2;
  packet[1] = decks.length;
  packet.writeUInt16LE(BINS, 2);
  packet.writeBigInt64LE(BigInt(Math.round(frame)), 4);
  [420, 510, 1300, 1370].forEach((level, i) => packet.writeUInt16LE(level, 12 + 2 * i));
  packet.writeUInt16LE(180, 20);
  packet.writeInt16LE(-104, 22);
  packet[24] = 0b10;
  decks.forEach(({ positionFrames, rate, playing }, i) => {
    const at = HEADER + i * DECK;
    packet.writeBigInt64LE(BigInt(Math.round(positionFrames * 256)), at);
    packet.writeInt32LE(Math.round((playing ? rate : 0) * 2 ** 20), at + 8);
    packet.writeUInt16LE(playing ? 500 + 200 * i : 12000, at + 16);
    packet.writeUInt32LE(playing ? 3 : 1, at + 20);
  });
  for (let bin = 0; bin < BINS; ++bin) {
    packet[packet.length - BINS + bin] = 90 + 80 * Math.sin(bin / 19) ** 2 + 60 * Math.exp(-(((bin - 40) / 25) ** 2));
  }
  return packet;
}

/** Frames between two packets: 30 a second. */
export const VISUAL_FRAMES = RATE / 30;
