import { TestBed } from '@angular/core/testing';
import { CurveBoard } from './curve-board';
import type { Stroke } from './model/stroke';

async function setUp() {
  const fixture = TestBed.createComponent(CurveBoard);
  const inputs = {
    curve: { values: [1, 0.5, 0, 0, 0], stepped: false },
    range: { min: 0, max: 1 },
    label: 'Fader',
    pointLabel: (index: number) => `Fader at bar ${index}`,
    valueText: (value: number) => `${value}`,
  };
  for (const [name, value] of Object.entries(inputs)) fixture.componentRef.setInput(name, value);
  const strokes: Stroke[] = [];
  let settled = 0;
  fixture.componentInstance.stroke.subscribe((stroke) => strokes.push(stroke));
  fixture.componentInstance.settled.subscribe(() => ++settled);
  const element = fixture.nativeElement as HTMLElement;
  document.body.append(element);
  element.setPointerCapture = () => undefined;
  element.getBoundingClientRect = () => new DOMRect(0, 0, 400, 100);
  await fixture.whenStable();
  const points = () => [...element.querySelectorAll<HTMLElement>('[role=slider]')];
  const pointer = (type: string, clientX: number, clientY: number) =>
    element.dispatchEvent(new MouseEvent(type, { clientX, clientY, button: 0 }));
  const press = (index: number, key: string) =>
    points()[index].dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }));
  return { fixture, strokes, points, pointer, press, settled: () => settled };
}

describe('CurveBoard', () => {
  it('puts the nearest point where the hand is, and tells the way of a hand that moves', async () => {
    const { strokes, pointer, settled } = await setUp();
    pointer('pointerdown', 110, 25);
    expect(strokes).toEqual([{ from: { index: 1, value: 0.75 }, to: { index: 1, value: 0.75 } }]);
    pointer('pointermove', 400, 200);
    expect(strokes[1]).toEqual({ from: { index: 1, value: 0.75 }, to: { index: 4, value: 0 } });
    expect(settled()).toBe(0);
    pointer('pointerup', 400, 200);
    pointer('pointermove', 0, 0);
    expect(strokes).toHaveLength(2);
    expect(settled()).toBe(1);
  });

  it('is one stop for the tab key, within which arrows go from point to point', async () => {
    const { fixture, points, press } = await setUp();
    expect(points().map(({ tabIndex }) => tabIndex)).toEqual([0, -1, -1, -1, -1]);
    points()[0].focus();
    press(0, 'ArrowRight');
    await fixture.whenStable();
    expect(document.activeElement).toBe(points()[1]);
    expect(points().map(({ tabIndex }) => tabIndex)).toEqual([-1, 0, -1, -1, -1]);
  });

  it('moves a point by keyboard, a step each time, and says its name and value', async () => {
    const { strokes, points, press, settled } = await setUp();
    press(1, 'ArrowUp');
    press(2, 'End');
    expect(strokes.map(({ to }) => to)).toEqual([
      { index: 1, value: 0.52 },
      { index: 2, value: 1 },
    ]);
    expect(settled()).toBe(2);
    expect(points()[1].getAttribute('aria-label')).toBe('Fader at bar 1');
    expect(points()[1].getAttribute('aria-valuenow')).toBe('0.5');
  });
});
