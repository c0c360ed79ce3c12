import { describe, expect, it } from 'vitest';
import { FrameClock, frameOfPacket, rtpDistance } from './frame-clock';
import type { AudioSync } from './protocol';

const sync = (rtpTimestamp: number, frame: number): AudioSync => ({
  rtpTimestamp,
  frame,
  ssrc: 1,
  serverTime: 0,
  codecDelaySamples: 120,
});

describe('heard frame', () => {
  it('measures RTP distances across the wrap', () => {
    expect(rtpDistance(10, 2 ** 32 - 10)).toBe(20);
    expect(rtpDistance(2 ** 32 - 10, 10)).toBe(-20);
  });

  it('maps a packet less the codec delay, across the wrap too', () => {
    expect(frameOfPacket([sync(1000, 50_000)], 1960)).toBe(50_840);
    expect(frameOfPacket([sync(2 ** 32 - 480, 50_000)], 480)).toBe(50_840);
  });

  it('takes the mapping from before a stall for packets from before it', () => {
    const syncs = [sync(0, 0), sync(96_000, 48_000)];
    expect(frameOfPacket(syncs, 95_000)).toBe(94_880);
    expect(frameOfPacket(syncs, 97_000)).toBe(48_880);
  });

  it('extrapolates by time and subtracts the output latency', () => {
    const clock = new FrameClock();
    clock.addSync(sync(0, 100_000));
    clock.measure({ ssrc: 1, rtpTimestamp: 4800, atMs: 1000 }, 20);
    expect(clock.heardFrame(1000)).toBeCloseTo(100_000 + 4800 - 120 - 960);
    expect(clock.heardFrame(1010)).toBeCloseTo(100_000 + 4800 - 120 - 960 + 480);
  });

  it('smooths jitter and follows a jump at once', () => {
    const clock = new FrameClock();
    clock.addSync(sync(0, 0));
    clock.measure({ ssrc: 1, rtpTimestamp: 0, atMs: 0 }, 0);
    clock.measure({ ssrc: 1, rtpTimestamp: 960, atMs: 30 }, 0);
    expect(clock.heardFrame(30)! + 120).toBeCloseTo(1440 - 480 * (1 - Math.exp(-30 / 700)));
    clock.measure({ ssrc: 1, rtpTimestamp: 48_000, atMs: 20 }, 0);
    expect(clock.heardFrame(20)).toBeCloseTo(47_880);
  });

  it('measures a packet at its beginning, not while the rest of it plays', () => {
    const clock = new FrameClock();
    clock.addSync(sync(0, 0));
    clock.measure({ ssrc: 1, rtpTimestamp: 0, atMs: 0 }, 0);
    for (const atMs of [10, 20, 30, 40, 50]) clock.measure({ ssrc: 1, rtpTimestamp: 0, atMs }, 0);
    expect(clock.heardFrame(50)).toBeCloseTo(50 * 48 - 120);
    expect(clock.fromSound(1040)).toBe(true);
  });

  it('falls back to the server clock with the delay that it learned', () => {
    const clock = new FrameClock();
    expect(clock.heardFrame(0)).toBeNull();
    clock.setServerFrame(48_000, 1000);
    clock.addSync(sync(0, 0));
    clock.measure({ ssrc: 1, rtpTimestamp: 48_000 - 4800 + 120, atMs: 1000 }, 0);
    expect(clock.playoutDelayMs()).toBeCloseTo(100);
    expect(clock.fromSound(5000)).toBe(false);
    expect(clock.heardFrame(5000)).toBeCloseTo(48_000 + (4000 - 100) * 48);
  });

  it('stands still at the frame where the battle ended', () => {
    const clock = new FrameClock();
    clock.setServerFrame(48_000, 1000);
    clock.endAt(72_000);
    expect(clock.heardFrame(1120)).toBeCloseTo(48_000);
    expect(clock.heardFrame(9000)).toBe(72_000);
  });

  it('takes the mappings of the stream that is heard, not those of the other DJ', () => {
    const clock = new FrameClock();
    clock.addSync(sync(0, 0));
    clock.addSync({ ...sync(0, 1_000_000), ssrc: 2 });
    clock.measure({ ssrc: 1, rtpTimestamp: 120, atMs: 0 }, 0);
    expect(clock.heardFrame(0)).toBeCloseTo(0);
    clock.measure({ ssrc: 2, rtpTimestamp: 120, atMs: 0 }, 0);
    expect(clock.heardFrame(0)).toBeCloseTo(1_000_000);
  });

  it('forgets the mappings of a stream that ended', () => {
    const clock = new FrameClock();
    clock.addSync(sync(0, 0));
    clock.streamEnded();
    clock.measure({ ssrc: 1, rtpTimestamp: 120, atMs: 0 }, 0);
    expect(clock.heardFrame(0)).toBeNull();
  });
});
