// What tests of single pages do with a page: who reads it, and whether it is whole.

import AxeBuilder from '@axe-core/playwright';
import { expect, type Page } from '@playwright/test';
import { type Guest } from './people';

/** Before the first page: this guest's, in this language. */
export async function asGuest(page: Page, who: Guest, language = 'en'): Promise<void> {
  await page.addInitScript(
    ([stored, spoken]) => {
      localStorage.setItem('dju.guest', stored);
      localStorage.setItem('dju.language', spoken);
    },
    [JSON.stringify(who), language] as const,
  );
}

/** axe finds nothing, and nothing is wider than a desk, a tablet, a phone. DJU_SHOTS=folder keeps pictures. */
export async function isWhole(page: Page, name: string): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0].html}`)).toEqual([]);
  for (const width of [1440, 1024, 390]) {
    await page.setViewportSize({ width, height: 900 });
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    expect(overflow, `${width} px`).toBeLessThanOrEqual(0);
    const folder = process.env['DJU_SHOTS'];
    if (folder) await page.screenshot({ path: `${folder}/${name}-${width}.png`, fullPage: true });
  }
}
