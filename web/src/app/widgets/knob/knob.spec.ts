import { TestBed } from '@angular/core/testing';
import { Knob } from './knob';

async function setUp(inputs: Record<string, unknown> = {}) {
  const fixture = TestBed.createComponent(Knob);
  fixture.componentRef.setInput('value', 0.5);
  fixture.componentRef.setInput('label', 'High');
  for (const [name, value] of Object.entries(inputs)) fixture.componentRef.setInput(name, value);
  const values: number[] = [];
  const holds: boolean[] = [];
  fixture.componentInstance.valueChange.subscribe((value) => values.push(value));
  fixture.componentInstance.holdChange.subscribe((held) => holds.push(held));
  const element = fixture.nativeElement as HTMLElement;
  // The test's DOM has no pointer capture.
  element.setPointerCapture = () => undefined;
  await fixture.whenStable();
  const pointer = (type: string, y: number, more: object = {}) =>
    element.dispatchEvent(
      new MouseEvent(type, { clientY: y, button: 0, bubbles: true, cancelable: true, ...more }),
    );
  return { fixture, element, values, holds, pointer };
}

describe('Knob', () => {
  it('is a slider with a name, a range and a spoken value', async () => {
    const { element } = await setUp({ valueText: '−3.0 dB', min: 0, max: 1 });
    expect(element.getAttribute('role')).toBe('slider');
    expect(element.getAttribute('aria-label')).toBe('High');
    expect(element.getAttribute('aria-valuenow')).toBe('0.5');
    expect(element.getAttribute('aria-valuetext')).toBe('−3.0 dB');
    expect(element.tabIndex).toBe(0);
  });

  it('follows a vertical drag and says when a hand is on it', async () => {
    const { values, holds, pointer } = await setUp();
    pointer('pointerdown', 100);
    pointer('pointermove', 84);
    pointer('pointermove', 68);
    pointer('pointerup', 68);
    pointer('pointermove', 0);
    expect(values.map((value) => Number(value.toFixed(3)))).toEqual([0.6, 0.7]);
    expect(holds).toEqual([true, false]);
  });

  it('moves a tenth as far with Shift', async () => {
    const { values, pointer } = await setUp();
    pointer('pointerdown', 100);
    pointer('pointermove', 84, { shiftKey: true });
    expect(values[0]).toBeCloseTo(0.51);
  });

  it('shows the hand’s value while held, the parent’s afterwards', async () => {
    const { fixture, element, pointer } = await setUp();
    pointer('pointerdown', 100);
    pointer('pointermove', 20);
    fixture.componentRef.setInput('value', 0.2);
    await fixture.whenStable();
    expect(element.getAttribute('aria-valuenow')).toBe('1');
    pointer('pointerup', 20);
    await fixture.whenStable();
    expect(element.getAttribute('aria-valuenow')).toBe('0.2');
  });

  it('returns to its default by double click and Delete', async () => {
    const { element, values } = await setUp({ default: 0.25 });
    element.dispatchEvent(new MouseEvent('dblclick'));
    element.dispatchEvent(new KeyboardEvent('keydown', { key: 'Delete' }));
    expect(values).toEqual([0.25, 0.25]);
  });

  it('leaves keys with modifiers to the page, and does nothing when disabled', async () => {
    const free = await setUp();
    free.element.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowUp', ctrlKey: true }));
    expect(free.values).toEqual([]);
    const { element, values, pointer } = await setUp({ disabled: true });
    element.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowUp' }));
    pointer('pointerdown', 100);
    pointer('pointermove', 20);
    expect(values).toEqual([]);
    expect(element.tabIndex).toBe(-1);
  });
});
