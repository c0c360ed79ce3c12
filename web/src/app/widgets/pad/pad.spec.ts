import { TestBed } from '@angular/core/testing';
import { vi } from 'vitest';
import { Pad } from './pad';

async function setUp(more: { lit?: boolean; secondary?: boolean; detail?: string } = {}) {
  const fixture = TestBed.createComponent(Pad);
  const inputs = { text: '3', label: 'Hot cue 3', lit: false, secondary: true, ...more };
  for (const [name, value] of Object.entries(inputs)) fixture.componentRef.setInput(name, value);
  const events: string[] = [];
  fixture.componentInstance.press.subscribe(() => events.push('press'));
  fixture.componentInstance.release.subscribe(() => events.push('release'));
  fixture.componentInstance.second.subscribe(() => events.push('second'));
  await fixture.whenStable();
  const button = (fixture.nativeElement as HTMLElement).querySelector('button')!;
  button.setPointerCapture = () => undefined;
  const pointer = (type: string, change: { shiftKey?: boolean; pointerType?: string } = {}) => {
    const event = new MouseEvent(type, { button: 0, bubbles: true, ...change });
    button.dispatchEvent(Object.assign(event, { pointerType: change.pointerType ?? 'mouse' }));
  };
  const key = (type: string, name: string, change: object = {}) =>
    button.dispatchEvent(new KeyboardEvent(type, { key: name, bubbles: true, cancelable: true, ...change }));
  return { button, events, pointer, key };
}

describe('Pad', () => {
  it('reports press and release apart, once each', async () => {
    const { events, pointer } = await setUp({ lit: true });
    pointer('pointerdown');
    pointer('pointerup');
    pointer('pointercancel');
    expect(events).toEqual(['press', 'release']);
  });

  it('does its second function with Shift, and not the first', async () => {
    const { events, pointer, key } = await setUp({ lit: true });
    pointer('pointerdown', { shiftKey: true });
    pointer('pointerup');
    key('keydown', 'Enter', { shiftKey: true });
    expect(events).toEqual(['second', 'second']);
  });

  it('without a second function Shift changes nothing', async () => {
    const { events, pointer } = await setUp({ secondary: false });
    pointer('pointerdown', { shiftKey: true });
    pointer('pointerup');
    expect(events).toEqual(['press', 'release']);
  });

  it('a finger that stays on a lit pad reaches the second function', async () => {
    const [lit, dark] = [await setUp({ lit: true }), await setUp()];
    vi.useFakeTimers();
    try {
      lit.pointer('pointerdown', { pointerType: 'touch' });
      vi.advanceTimersByTime(800);
      lit.pointer('pointerup', { pointerType: 'touch' });
      expect(lit.events).toEqual(['press', 'release', 'second']);
      dark.pointer('pointerdown', { pointerType: 'touch' });
      vi.advanceTimersByTime(800);
      dark.pointer('pointerup', { pointerType: 'touch' });
      expect(dark.events).toEqual(['press', 'release']);
    } finally {
      vi.useRealTimers();
    }
  });

  it('is played from the keyboard without repeating', async () => {
    const { events, key } = await setUp();
    key('keydown', ' ');
    key('keydown', ' ', { repeat: true });
    key('keyup', ' ');
    expect(events).toEqual(['press', 'release']);
  });

  it('shows its detail, and whether it is lit', async () => {
    expect((await setUp({ lit: true, detail: '1:15' })).button.textContent).toContain('1:15');
    const dark = await setUp();
    expect(dark.button.textContent?.trim()).toBe('3');
    expect(dark.button.getAttribute('aria-pressed')).toBe('false');
  });
});
