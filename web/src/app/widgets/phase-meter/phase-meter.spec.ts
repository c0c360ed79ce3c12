import { TestBed } from '@angular/core/testing';
import { PhaseMeter } from './phase-meter';

async function setUp(a: number | null, b: number | null) {
  const fixture = TestBed.createComponent(PhaseMeter);
  fixture.componentRef.setInput('left', a);
  fixture.componentRef.setInput('right', b);
  fixture.componentRef.setInput('bpm', 120);
  await fixture.whenStable();
  const element = fixture.nativeElement as HTMLElement;
  return {
    meter: fixture.componentInstance,
    element,
    text: element.querySelector('.text')!.textContent,
  };
}

describe('PhaseMeter', () => {
  it('says by how many milliseconds the right deck is ahead', async () => {
    const { meter, text } = await setUp(0.9, 0.1);
    expect(meter.offsetMs()).toBeCloseTo(100);
    expect(text).toBe('+100 ms');
  });

  it('locks within five milliseconds', async () => {
    expect((await setUp(0.5, 0.509)).element.classList.contains('locked')).toBe(true);
    expect((await setUp(0.5, 0.511)).element.classList.contains('locked')).toBe(false);
  });

  it('near the beat it shows tenths of a millisecond', async () => {
    const { text, element } = await setUp(0.5, 0.4988);
    expect(text).toBe('−0.6 ms');
    expect(element.getAttribute('aria-label')).toContain('−0.6 ms');
  });

  it('shows nothing while a deck has no beat', async () => {
    const { element, text } = await setUp(null, 0.2);
    expect(text).toBe('–');
    expect(element.querySelector('.bar')).toBeNull();
  });
});
