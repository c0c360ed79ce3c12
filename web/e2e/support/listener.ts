// What a page receives as sound: a tap on its WebRTC stream, before its own players and faders.
// Everything that is heard is kept, so that a test may ask afterwards what was heard when.

import type { Page } from '@playwright/test';

export interface Concealment {
  /** Samples that the browser had to invent since the stream began. */
  readonly concealed: number;
  readonly received: number;
}

interface Tap {
  peer: RTCPeerConnection | null;
  /** Left and right, 10 ms each. */
  blocks: [Float32Array, Float32Array][];
  /** What keepHeard() put aside: a page that connects again begins a new list. */
  kept: [Float32Array, Float32Array][];
  /** When each block came, performance.now(). */
  times: number[];
}

/** What TypeScript's DOM library does not know: raw samples of a track (Chromium). */
declare class MediaStreamTrackProcessor {
  constructor(init: { track: MediaStreamTrack; maxBuffer: number });
  readonly readable: ReadableStream<AudioData>;
}

/** Must be called before the page is opened. */
export function tapSound(page: Page): Promise<unknown> {
  return page.addInitScript(() => {
    const tap: Tap = { peer: null, blocks: [], kept: [], times: [] };
    Object.assign(window, { tap });
    const take = (data: AudioData, channel: number) => {
      const samples = new Float32Array(data.numberOfFrames);
      data.copyTo(samples, { planeIndex: Math.min(channel, data.numberOfChannels - 1), format: 'f32-planar' });
      return samples;
    };
    const keep = async (track: MediaStreamTrack) => {
      const reader = new MediaStreamTrackProcessor({ track, maxBuffer: 1000 }).readable.getReader();
      for (let next = await reader.read(); !next.done; next = await reader.read()) {
        tap.times.push(performance.now());
        tap.blocks.push([take(next.value, 0), take(next.value, 1)]);
        next.value.close();
      }
    };
    const Native = window.RTCPeerConnection;
    window.RTCPeerConnection = class extends Native {
      constructor(configuration?: RTCConfiguration) {
        super(configuration);
        tap.peer = this;
        tap.blocks = [];
        tap.times = [];
        this.addEventListener('track', ({ track }) => void keep(track));
      }
    };
  });
}

/** Puts aside what was received so far, for findIn(). */
export function keepHeard(page: Page): Promise<void> {
  return page.evaluate(() => {
    const { tap } = window as unknown as { tap: Tap };
    tap.kept = tap.blocks.slice();
  });
}

/** Frames that were received so far. */
export function received(page: Page): Promise<number> {
  return page.evaluate(() => (window as unknown as { tap: Tap }).tap.blocks.length * 480);
}

/** RMS of the newest `seconds`, dBFS; −200 for digital silence. */
export function loudness(page: Page, seconds: number): Promise<number> {
  return page.evaluate((blocks) => {
    const newest = (window as unknown as { tap: Tap }).tap.blocks.slice(-blocks);
    let energy = 0;
    for (const [left, right] of newest)
      for (let i = 0; i < left.length; ++i) energy += left[i] * left[i] + right[i] * right[i];
    return energy === 0 ? -200 : 10 * Math.log10(energy / (newest.length * 960));
  }, seconds * 100);
}

export function concealment(page: Page): Promise<Concealment> {
  return page.evaluate(async () => {
    const stats = await (window as unknown as { tap: Tap }).tap.peer!.getStats();
    const sound = [...stats.values()].find((entry) => entry.type === 'inbound-rtp');
    return { concealed: sound?.concealedSamples ?? 0, received: sound?.totalSamplesReceived ?? 0 };
  });
}

export interface Likeness {
  /** Each quarter of a second by itself: where it lies in the other (seconds) and how alike it is (0–1). */
  readonly pieces: readonly { readonly at: number; readonly correlation: number }[];
  /** The pieces' median likeness. */
  readonly correlation: number;
  /** Side against mid, dB, of what was received. */
  readonly sideDb: number;
}

/**
 * Looks for `seconds` of received sound, beginning at received frame `from`, in an audio file of the
 * server: normalised cross-correlation below 1 kHz, where every coding keeps the wave as it is.
 */
