import { describe, expect, it } from 'vitest';
import { ServerClock } from './server-clock';

const probe = (sentMs: number, rtt: number, frame = (sentMs + rtt / 2) * 48) => ({
  sentMs,
  receivedMs: sentMs + rtt,
  serverTime: 1_000_000 + sentMs + rtt / 2,
  frame,
});

describe('server clock', () => {
  it('knows something after one probe', () => {
    const clock = new ServerClock();
    expect(clock.rttMs()).toBeNull();
    clock.add(probe(0, 20));
    expect(clock.rttMs()).toBe(20);
    expect(clock.frameAt(100)).toBeCloseTo(4800);
  });

  it('takes the second quickest of five', () => {
    const clock = new ServerClock();
    for (const rtt of [22, 500, 20, 1, 600]) clock.add(probe(0, rtt));
    expect(clock.rttMs()).toBeCloseTo(20);
    expect(clock.timeAt(50)).toBeCloseTo(1_000_050);
  });

  it('is not misled by half of its rounds', () => {
    const clock = new ServerClock();
    for (let round = 0; round < 10; ++round) {
      for (let i = 0; i < 5; ++i) clock.add(probe(round * 100, round % 2 === 0 ? 20 : 900));
    }
    expect(clock.rttMs()).toBe(20);
  });

  it('knows ten rounds and no more', () => {
    const clock = new ServerClock();
    for (let round = 0; round < 20; ++round) {
      for (let i = 0; i < 5; ++i) clock.add(probe(round * 100, round < 10 ? 100 : 20));
    }
    expect(clock.rttMs()).toBeCloseTo(20);
  });

  it('begins anew when the engine has stalled', () => {
    const clock = new ServerClock();
    for (let i = 0; i < 5; ++i) clock.add(probe(0, 10));
    for (let i = 0; i < 5; ++i) clock.add(probe(1000, 10, (1005 - 300) * 48));
    expect(clock.frameAt(2000)).toBeCloseTo((2000 - 300) * 48);
  });
});
