// The DJ's instruments in an exact state: what they show and send, that axe finds nothing, that no text is
// cut off in either language and that fingers find what they press, at the sizes of a desk, a tablet and a
// phone. DJU_SHOTS=folder keeps pictures.

import AxeBuilder from '@axe-core/playwright';
import { expect, test, type Page } from '@playwright/test';
import { simulate, type Scenario } from './support/simulator';

const SIZES = [
  { viewport: { width: 1440, height: 900 }, hasTouch: false, language: 'en' },
  { viewport: { width: 1024, height: 768 }, hasTouch: true, language: 'es' },
  { viewport: { width: 390, height: 844 }, hasTouch: true, language: 'en' },
] as const;
const FOLDER = process.env['DJU_SHOTS'];

/** Least size of what fingers press (WCAG 2.5.5); the mixer's strips are as narrow as its faders. */
const FINGER = 44;
const NARROW = 34;

async function open(page: Page, scenario: Scenario): Promise<void> {
  await simulate(page, { dj: true, ...scenario });
  await page.goto('/battle/b1');
  await expect(page.getByRole('heading', { name: 'Friday warehouse' })).toBeVisible();
}

async function look(page: Page, name: string): Promise<void> {
  const { width } = page.viewportSize()!;
  if (FOLDER) await page.screenshot({ path: `${FOLDER}/${name}-${width}.png`, fullPage: width < 900 });
  expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
}

async function clean(page: Page, part: string): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).include(part).analyze();
  expect(violations.map(({ id, nodes }) => `${part}: ${id}: ${nodes[0].html}`)).toEqual([]);
}

/** Buttons and labels whose text is wider than they are. */
function cutOff(page: Page): Promise<string[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>('dju-stage-bar button, dju-deck-panel button, dju-mixer-panel button, #rack button, .label')]
      .filter((element) => element.clientWidth > 0 && element.scrollWidth > element.clientWidth + 1)
      .map((element) => `${element.textContent?.trim()}: ${element.scrollWidth} of ${element.clientWidth}`),
  );
}

/** What is pressed in decks and mixer and is too small for a finger. */
function tooSmall(page: Page, sizes: readonly [number, number]): Promise<string[]> {
  return page.evaluate(
    ([finger, narrow]) =>
      [...document.querySelectorAll<HTMLElement>('dju-stage-bar button, dju-deck-panel :is(button, select), dju-mixer-panel :is(button, select)')]
        .map((element) => ({ element, box: element.getBoundingClientRect() }))
        .filter(({ element, box }) => box.width > 0 && (box.height < finger || box.width < (element.closest('dju-channel-strip') ? narrow : finger)))
        .map(({ element, box }) => `${element.getAttribute('aria-label') ?? element.textContent?.trim()}: ${box.width.toFixed(1)} × ${box.height.toFixed(1)}`),
    sizes,
  );
}

for (const { language, viewport, hasTouch } of SIZES) {
  test.describe(`at ${viewport.width}`, () => {
    test.use({ viewport, hasTouch });

    test(`instruments, first in ${language}`, async ({ page }) => {
      await open(page, { language });
      await look(page, 'decks');
      await clean(page, 'body');
      if (hasTouch) expect(await tooSmall(page, [FINGER, NARROW])).toEqual([]);
      const racks = page.locator('dju-mixer-panel .head button');
      for (const [i, name] of ['effects', 'samplers', 'clock'].entries()) {
        await racks.nth(i).click();
        await look(page, name);
        await clean(page, 'dju-rack');
        if (viewport.width > 900) await expect(page.getByRole('slider', { name: 'Crossfader', exact: true })).toBeInViewport({ ratio: 1 });
      }
      await racks.nth(2).click();
      const tabs = page.locator('dju-pad-section').first().getByRole('tab');
      for (const [i, name] of ['cue', 'loop', 'roll', 'jump', 'sampler'].entries()) {
        await tabs.nth(i).click();
        await look(page, `pads-${name}`);
        if (viewport.width > 1024) await clean(page, 'dju-pad-section');
      }
    });

    test('no text is cut off in either language', async ({ page }) => {
      await open(page, { language });
      for (const code of ['es', 'en']) {
        await page.locator(`.languages [lang=${code}]`).click();
        await expect(page.locator('html')).toHaveAttribute('lang', code);
        await look(page, `decks-${code}`);
        const racks = page.locator('dju-mixer-panel .head button');
        for (const i of [0, 1, 2]) {
          await racks.nth(i).click();
          expect(await cutOff(page), `${code}, rack ${i}`).toEqual([]);
        }
        await racks.nth(2).click();
      }
      // Meters fill the room that there is and make none.
      expect((await page.locator('dju-mixer-panel').boundingBox())!.height).toBeLessThan(520);
    });
  });
}

test('four decks: two in front, two behind, and axe finds nothing', async ({ page }) => {
  await page.setViewportSize({ width: 1440, height: 900 });
  await open(page, { format: 'free', decks: 4 });
  await page.getByRole('button', { name: 'Decks behind' }).click();
  for (const id of ['C', 'D']) await expect(page.getByRole('group', { name: `Deck ${id}, behind` })).toBeVisible();
  await look(page, 'four');
  await clean(page, 'body');
  await page.getByRole('region', { name: 'Deck A' }).getByRole('button', { name: 'Bring deck C to the front' }).click();
  await expect(page.getByRole('region', { name: 'Deck C' })).toBeVisible();
  await expect(page.getByRole('group', { name: 'Deck A, behind' })).toBeVisible();
});
