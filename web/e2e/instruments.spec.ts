// The DJ's instruments in an exact state: what they show and send, that axe finds nothing, at the
// sizes of a desk, a tablet and a phone. DJU_SHOTS=folder keeps pictures.

import AxeBuilder from '@axe-core/playwright';
import { expect, test } from '@playwright/test';
import { simulate } from './support/simulator';

const SIZES = [
  ['en', { width: 1440, height: 900 }],
  ['es', { width: 1024, height: 768 }],
  ['en', { width: 390, height: 844 }],
] as const;

for (const [language, size] of SIZES) {
  test(`instruments at ${size.width}, ${language}`, async ({ page }) => {
    await page.setViewportSize(size);
    await simulate(page, { dj: true, language });
    await page.goto('/battle/b1');
    await expect(page.getByRole('heading', { name: 'Friday warehouse' })).toBeVisible();
    const folder = process.env['DJU_SHOTS'];
    const look = async (name: string) => {
      if (folder) await page.screenshot({ path: `${folder}/${name}-${size.width}.png`, fullPage: size.width < 900 });
      expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
    };
    const clean = async (part: string) => {
      const { violations } = await new AxeBuilder({ page }).include(part).analyze();
      expect(violations.map(({ id, nodes }) => `${part}: ${id}: ${nodes[0].html}`)).toEqual([]);
    };
    await look('decks');
    await clean('body');
    const racks = page.locator('dju-mixer-panel .head button');
    for (const [i, name] of ['effects', 'samplers', 'clock'].entries()) {
      await racks.nth(i).click();
      await look(name);
      await clean('dju-rack');
    }
    await racks.nth(2).click();
    const tabs = page.locator('dju-pad-section').first().getByRole('tab');
    for (const [i, name] of ['cue', 'loop', 'roll', 'jump', 'sampler'].entries()) {
      await tabs.nth(i).click();
      await look(`pads-${name}`);
      if (size.width > 1024) await clean('dju-pad-section');
    }
  });
}
