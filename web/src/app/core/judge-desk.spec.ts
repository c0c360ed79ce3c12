import { describe, expect, it } from 'vitest';
import type { Feedback, JudgeTransition } from './judge';
import { certainty, HEADS, headName, points, styleName } from './judge';
import { JudgeDesk } from './judge-desk';

const transition = (id: string, end: number) => ({ id, end }) as JudgeTransition;

describe('JudgeDesk', () => {
  it('has each transition once, in order of their ends', () => {
    const desk = new JudgeDesk();
    for (const told of [transition('t-2', 900), transition('t-1', 500), transition('t-2', 900)]) desk.takeTransition(told);
    expect(desk.transitions().map(({ id }) => id)).toEqual(['t-1', 't-2']);
  });

  it('keeps the newest sentences, the newest first', () => {
    const desk = new JudgeDesk();
    for (let i = 0; i < 60; i++) desk.takeFeedback([{ id: `f-${i}` } as Feedback]);
    expect(desk.feedback()).toHaveLength(50);
    expect(desk.feedback()[0].id).toBe('f-59');
  });
});

describe('the rubric’s words', () => {
  it('are there in both languages for every head and style', () => {
    expect(HEADS).toHaveLength(9);
    for (const head of HEADS) expect(headName(head).es).not.toBe(head);
    expect(styleName('versatile')).toEqual({ en: 'Versatile', es: 'Versátil' });
    expect(styleName('new').en).toBe('new');
  });

  it('are never wholly certain', () => {
    expect(certainty(0.2)).toBe(80);
    expect(certainty(1)).toBe(99);
  });

  it('show nothing as a dash', () => {
    expect(points(null)).toBe('–');
    expect(points(0.876)).toBe('88');
  });
});
