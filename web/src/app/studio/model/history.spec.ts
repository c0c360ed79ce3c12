import { advance, amend, begin, redo, settle, undo } from './history';

describe('undo and redo', () => {
  it('steps back and forth', () => {
    const history = advance(advance(begin('a'), 'b'), 'c');
    expect(undo(undo(history)).present).toBe('a');
    expect(redo(undo(undo(history))).present).toBe('b');
    expect(undo(begin('a')).present).toBe('a');
    expect(redo(history).present).toBe('c');
  });

  it('forgets what was undone once something else is done', () => {
    expect(redo(advance(undo(advance(begin('a'), 'b')), 'c')).present).toBe('c');
  });

  it('takes one movement of a hand back at once', () => {
    let history = begin(0);
    for (const value of [1, 2, 3]) history = advance(history, value, 'knob');
    history = advance(settle(history), 4, 'knob');
    expect(undo(history).present).toBe(3);
    expect(undo(undo(history)).present).toBe(0);
  });

  it('makes no step of nothing, nor of an amendment', () => {
    expect(advance(begin('a'), 'a').past).toEqual([]);
    expect(undo(amend(advance(begin('a'), 'b'), 'b, in order')).present).toBe('a');
  });
});
