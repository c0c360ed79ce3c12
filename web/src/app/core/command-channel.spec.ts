import { describe, expect, it } from 'vitest';
import { type Channel, CommandChannel } from './command-channel';

function setup(change: Partial<Channel> = {}) {
  const waiting: { ms: number; act: () => void }[] = [];
  const timer = { now: () => 0, after: (ms: number, act: () => void) => void waiting.push({ ms, act }) };
  const packets: { number: number; what: string }[][] = [];
  const open: Channel = { readyState: 'open', bufferedAmount: 0, send: (text) => void packets.push(JSON.parse(text)), ...change };
  const channel = new CommandChannel(timer);
  channel.use(open);
  const numbers = () => packets.map((packet) => packet.map(({ number }) => number));
  return { channel, packets, numbers, waiting };
}

describe('the copies of commands', () => {
  it('carry the last commands, in order, with the numbers that the socket has', () => {
    const { channel, packets, numbers } = setup();
    const sent = ['play', 'cue', 'kill', 'play'].map((what) => channel.send({ what }));
    expect(sent.map(({ number }) => number)).toEqual([1, 2, 3, 4]);
    expect(numbers()).toEqual([[1], [1, 2], [1, 2, 3], [2, 3, 4]]);
    expect(packets[3][2]).toEqual(sent[3]);
  });

  it('come again while nothing follows', () => {
    const { channel, numbers, waiting } = setup();
    channel.send({ what: 'play' });
    channel.send({ what: 'cue' });
    waiting.forEach(({ act }) => act());
    expect(waiting.map(({ ms }) => ms)).toEqual([70, 140, 70, 140]);
    expect(numbers()).toEqual([[1], [1, 2], [1, 2], [1, 2]]);
  });

  it('are not sent where the way is closed or crowded; the number is there all the same', () => {
    for (const change of [{ readyState: 'connecting' }, { bufferedAmount: 5000 }] as const) {
      const { channel, packets } = setup(change);
      expect(channel.send({ what: 'play' }).number).toBe(1);
      expect(packets).toEqual([]);
    }
  });

  it('of an old stream are not sent on a new one', () => {
    const { channel, numbers, waiting } = setup();
    channel.send({ what: 'play' });
    const other = setup();
    channel.use({ readyState: 'open', bufferedAmount: 0, send: (text) => void other.packets.push(JSON.parse(text)) });
    waiting.forEach(({ act }) => act());
    channel.send({ what: 'cue' });
    expect(numbers()).toEqual([[1]]);
    expect(other.numbers()).toEqual([[2]]);
  });
});
