import { TestBed } from '@angular/core/testing';
import { HotCue } from './hot-cue';

async function setUp(active: boolean) {
  const fixture = TestBed.createComponent(HotCue);
  fixture.componentRef.setInput('number', 3);
  fixture.componentRef.setInput('active', active);
  fixture.componentRef.setInput('position', active ? 75.4 : null);
  const events: string[] = [];
  fixture.componentInstance.press.subscribe(() => events.push('press'));
  fixture.componentInstance.release.subscribe(() => events.push('release'));
  fixture.componentInstance.clear.subscribe(() => events.push('clear'));
  await fixture.whenStable();
  const button = (fixture.nativeElement as HTMLElement).querySelector('button')!;
  button.setPointerCapture = () => undefined;
  const pointer = (type: string, more: object = {}) =>
    button.dispatchEvent(new MouseEvent(type, { button: 0, bubbles: true, ...more }));
  const key = (type: string, name: string, more: object = {}) =>
    button.dispatchEvent(
      new KeyboardEvent(type, { key: name, bubbles: true, cancelable: true, ...more }),
    );
  return { button, events, pointer, key };
}

describe('HotCue', () => {
  it('reports press and release apart, once each', async () => {
    const { events, pointer } = await setUp(true);
    pointer('pointerdown');
    pointer('pointerup');
    pointer('pointercancel');
    expect(events).toEqual(['press', 'release']);
  });

  it('clears with Shift and does not jump then', async () => {
    const { events, pointer, key } = await setUp(true);
    pointer('pointerdown', { shiftKey: true });
    pointer('pointerup');
    key('keydown', 'Enter', { shiftKey: true });
    expect(events).toEqual(['clear', 'clear']);
  });

  it('is played from the keyboard without repeating', async () => {
    const { events, key } = await setUp(false);
    key('keydown', ' ');
    key('keydown', ' ', { repeat: true });
    key('keyup', ' ');
    expect(events).toEqual(['press', 'release']);
  });

  it('shows its time only when it is set', async () => {
    expect((await setUp(true)).button.textContent).toContain('1:15');
    const empty = await setUp(false);
    expect(empty.button.textContent?.trim()).toBe('3');
    expect(empty.button.getAttribute('aria-pressed')).toBe('false');
  });
});
