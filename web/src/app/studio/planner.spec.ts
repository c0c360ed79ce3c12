import { signal } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { MixApi } from '../core/mix-api';
import type { MixParameters, MixPlan, MixRequest } from '../core/mixes';
import { DraftStore } from './draft-store';
import type { Draft } from './model/draft';
import { genome, plan, track } from './model/testing';
import { Planner } from './planner';

function draft(order: MixParameters['order'], edits: Draft['edits'] = {}, ids = ['b', 'a']): Draft {
  const parameters = { order } as MixParameters;
  return { name: '', model: 'rules@1', preset: null, parameters, tracks: ids.map(track), edits, shifts: {} };
}

/** A planner over a server that always finds the order a, b. */
function setUp(first: Draft) {
  const store = { draft: signal<Draft | null>(first), arrange: (to: Draft) => store.draft.set(to) };
  const asked: MixRequest[] = [];
  const api = {
    plan: (request: MixRequest): Promise<MixPlan> => {
      asked.push(request);
      return Promise.resolve(plan());
    },
  };
  TestBed.configureTestingModule({
    providers: [
      Planner,
      { provide: DraftStore, useValue: store },
      { provide: MixApi, useValue: api },
    ],
  });
  const planner = TestBed.inject(Planner);
  const settle = async () => {
    for (let i = 0; i < 3; ++i) {
      TestBed.tick();
      await vi.advanceTimersByTimeAsync(200);
    }
  };
  return { planner, store, asked, settle };
}

describe('Planner', () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  it('plans once for changes that follow each other quickly', async () => {
    const { planner, store, asked, settle } = setUp(draft('given', {}, ['a', 'b']));
    TestBed.tick();
    await vi.advanceTimersByTimeAsync(50);
    store.draft.update((now) => ({ ...now!, model: 'linear@1' }));
    await settle();
    expect(asked.map(({ model }) => model)).toEqual(['linear@1']);
    expect(planner.plan()?.totalSeconds).toBe(152);
    expect(planner.busy()).toBe(false);
  });

  it('does not plan again for another name', async () => {
    const { store, asked, settle } = setUp(draft('given', {}, ['a', 'b']));
    await settle();
    store.draft.update((now) => ({ ...now!, name: 'Friday' }));
    await settle();
    expect(asked).toHaveLength(1);
  });

  it('takes over the order that the server found, without asking for it again', async () => {
    const { store, asked, settle } = setUp(draft('free'));
    await settle();
    expect(asked.map(({ parameters }) => parameters.order)).toEqual(['free']);
    expect(store.draft()!.tracks.map(({ id }) => id)).toEqual(['a', 'b']);
  });

  it('names hand-written transitions by number only once the order is known', async () => {
    const { asked, settle } = setUp(draft('free', { 'a b': genome() }));
    await settle();
    expect(asked).toMatchObject([
      { tracks: ['b', 'a'], parameters: { order: 'free' }, transitions: {} },
      {
        tracks: ['a', 'b'],
        parameters: { order: 'given' },
        transitions: { 0: { style: 'bass_swap' } },
      },
    ]);
  });

  it('lets an answer go that came too late', async () => {
    const { store, asked, settle } = setUp(draft('free'));
    TestBed.tick();
    vi.advanceTimersByTime(130); // asked, and not answered yet
    store.draft.set(draft('given', {}, ['b', 'a', 'c']));
    await settle();
    expect(asked).toHaveLength(2);
    expect(store.draft()!.tracks.map(({ id }) => id)).toEqual(['b', 'a', 'c']);
  });

  it('has no plan of one record', async () => {
    const { planner, asked, settle } = setUp(draft('given', {}, ['a']));
    await settle();
    expect(planner.plan()).toBeNull();
    expect(asked).toEqual([]);
  });
});
