import { describe, expect, it } from 'vitest';
import { bindingsOf, lampsOf, type Mapping } from './mapping';
import { MAPPINGS } from './mappings';
import { fraction, type Movement, Translator } from './translator';

function mapping(name: string): Mapping {
  return MAPPINGS.find((m) => m.name.includes(name))!;
}

/** Plays a stream of messages, written as in a MIDI monitor, and lists the movements. */
function play(of: string | Mapping, stream: string, shown: Record<string, number> = {}): Movement[] {
  const values: Record<string, number> = { rate_range: 8, ...shown };
  const translator = new Translator(typeof of === 'string' ? mapping(of) : of, ({ control }) => values[control] ?? 0);
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

function own(inputs: Mapping['inputs'], rest: Partial<Mapping> = {}): Mapping {
  return { name: 'own', match: [], source: '', inputs, outputs: [], ...rest };
}

describe('controllers', () => {
  it('have mappings that name real controls only', () => {
    expect(MAPPINGS).toHaveLength(6);
    for (const m of MAPPINGS) {
      expect(bindingsOf(m).size).toBeGreaterThan(30);
      expect(lampsOf(m).length).toBeGreaterThan(15);
    }
    expect(() => bindingsOf(own([{ status: ['90'], data: '00', control: 'warp', reading: 'button' }]))).toThrow(/"warp"/);
  });

  it('DDJ-400: buttons', () => {
    expect(play('DDJ-400', '90 0B 7F\n90 0B 00\n91 0C 7F\n91 0C 00\n91 58 7F\n91 5C 7F')).toEqual([
      { kind: 'toggle', control: 'play', deck: 'A' },
      { kind: 'press', control: 'cue', deck: 'B', value: 1 },
      { kind: 'press', control: 'cue', deck: 'B', value: 0 },
      { kind: 'toggle', control: 'sync', deck: 'B' },
      { kind: 'press', control: 'sync_leader', value: 2 },
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

  it('DDJ-400: loops, rolls that end, jumps, samplers', () => {
    expect(play('DDJ-400', '97 61 7F\n97 61 00\n9A 60 7F\n9A 60 00\n99 26 7F\n99 26 00\n97 33 7F\n97 33 00\n98 33 7F')).toEqual([
      { kind: 'press', control: 'beatloop', deck: 'A', value: 0.5 },
      { kind: 'press', control: 'loop_roll', deck: 'B', value: 0.25 },
      { kind: 'press', control: 'loop_roll', deck: 'B', value: 0 },
      { kind: 'press', control: 'beat_jump', deck: 'B', value: -8 },
      { kind: 'press', control: 'sampler_play', sampler: 4, value: 1 },
      { kind: 'press', control: 'sampler_play', sampler: 4, value: 0 },
      { kind: 'press', control: 'sampler_stop', sampler: 4, value: 1 },
    ]);
  });

  it('DDJ-400: the library, and filters that a data byte tells apart', () => {
    expect(play('DDJ-400', 'B6 40 01\nB6 40 7E\n96 47 7F\nB6 18 40\nB6 38 00')).toEqual([
      { kind: 'turn', control: 'browse', by: 1 },
      { kind: 'turn', control: 'browse', by: -2 },
      { kind: 'press', control: 'load_selected', deck: 'B', value: 1 },
      { kind: 'move', control: 'filter', deck: 'B', value: 0 },
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

  it('DDJ-200: the tempo fader spans the range of its deck', () => {
    const moves = play('DDJ-200', 'B1 00 40\nB1 20 00\nB1 00 7F\nB1 20 7F');
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

  it('Mixtrack Pro FX: the same pads do what the mode of their deck says', () => {
    expect(play('Mixtrack', '94 14 7F\n84 14 00\n94 0D 7F\n94 14 7F\n95 15 7F\n95 15 00\n94 1C 7F\n94 1C 00')).toEqual([
      { kind: 'press', control: 'hotcue_1', deck: 'A', value: 1 },
      { kind: 'press', control: 'hotcue_1', deck: 'A', value: 0 },
      { kind: 'mode', deck: 'A', mode: 'loop' },
      { kind: 'press', control: 'beatloop', deck: 'A', value: 0.25 },
      { kind: 'press', control: 'hotcue_2', deck: 'B', value: 1 },
      { kind: 'press', control: 'hotcue_2', deck: 'B', value: 0 },
      { kind: 'press', control: 'loop_roll', deck: 'A', value: 0.25 },
      { kind: 'press', control: 'loop_roll', deck: 'A', value: 0 },
    ]);
  });

  it('Party Mix MKII: each deck plays half of the samplers', () => {
    expect(play('Party Mix', '95 0B 7F\n95 16 7F')).toEqual([
      { kind: 'mode', deck: 'B', mode: 'sampler' },
      { kind: 'press', control: 'sampler_play', sampler: 7, value: 1 },
    ]);
  });

  it('Inpulse 300: slip, quantize, an effect, a wheel of 248 ticks', () => {
    expect(play('Inpulse', '91 01 7F\n92 02 7F\n91 00 7F\nB2 0A 7F\n97 52 7F')).toEqual([
      { kind: 'toggle', control: 'slip', deck: 'A' },
      { kind: 'toggle', control: 'quantize', deck: 'B' },
      { kind: 'toggle', control: 'fx_on_3', deck: 'A' },
      { kind: 'turn', control: 'jog', deck: 'B', by: -1 / 248 },
      { kind: 'toggle', control: 'fx_on_3', deck: 'B' },
    ]);
  });

  it('high resolution: pitch bends carry 14 bits, wheels may tell where they stand', () => {
    const wheel = own([
      { status: ['E0', 'E1'], control: 'jog', reading: 'angle', ticks: 16384 },
      { status: ['E2'], control: 'crossfader', reading: 'absolute' },
      { status: ['B0'], data: '10', lsb: '30', control: 'jog', reading: 'relative', ticks: 3600, deck: 'B' },
    ]);
    // The first position is no movement; 3FFF to 0000 is one step ahead, not a turn back.
    expect(play(wheel, 'E0 7F 7F\nE0 00 00\nE0 00 40\nE2 00 40\nB0 10 41\nB0 30 00')).toEqual([
      { kind: 'turn', control: 'jog', deck: 'A', by: 1 / 16384 },
      { kind: 'turn', control: 'jog', deck: 'A', by: -0.5 },
      { kind: 'move', control: 'crossfader', value: 0 },
      { kind: 'turn', control: 'jog', deck: 'B', by: 128 / 3600 },
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