export function findIn(page: Page, from: number, seconds: number, url: string): Promise<Likeness> {
  return page.evaluate(
    async ([begin, length, address]) => {
      const STEP = 16;
      const PIECE = 0.25; // short enough for what a jitter buffer stretches to matter little
      const fetched = await fetch(address);
      if (!fetched.ok || fetched.status === 202) throw new Error(`${address}: ${fetched.status}`);
      const file = await new OfflineAudioContext(2, 1, 48000).decodeAudioData(await fetched.arrayBuffer());
      const blocks = (window as unknown as { tap: Tap }).tap.kept;
      const frames = length * 48000;
      const heard = [new Float32Array(frames), new Float32Array(frames)];
      for (let i = 0; i < frames; ++i) {
        const block = blocks[Math.floor((begin + i) / 480)];
        if (!block) throw new Error(`only ${blocks.length * 480} frames were received`);
        heard.forEach((channel, c) => (channel[i] = block[c][(begin + i) % 480]));
      }
      // Both channels added, two runs of a moving average, every sixteenth sample.
      const low = (channels: Float32Array[]) => {
        let wave = channels[0].map((sample, i) => sample + channels[1][i]);
        for (const width of [31, 43]) {
          let sum = 0;
          wave = wave.map((sample, i) => (sum += sample - (i >= width ? wave[i - width] : 0)));
        }
        return wave.filter((_, i) => i % STEP === 0);
      };
      const wave = low(heard);
      const hay = low([file.getChannelData(0), file.getChannelData(Math.min(1, file.numberOfChannels - 1))]);
      const find = (needle: Float32Array) => {
        const norm = Math.sqrt(needle.reduce((sum, sample) => sum + sample * sample, 0));
        let energy = 0;
        for (let i = 0; i < needle.length; ++i) energy += hay[i] * hay[i];
        let [best, at] = [0, 0];
        for (let lag = 0; lag + needle.length < hay.length; ++lag) {
          let product = 0;
          for (let i = 0; i < needle.length; ++i) product += needle[i] * hay[lag + i];
          const correlation = product / (norm * Math.sqrt(Math.max(energy, 1e-9)));
          if (correlation > best) [best, at] = [correlation, lag];
          energy += hay[lag + needle.length] ** 2 - hay[lag] ** 2;
        }
        return { at: (at * STEP) / 48000, correlation: best };
      };
      const size = (PIECE * 48000) / STEP;
      const pieces = [];
      for (let i = 0; i + size <= wave.length; i += size) pieces.push(find(wave.slice(i, i + size)));
      const sorted = pieces.map((piece) => piece.correlation).sort((x, y) => x - y);
      let [mid, side] = [0, 0];
      for (let i = 0; i < frames; ++i) {
        mid += (heard[0][i] + heard[1][i]) ** 2;
        side += (heard[0][i] - heard[1][i]) ** 2;
      }
      return { pieces, correlation: sorted[Math.floor(sorted.length / 2)], sideDb: 10 * Math.log10(side / mid) };
    },
    [from, seconds, url] as const,
  );
}

export interface Moment {
  /** Where the playhead stood when an onset left the speaker, seconds of the track. */
  readonly drawn: number;
  /** Which onset it was, seconds of the track. */
  readonly heard: number;
}

/**
 * Watches for `seconds` where the playhead of the upper deck is drawn, by the flag of its cue point at the
 * track's beginning, while a track with an onset every half second plays; then says for each onset that was
 * heard meanwhile where the playhead stood.
 */
export function playheadAtOnsets(page: Page, seconds: number): Promise<Moment[]> {
  return page.evaluate(async (length) => {
    const { tap } = window as unknown as { tap: Tap };
    const canvas = document.querySelector<HTMLCanvasElement>('dju-scroll-waveform canvas')!;
    const context = canvas.getContext('2d')!;
    const shownSeconds = 8;
    const hex = getComputedStyle(canvas).getPropertyValue('--dju-deck-a').trim();
    const colour = [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));
    const isFlag = (data: Uint8ClampedArray, x: number) =>
      colour.every((part, i) => Math.abs(data[x * 4 + i] - part) < 3);
    /** The flag's left edge; the lane's own colour takes the first columns. */
    const flag = () => {
      const { data, width } = context.getImageData(0, 1, canvas.width, 1);
      for (let x = 8; x + 20 < width; ++x) if (isFlag(data, x) && isFlag(data, x + 20)) return x;
      return null;
    };
    const output = new AudioContext({ latencyHint: 'interactive' });
    const drawn: { atMs: number; position: number }[] = [];
    const from = tap.blocks.length;
    const began = performance.now();
    while (performance.now() - began < length * 1000) {
      const atMs = await new Promise<number>((resolve) =>
        requestAnimationFrame(() => resolve(performance.now())),
      );
      const x = flag();
      if (x !== null) drawn.push({ atMs, position: ((canvas.width / 2 - x) / canvas.width) * shownSeconds });
    }
    // Blocks are asked for on the output's clock; the quickest delivery tells when.
    const blocks = tap.blocks.slice(from);
    const late = tap.times.slice(from).map((time, i) => time - i * 10);
    const origin = (block: number) => Math.min(...late.slice(Math.max(0, block - 25), block + 25));
    const latencyMs = output.outputLatency * 1000;
    await output.close();
    const moments = [];
    let quiet = 0;
    for (let i = 0; i < blocks.length * 480; ++i) {
      const loud = Math.abs(blocks[Math.floor(i / 480)][0][i % 480]) > 0.1;
      if (loud && quiet > 9600) {
        const atMs = origin(Math.floor(i / 480)) + i / 48 + latencyMs;
        const after = drawn.findIndex((sample) => sample.atMs >= atMs);
        if (after > 0) {
          const [a, b] = [drawn[after - 1], drawn[after]];
          const share = (atMs - a.atMs) / (b.atMs - a.atMs);
          const position = a.position + share * (b.position - a.position);
          moments.push({ drawn: position, heard: Math.round(position * 2) / 2 });
        }
      }
      quiet = loud ? 0 : quiet + 1;
    }
    return moments;
  }, seconds);
}
