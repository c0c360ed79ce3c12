import { describe, expect, it } from 'vitest';
import { BEAT_SIZES, beatsText } from './beats-text';
import { camelotShifted } from './camelot';

describe('beats and keys as text', () => {
  it('writes parts of a beat as fractions', () => {
    expect(BEAT_SIZES.map(beatsText).slice(0, 7)).toEqual(['1/32', '1/16', '1/8', '1/4', '1/2', '1', '2']);
    expect(beatsText(0.75)).toBe('0.75');
    expect(beatsText(6.5)).toBe('6.5');
  });

  it('shifts keys by semitones: A minor up by one is B flat minor', () => {
    expect(camelotShifted('8A', 1)).toBe('3A');
    expect(camelotShifted('8A', -12)).toBe('8A');
    expect(camelotShifted('8B', 7)).toBe('9B');
    expect(camelotShifted('1A', -1)).toBe('6A');
    expect(camelotShifted('', 2)).toBe('');
  });
});
