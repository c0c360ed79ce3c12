import { camelotShifted, camelotSteps } from './camelot';

describe('the wheel of keys', () => {
  it('counts hours, and one for the other mode', () => {
    expect(camelotSteps('8A', '8A')).toBe(0);
    expect(camelotSteps('8A', '8B')).toBe(1);
    expect(camelotSteps('12A', '1A')).toBe(1);
    expect(camelotSteps('1B', '7A')).toBe(7);
    expect(camelotSteps('8A', undefined)).toBeNull();
  });

  it('is shifted by seven hours a semitone', () => {
    expect(camelotShifted('8A', 1)).toBe('3A');
  });
});
