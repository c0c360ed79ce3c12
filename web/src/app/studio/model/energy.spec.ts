import { POINTS, pointsOf } from './energy';

describe('the course of energy', () => {
  it('has the named shapes as points', () => {
    expect(pointsOf({ energy: 'build' })).toHaveLength(POINTS);
    expect(pointsOf({ energy: 'build' }, 3)).toEqual([0, 0.5, 1]);
    expect(pointsOf({ energy: 'peak' }, 4)).toEqual([0, 0.5, 1, 0.5]);
    expect(pointsOf({ energy: 'wave' }, 5)).toEqual([0, 1, 0, 1, 0]);
  });

  it('is what was drawn', () => {
    expect(pointsOf({ energy: 'drawn', energyCurve: [0.1, 0.9] })).toEqual([0.1, 0.9]);
  });
});
