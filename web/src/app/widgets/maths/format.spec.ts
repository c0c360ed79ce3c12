import { describe, expect, it } from 'vitest';
import { formatBytes, formatNumber, formatSigned, formatTime } from './format';

describe('format', () => {
  it('writes times', () => {
    expect(formatTime(187.44, true)).toBe('3:07.4');
    expect(formatTime(59.97, true)).toBe('1:00.0');
    expect(formatTime(-12)).toBe('−0:12');
    expect(formatTime(-0.01)).toBe('0:00');
    expect(formatTime(3725)).toBe('1:02:05');
    expect(formatTime(NaN)).toBe('–:––');
  });

  it('writes numbers in the language of the reader', () => {
    expect(formatNumber(128, 2, 'en')).toBe('128.00');
    expect(formatNumber(128, 2, 'es')).toBe('128,00');
    expect(formatNumber(-0.04, 1, 'en')).toBe('0.0');
    expect(formatNumber(-0.05001, 1, 'en')).toBe('-0.1');
  });

  it('writes signs', () => {
    expect(formatSigned(1.5, 1, 'en')).toBe('+1.5');
    expect(formatSigned(-0.26, 1, 'es')).toBe('−0,3');
    expect(formatSigned(-0.04, 1, 'en')).toBe('0.0');
  });

  it('writes bytes', () => {
    expect(formatBytes(512, 'en')).toBe('512 B');
    expect(formatBytes(123456789, 'en')).toBe('123.5 MB');
  });
});
