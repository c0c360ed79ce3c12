import { describe, expect, it } from 'vitest';
import { Coalescer, type Timer } from './coalescer';

class ManualTimer implements Timer {
  private time = 0;
  private waiting: { at: number; act: () => void }[] = [];
  now = () => this.time;
  after = (ms: number, act: () => void) => void this.waiting.push({ at: this.time + ms, act });
  advance(ms: number): void {
    this.time += ms;
    const due = this.waiting.filter(({ at }) => at <= this.time);
    this.waiting = this.waiting.filter(({ at }) => at > this.time);
    due.forEach(({ act }) => act());
  }
}

function setup() {
  const timer = new ManualTimer();
  const sent: [string, number][] = [];
  const heard: number[] = [];
  const send = (key: string, value: number, frame: number) => {
    sent.push([key, value]);
    heard.push(frame);
  };
  return { timer, sent, heard, coalescer: new Coalescer(send, timer, 16) };
}

describe('coalescing', () => {
  it('sends the first at once and the last always', () => {
    const { timer, sent, coalescer } = setup();
    for (const value of [1, 2, 3]) coalescer.put('a', value, 0);
    expect(sent).toEqual([['a', 1]]);
    timer.advance(16);
    expect(sent).toEqual([['a', 1], ['a', 3]]);
    timer.advance(100);
    expect(sent).toHaveLength(2);
  });

  it('sends a control at most once an interval', () => {
    const { timer, sent, coalescer } = setup();
    for (let i = 0; i < 1000; ++i) {
      coalescer.put('a', i, 0);
      timer.advance(1);
    }
    timer.advance(16);
    expect(sent.length).toBeLessThanOrEqual(1000 / 16 + 2);
    expect(sent[sent.length - 1]).toEqual(['a', 999]);
  });

  it('adds movements up and loses none', () => {
    const { timer, sent, coalescer } = setup();
    for (let i = 0; i < 10; ++i) {
      coalescer.put('jog', 0.125, 0, 'add');
      timer.advance(5);
    }
    timer.advance(16);
    expect(sent.reduce((sum, [, value]) => sum + value, 0)).toBe(1.25);
  });

  it('lets movements through twice as often as positions', () => {
    const { timer, sent, coalescer } = setup();
    for (let i = 0; i < 1000; ++i) {
      coalescer.put('jog', 0.25, 0, 'add');
      timer.advance(1);
    }
    timer.advance(8);
    expect(sent.length).toBeGreaterThan(120);
    expect(sent.length).toBeLessThanOrEqual(127);
    expect(sent.reduce((sum, [, value]) => sum + value, 0)).toBe(250);
  });

  it('tells what was heard at the last movement, not when it was sent', () => {
    const { timer, sent, heard, coalescer } = setup();
    for (let ms = 0; ms < 12; ms += 3) {
      coalescer.put('jog', 0.125, 48 * ms, 'add');
      timer.advance(3);
    }
    timer.advance(8);
    expect(sent).toEqual([['jog', 0.125], ['jog', 0.25], ['jog', 0.125]]);
    expect(heard).toEqual([0, 48 * 6, 48 * 9]);
  });

  it('keeps controls apart and flushes on demand', () => {
    const { timer, sent, coalescer } = setup();
    coalescer.put('a', 1, 0);
    coalescer.put('b', 2, 0);
    coalescer.put('a', 3, 0);
    coalescer.flush('a');
    expect(sent).toEqual([['a', 1], ['b', 2], ['a', 3]]);
    timer.advance(100);
    expect(sent).toHaveLength(3);
  });
});
