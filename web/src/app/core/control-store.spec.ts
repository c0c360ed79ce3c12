import { describe, expect, it } from 'vitest';
import { ControlStore } from './control-store';

describe('control store', () => {
  it('shows the hand at once and settles on the server', () => {
    const store = new ControlStore();
    const shown = store.value('A.volume', 0.8);
    store.move('A.volume', 0.3);
    expect(shown()).toBe(0.3);
    store.sent('A.volume');
    store.tell('A.volume', 0.8, 100);
    expect(shown()).toBe(0.3);
    store.accepted('A.volume', 0.25, 200);
    expect(shown()).toBe(0.25);
  });

  it('drops news that are older than the answer', () => {
    const store = new ControlStore();
    const shown = store.value('A.volume', 0.8);
    store.move('A.volume', 0.3);
    store.sent('A.volume');
    store.accepted('A.volume', 0.3, 200);
    store.tell('A.volume', 0.8, 150);
    expect(shown()).toBe(0.3);
    store.tell('A.volume', 0.5, 250);
    expect(shown()).toBe(0.5);
  });

  it('does not pull a held control about', () => {
    const store = new ControlStore();
    const shown = store.value('.crossfader', 0);
    store.hold('.crossfader', true);
    store.move('.crossfader', 0.5);
    store.sent('.crossfader');
    store.accepted('.crossfader', 0.4, 10);
    expect(shown()).toBe(0.5);
    store.hold('.crossfader', false);
    expect(shown()).toBe(0.4);
  });

  it('keeps the newest value while it waits to be sent', () => {
    const store = new ControlStore();
    const shown = store.value('A.rate', 0);
    store.move('A.rate', 1);
    store.sent('A.rate');
    store.move('A.rate', 2);
    store.accepted('A.rate', 1, 10);
    expect(shown()).toBe(2);
    store.sent('A.rate');
    store.accepted('A.rate', 2, 20);
    expect(shown()).toBe(2);
  });

  it('returns a refused control, even under the hand', () => {
    const store = new ControlStore();
    const shown = store.value('.crossfader', 0);
    store.tell('.crossfader', -0.2, 5);
    store.hold('.crossfader', true);
    store.move('.crossfader', 1);
    store.sent('.crossfader');
    store.refused('.crossfader');
    expect(shown()).toBe(-0.2);
  });
});
