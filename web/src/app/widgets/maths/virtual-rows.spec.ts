import { describe, expect, it } from 'vitest';
import { rowWindow, scrollToRow } from './virtual-rows';

describe('virtual rows', () => {
  it('draws what is seen and a little more', () => {
    expect(rowWindow(0, 360, 36, 10000)).toEqual({ first: 0, end: 18 });
    expect(rowWindow(36000, 360, 36, 10000)).toEqual({ first: 992, end: 1018 });
  });

  it('ends with the table', () => {
    expect(rowWindow(36 * 95, 360, 36, 100).end).toBe(100);
    expect(rowWindow(0, 360, 36, 0)).toEqual({ first: 0, end: 0 });
  });

  it('scrolls no further than needed', () => {
    expect(scrollToRow(5, 0, 360, 36)).toBe(0);
    expect(scrollToRow(12, 0, 360, 36)).toBe(13 * 36 - 360);
    expect(scrollToRow(2, 360, 360, 36)).toBe(72);
  });
});
