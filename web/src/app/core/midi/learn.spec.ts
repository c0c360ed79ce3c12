import { describe, expect, it } from 'vitest';
import { isWhole, learn, teaches } from './learn';

const message = (text: string) => text.split(' ').map((byte) => Number.parseInt(byte, 16));
const taught = (control: string, ...texts: string[]) => learn({ control, deck: 'A' }, texts.map(message));

describe('MIDI learn', () => {
  it('begins with a press or a movement, never with a release', () => {
    expect(['90 10 7F', 'B0 10 00', 'E0 00 40'].map((m) => teaches(message(m)))).toEqual([true, true, true]);
    expect(['90 10 00', '80 10 40', 'F8', 'D0 10 10'].map((m) => teaches(message(m)))).toEqual([false, false, false, false]);
    expect([isWhole(message('90 10 7F')), isWhole(message('B0 10 00'))]).toEqual([true, false]);
  });

  it('tells 7 from 14 bits', () => {
    expect(taught('volume', 'B0 13 40', 'B0 13 41')).toMatchObject([{ binding: { reading: 'absolute' } }]);
    const [upper, lower] = taught('volume', 'B0 33 05', 'B0 13 40', 'B0 33 10');
    expect(upper).toMatchObject({ key: 0xb0 * 128 + 0x13, binding: { half: 'msb' } });
    expect(lower).toMatchObject({ key: 0xb0 * 128 + 0x33, binding: { half: 'lsb', pair: upper.key } });
  });

  it('tells how a wheel counts', () => {
    expect(taught('jog', 'B0 22 41', 'B0 22 3F')).toMatchObject([{ binding: { reading: 'relative', centre: 64 } }]);
    expect(taught('jog', 'B0 22 01', 'B0 22 7F')).toMatchObject([{ binding: { reading: 'relative', centre: 'two' } }]);
  });

  it('teaches what moves the page itself, too', () => {
    expect(taught('deck_layer', '90 22 7F')).toMatchObject([{ binding: { control: 'deck_layer', deck: 'A', reading: 'button' } }]);
    expect(taught('browse', 'B0 40 01', 'B0 40 7F')).toMatchObject([{ binding: { reading: 'relative', ticks: 1, centre: 'two' } }]);
  });

  it('takes controllers for buttons where the control is one', () => {
    expect(taught('play', 'B0 22 7F')).toMatchObject([{ binding: { reading: 'button' } }]);
    expect(taught('volume', '90 22 7F')).toMatchObject([{ binding: { reading: 'button' } }]);
  });
});
