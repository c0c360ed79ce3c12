import { describe, expect, it } from 'vitest';
import { DeckHistory } from './deck-history';

const sample = (frame: number, position: number, rate = 1) => ({
  frame,
  position,
  rate,
  bpm: 120,
  playing: rate !== 0,
  peakDb: -6,
});

describe('deck history', () => {
  it('interpolates between what it knows and carries the newest on', () => {
    const history = new DeckHistory();
    history.add(sample(0, 1000));
    history.add(sample(1600, 2600));
    expect(history.at(800)?.position).toBe(1800);
    expect(history.at(2600)?.position).toBe(3600);
  });

  it('keeps the old place until the frame of a jump', () => {
    const history = new DeckHistory();
    history.add(sample(0, 0));
    history.add(sample(1600, 500_000));
    expect(history.at(1599)?.position).toBe(1599);
    expect(history.at(1600)?.position).toBe(500_000);
  });

  it('puts late news in their place and forgets what is long past', () => {
    const history = new DeckHistory();
    history.add(sample(3200, 3200));
    history.add(sample(1600, 1600));
    expect(history.at(2000)?.position).toBe(2000);
    history.add(sample(10_000_000, 10_000_000));
    history.add(sample(10_001_600, 10_001_600));
    expect(history.at(0)?.position).not.toBe(0);
  });

  it('does not run away when news stop', () => {
    const history = new DeckHistory();
    history.add(sample(0, 0));
    expect(history.at(48_000 * 60)?.position).toBe(96_000);
  });
});
