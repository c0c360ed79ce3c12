import { describe, expect, it } from 'vitest';
import { bindingsOf, type Mapping } from './mapping';
import { MAPPINGS } from './mappings';
import { fraction, Translator } from './translator';

function mapping(name: string): Mapping {
  return MAPPINGS.find((m) => m.name.includes(name))!;
}

/** Plays a stream of messages, written as in a MIDI monitor, and lists the movements. */
function play(name: string, stream: string, shown: Record<string, number> = {}) {
  const values: Record<string, number> = { rate_range: 8, ...shown };
  const translator = new Translator(mapping(name), (id) => values[id] ?? 0);
  return stream
    .trim()
    .split(/\s*\n\s*/)
    .map((line) => {
      const movement = translator.take(line.split(' ').map((byte) => Number.parseInt(byte, 16)));
      if (movement?.kind === 'move') values[movement.control] = movement.value;
      return movement;
    })
    .filter((movement) => movement !== null);
}

describe('controllers', () => {
  it('have mappings that name real controls only', () => {
    expect(MAPPINGS).toHaveLength(3);
    for (const m of MAPPINGS) expect(bindingsOf(m).size).toBeGreaterThan(30);
  });

  it('DDJ-400: buttons', () => {
    expect(play('DDJ-400', '90 0B 7F\n90 0B 00\n91 0C 7F\n91 0C 00')).toEqual([
      { kind: 'toggle', control: 'play', deck: 'A' },
      { kind: 'press', control: 'cue', deck: 'B', value: 1 },
      { kind: 'press', control: 'cue', deck: 'B', value: 0 },
    ]);
  });

  it('DDJ-400: note off ends a hold as velocity 0 does', () => {
    expect(play('DDJ-400', '90 36 7F\n80 36 40')).toEqual([
      { kind: 'press', control: 'jog_touch', deck: 'A', value: 1 },
      { kind: 'press', control: 'jog_touch', deck: 'A', value: 0 },
    ]);
  });

  it('DDJ-400: pads and their shift layer', () => {
    expect(play('DDJ-400', '97 02 7F\n97 02 00\n98 02 7F\n98 02 00\n99 07 7F')).toEqual([
      { kind: 'press', control: 'hotcue_3', deck: 'A', value: 1 },
      { kind: 'press', control: 'hotcue_3', deck: 'A', value: 0 },
      { kind: 'press', control: 'hotcue_clear_3', deck: 'A', value: 1 },
      { kind: 'press', control: 'hotcue_8', deck: 'B', value: 1 },
    ]);
  });

  it('DDJ-FLX4: the jog wheel turns both ways', () => {
    const turns = play('FLX4', 'B0 22 41\nB0 22 3E\nB1 21 7F');
    expect(turns.map((t) => (t.kind === 'turn' ? [t.deck, Math.round(t.by * 720)] : null))).toEqual([
      ['A', 1],
      ['A', -2],
      ['B', 63],
    ]);
  });

  it('DDJ-FLX4: 14 bit values act when both halves are there, with an exact middle', () => {
    const moves = play('FLX4', 'B0 13 40\nB0 33 00\nB0 13 7F\nB0 33 7F', { volume: 0.5 });
    expect(moves).toEqual([
      { kind: 'move', control: 'volume', deck: 'A', value: 0.5 },
      { kind: 'move', control: 'volume', deck: 'A', value: 1 },
    ]);
  });

  it('the tempo fader spans the range of its deck', () => {
    const moves = play('FLX4', 'B1 00 40\nB1 20 00\nB1 00 7F\nB1 20 7F');
    expect(moves.map((m) => (m.kind === 'move' ? m.value : null))).toEqual([0, 8]);
  });

  it('soft takeover: nothing moves until the fader has met the software', () => {
    const moves = play('Mixtrack', 'B0 1C 10\nB0 1C 20\nB0 1C 50\nB0 1C 70', { volume: 0.5 });
    expect(moves.map((m) => (m.kind === 'move' ? Math.round(m.value * 100) / 100 : null))).toEqual([0.63, 0.88]);
  });

  it("Mixtrack Pro FX: two's complement wheel, crossfader on its own channel", () => {
    expect(play('Mixtrack', 'B0 06 01\nB0 06 7F\nBF 08 40')).toEqual([
      { kind: 'turn', control: 'jog', deck: 'A', by: 1 / 1024 },
      { kind: 'turn', control: 'jog', deck: 'A', by: -1 / 1024 },
      { kind: 'move', control: 'crossfader', value: 0 },
    ]);
  });

  it('drops what it does not know', () => {
    expect(play('DDJ-400', 'F8\n90 7E 7F\nE0 00 40')).toEqual([]);
  });

  it('maps the ends and the middle exactly', () => {
    expect([fraction(0, 127), fraction(64, 127), fraction(127, 127)]).toEqual([0, 0.5, 1]);
    expect(fraction(8192, 16383)).toBe(0.5);
  });
});
