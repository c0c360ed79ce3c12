import {
  type Draft,
  inOrderOf,
  keyAt,
  orderRequestOf,
  requestOf,
  withGenome,
  withMoved,
  withoutGenome,
  withoutTrack,
  withParameter,
  withPreset,
  withShift,
  withTrack,
} from './draft';
import { genome, parameters, plan, track } from './testing';

function draft(...ids: string[]): Draft {
  return {
    name: '',
    model: 'rules@1',
    preset: 'radio',
    parameters,
    tracks: ids.map(track),
    edits: {},
    shifts: {},
  };
}
const order = ({ tracks }: Draft) => tracks.map(({ id }) => id).join('');

describe('a mix being put together', () => {
  it('has each record once', () => {
    expect(order(withTrack(draft('a', 'b'), track('a')))).toBe('ab');
    expect(order(withTrack(draft('a', 'b'), track('c'), 1))).toBe('acb');
    expect(order(withoutTrack(draft('a', 'b'), 'a'))).toBe('b');
  });

  it('is in the hand’s order once a hand has moved a record', () => {
    const moved = withMoved(draft('a', 'b', 'c'), 0, 2);
    expect(order(moved)).toBe('bca');
    expect(moved.parameters.order).toBe('given');
    expect(withMoved(moved, 0, -1)).toBe(moved);
  });

  it('leaves the preset when one of its parameters is moved, not for another order', () => {
    expect(withParameter(draft(), 'boldness', 1).preset).toBeNull();
    expect(withParameter(draft(), 'order', 'free').preset).toBe('radio');
  });

  it('keeps its order under another preset', () => {
    const own = withParameter(draft('a', 'b'), 'order', 'given');
    expect(
      withPreset(own, { id: 'chill', parameters: { ...parameters, boldness: 0 } }).parameters,
    ).toMatchObject({
      boldness: 0,
      order: 'given',
    });
  });

  it('sends hand-written transitions by number, wherever their pair lies', () => {
    const edited = withGenome(draft('a', 'b', 'c'), 'b c', genome());
    expect(Object.keys(requestOf(edited).transitions)).toEqual(['1']);
    expect(Object.keys(requestOf(withMoved(edited, 0, 2)).transitions)).toEqual(['0']);
    expect(requestOf(withMoved(edited, 1, 2)).transitions).toEqual({});
    expect(requestOf(withoutGenome(edited, 'b c')).transitions).toEqual({});
    expect(requestOf(edited).parameters.order).toBe('given');
    expect(requestOf(edited).preset).toBe('radio');
    expect(requestOf(withPreset(edited, { id: 'own:mine', parameters })).preset).toBeUndefined();
  });

  it('sends where transitions were moved to, on from where the plan has them', () => {
    const once = withShift(
      draft('a', 'b', 'c'),
      'b c',
      { exitBars: 0, entryBars: 0 },
      { exitBars: 16, entryBars: 0 },
    );
    expect(requestOf(once).shifts).toEqual({ 1: { exitBars: 16, entryBars: 0 } });
    expect(orderRequestOf(once).shifts).toEqual({});
    // The record had room for 8 only.
    const from = { exitBars: 8, entryBars: 0 };
    const twice = withShift(once, 'b c', from, { exitBars: -16, entryBars: 8 });
    expect(requestOf(twice).shifts).toEqual({ 1: { exitBars: -8, entryBars: 8 } });
    expect(requestOf(withoutGenome(twice, 'b c')).shifts).toEqual({});
  });

  it('asks for an order without them', () => {
    const edited = withGenome(draft('a', 'b'), keyAt(plan(), 0), genome());
    expect(orderRequestOf(edited)).toMatchObject({
      transitions: {},
      parameters: { order: 'fixedEnds' },
    });
  });

  it('takes over the order of a plan of the same records, and of no other', () => {
    expect(order(inOrderOf(draft('b', 'a'), plan()))).toBe('ab');
    const other = draft('b', 'x');
    expect(inOrderOf(other, plan())).toBe(other);
  });
});
