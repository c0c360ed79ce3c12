import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { OneTab } from './one-tab';

/** All channels of one browser, delivering at once. */
class Channel {
  static all: Channel[] = [];
  onmessage: (() => void) | null = null;
  constructor(readonly name: string) {
    Channel.all.push(this);
  }
  postMessage(): void {
    for (const other of Channel.all) if (other !== this && other.name === this.name) other.onmessage?.();
  }
  close(): void {
    Channel.all = Channel.all.filter((other) => other !== this);
  }
}

describe('one tab', () => {
  beforeEach(() => {
    Channel.all = [];
    vi.stubGlobal('BroadcastChannel', Channel);
  });
  afterEach(() => vi.unstubAllGlobals());

  it('belongs to the tab that took over last', () => {
    const [first, second, other] = [new OneTab(), new OneTab(), new OneTab()];
    first.open('b1.dj');
    other.open('b1.spectator');
    second.open('b1.dj');
    expect([first.elsewhere(), second.elsewhere(), other.elsewhere()]).toEqual([true, false, false]);
    first.claim();
    expect([first.elsewhere(), second.elsewhere()]).toEqual([false, true]);
    first.close();
    second.claim();
    expect([first.elsewhere(), second.elsewhere()]).toEqual([false, false]);
  });
});
