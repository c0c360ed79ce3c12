import { TestBed } from '@angular/core/testing';
import { Fader } from './fader';

async function setUp(inputs: Record<string, unknown> = {}) {
  const fixture = TestBed.createComponent(Fader);
  fixture.componentRef.setInput('value', 0);
  for (const [name, value] of Object.entries(inputs)) fixture.componentRef.setInput(name, value);
  const values: number[] = [];
  fixture.componentInstance.valueChange.subscribe((value) => values.push(value));
  const element = fixture.nativeElement as HTMLElement;
  element.setPointerCapture = () => undefined;
  // 126 pixels are 100 of travel, the cap takes the rest.
  Object.defineProperty(element, 'clientHeight', { value: 126 });
  Object.defineProperty(element, 'clientWidth', { value: 126 });
  await fixture.whenStable();
  const pointer = (type: string, at: number, more: object = {}) =>
    element.dispatchEvent(
      new MouseEvent(type, {
        clientX: at,
        clientY: at,
        button: 0,
        bubbles: true,
        cancelable: true,
        ...more,
      }),
    );
  return { fixture, element, values, pointer };
}

const tempo = { min: -8, max: 8, default: 0, invert: true, detent: true };

describe('Fader', () => {
  it('does not jump to where the hand lands, and moves by how far it goes', async () => {
    const { values, pointer } = await setUp({ value: 0.5 });
    pointer('pointerdown', 10);
    expect(values).toEqual([]);
    pointer('pointermove', 0);
    expect(values[0]).toBeCloseTo(0.6);
  });

  it('goes faster downwards when inverted, as tempo faders do', async () => {
    const { element, values, pointer } = await setUp({ ...tempo, value: 1 });
    pointer('pointerdown', 50);
    pointer('pointermove', 75);
    expect(values[0]).toBeCloseTo(5);
    element.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowDown' }));
    expect(values[1]).toBeGreaterThan(5);
  });

  it('holds in its notch, and a slow hand still leaves it', async () => {
    const { values, pointer } = await setUp({ ...tempo, value: 0 });
    pointer('pointerdown', 50);
    for (let y = 50.5; y <= 53; y += 0.5) pointer('pointermove', y);
    expect(values[0]).toBe(0);
    expect(values[values.length - 1]).toBeCloseTo(0.48);
  });

  it('moves a level crossfader to the right with the right arrow', async () => {
    const { element, values } = await setUp({ orientation: 'horizontal', min: -1, max: 1 });
    element.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowRight' }));
    expect(values[0]).toBeCloseTo(0.04);
    expect(element.getAttribute('aria-orientation')).toBe('horizontal');
  });

  it('goes to its ends and its default by key', async () => {
    const { element, values } = await setUp({ ...tempo, value: 3 });
    for (const key of ['Home', 'End', 'Delete'])
      element.dispatchEvent(new KeyboardEvent('keydown', { key }));
    expect(values).toEqual([-8, 8, 0]);
  });
});
