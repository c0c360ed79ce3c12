// The mixer studio on the real server with its demo tracks: a mix is put together with the keyboard only,
// a transition is changed, heard and taken back, the mix is made, explained, played and compared.

import AxeBuilder from '@axe-core/playwright';
import { expect as within, test, type APIRequestContext, type Page } from '@playwright/test';
import { asGuest } from './support/page';
import { guest, type Track } from './support/people';
import { demoTracks } from './support/stage';

/** A mix is planned, rendered and judged meanwhile. */
const expect = within.configure({ timeout: 25_000 });
const SHOTS = process.env['DJU_SHOTS'];
const SIZES = [
  { width: 1440, height: 1000 },
  { width: 1024, height: 800 },
  { width: 390, height: 844 },
];

test.use({ actionTimeout: 20_000 });

async function shoot(page: Page, name: string): Promise<void> {
  if (SHOTS)
    await page.screenshot({
      path: `${SHOTS}/${name}-${page.viewportSize()!.width}.png`,
      fullPage: true,
    });
}

/** Finds a track by its title and adds it, as a keyboard does. */
async function addByKeyboard(page: Page, track: Track): Promise<void> {
  const search = page.getByLabel('Search title, artist, genre');
  await search.focus();
  await page.keyboard.press('ControlOrMeta+A');
  await page.keyboard.type(track.title);
  const grid = page.getByRole('grid', { name: 'Tracks' });
  const rows = grid.getByRole('row');
  await expect(rows).toHaveCount(1);
  await expect(rows).toContainText(track.title);
  await grid.focus();
  await page.keyboard.press('Home');
  await page.keyboard.press('Enter');
  await expect(
    page.getByRole('list', { name: 'Records of the mix' }).getByText(track.title),
  ).toBeVisible();
}

/** Two records in the studio, their transition open. */
async function openTransition(
  page: Page,
  request: APIRequestContext,
  language: string,
): Promise<void> {
  await asGuest(page, await guest(request, 'Ada'), language);
  await page.goto('/studio');
  const tracks = await demoTracks(request, 'House');
  for (const { title } of tracks.slice(0, 2)) {
    await page.locator('input[type=search]').fill(title);
    await page.getByRole('button', { name: new RegExp(`^(Add|Añadir) ${title} `) }).click();
  }
  await page.locator('dju-mix-timeline .box').first().click({ timeout: 90_000 });
  await expect(page.locator('dju-transition-editor')).toBeVisible();
}

async function press(page: Page, name: string | RegExp): Promise<void> {
  const button = page.getByRole('button', { name }).first();
  await button.focus();
  await page.keyboard.press('Enter');
}

test('a mix is made with the keyboard: records, order, a transition by hand, preview, result', async ({
  page,
  request,
}) => {
  test.setTimeout(420_000);
  page.on('dialog', (dialog) => void dialog.accept());
  await page.setViewportSize(SIZES[0]);
  await asGuest(page, await guest(request, 'Ada'));
  const [first, second] = await demoTracks(request, 'House');
  await page.goto('/studio');
  await expect(page.getByRole('heading', { name: 'Mixer studio' })).toBeVisible();

  await addByKeyboard(page, first);
  await expect(page.getByText('A mix begins with two records.')).toBeVisible();
  await addByKeyboard(page, second);
  const box = page.getByRole('button', {
    name: new RegExp(`^Transition 1, ${first.title} to ${second.title}`),
  });
  await expect(box).toBeVisible({ timeout: 90_000 });

  // Another order by hand, and back.
  await press(page, `Move ${second.title} up`);
  await expect(
    page.getByRole('button', {
      name: new RegExp(`^Transition 1, ${second.title} to ${first.title}`),
    }),
  ).toBeVisible();
  await page.keyboard.press('ControlOrMeta+Z');
  await expect(box).toBeVisible();

  // A preset, then one parameter of one's own.
  await press(page, 'Peak time');
  await expect(page.getByRole('button', { name: 'Peak time' })).toHaveAttribute(
    'aria-pressed',
    'true',
  );
  await page.getByRole('slider', { name: /^Boldness/ }).focus();
  await page.keyboard.press('Home');
  await expect(page.getByRole('button', { name: 'Peak time' })).toHaveAttribute(
    'aria-pressed',
    'false',
  );

  // The transition, opened, changed at one bar line, undone, changed again and heard.
  await box.focus();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: /^Transition 1/ })).toBeVisible();
  const fader = page
    .getByRole('group', { name: 'Fader, Outgoing' })
    .getByRole('slider', { name: 'Fader at bar 0' });
  await fader.focus();
  await page.keyboard.press('Home');
  await expect(fader).toHaveAttribute('aria-valuenow', '0');
  await expect(page.getByText('changed by hand')).toBeVisible();
  await page.keyboard.press('ControlOrMeta+Z');
  await expect(fader).toHaveAttribute('aria-valuenow', '1');
  await page.keyboard.press('PageDown');
  await expect(fader).toHaveAttribute('aria-valuenow', '0.9');
  await press(page, /^▶ Hear it/);
  await expect(page.getByRole('button', { name: 'Stop transition 1' })).toBeVisible();
  await expect
    .poll(
      () =>
        page.evaluate(
          () => document.querySelector<HTMLElement>('dju-mix-timeline .playhead')!.style.display,
        ),
      { timeout: 90_000 },
    )
    .toBe('block');
  await shoot(page, 'studio');
  await press(page, /^■ Stop/);

  // The mix as a job, left and come back to.
  await page.getByLabel('Name of the mix').fill('Two of the house');
  await press(page, 'Make the mix');
  await page.reload();
  await expect(page.getByText('changed by hand').or(box)).toBeVisible({ timeout: 90_000 });
  const result = page.getByRole('link', { name: 'Two of the house' });
  await expect(result).toBeVisible({ timeout: 120_000 });
  await result.focus();
  await page.keyboard.press('Enter');

  // The result: heard, explained, and the edited value in the log of what was mixed.
  await expect(page.getByRole('heading', { name: 'Two of the house' })).toBeVisible();
  await expect(page.getByText(/Beats .* ms apart/)).toBeVisible();
  await press(page, /^▶ Play/);
  await expect(page.locator('.clock')).not.toHaveText(/^0:00 /, { timeout: 20_000 });
  await press(page, /^❚❚ Pause/);
  const id = page.url().split('/').at(-1)!;
  const report = (await (await request.get(`/api/v1/mixes/${id}/report`)).json()) as {
    transitions: { genome: { out: { gain: { line?: number[]; steps?: number[] } } } }[];
  };
  const { line, steps } = report.transitions[0].genome.out.gain;
  expect((line ?? steps)![0]).toBe(0.9);

  // Beside another preset's.
  await press(page, 'Chill');
  await expect(page.getByRole('button', { name: 'Hear B' })).toBeVisible({ timeout: 120_000 });
  await press(page, 'Next transition');
  const before = await page.locator('.clock').textContent();
  await press(page, 'Hear B');
  await expect(page.getByRole('button', { name: 'Hear A' })).toBeVisible();
  await shoot(page, 'mix-compared');
  expect(before).toBeTruthy();
});

test('a transition moves by phrases, by mouse and by keyboard', async ({ page, request }) => {
  test.setTimeout(180_000);
  await asGuest(page, await guest(request, 'Ada'));
  await page.goto('/studio');
  const tracks = await demoTracks(request, 'House');
  for (const { title } of tracks.slice(0, 2)) {
    await page.locator('input[type=search]').fill(title);
    await page.getByRole('button', { name: new RegExp(`^Add ${title} `) }).click();
  }
  const box = page.locator('dju-mix-timeline .box').first();
  await expect(box).toBeVisible({ timeout: 90_000 });
  const place = async () => (await box.boundingBox())!;
  const first = await place();

  await box.focus();
  await page.keyboard.press('ArrowLeft');
  await expect.poll(async () => (await place()).x).toBeLessThan(first.x - 3);
  await expect(page.locator('dju-mix-timeline li').first()).toHaveClass(/edited/);
  await page.keyboard.press('ControlOrMeta+Z');
  await expect.poll(async () => Math.abs((await place()).x - first.x)).toBeLessThan(1);

  // Focus may have scrolled the page.
  const now = await place();
  const held = { x: now.x + now.width / 2, y: now.y + now.height / 2 };
  await page.mouse.move(held.x, held.y);
  await page.mouse.down();
  await page.mouse.move(held.x - 60, held.y, { steps: 6 });
  await page.mouse.up();
  await expect.poll(async () => (await place()).x).toBeLessThan(first.x - 3);
  // The drag was no press: nothing has opened.
  await expect(page.locator('dju-transition-editor')).toHaveCount(0);
  await box.click();
  await expect(page.locator('dju-transition-editor')).toBeVisible();
});

test('a mix is taken over from where it is heard', async ({ page, request }) => {
  test.setTimeout(300_000);
  const ada = await guest(request, 'Ada');
  await asGuest(page, ada);
  const [first, second] = await demoTracks(request, 'House');
  const headers = { Authorization: `Bearer ${ada.token}` };
  const data = { tracks: [first.id, second.id], parameters: { order: 'given' } };
  const made = (await (await request.post('/api/v1/mixes', { headers, data })).json()) as {
    mix: { id: string };
  };
  await page.goto(`/mixes/${made.mix.id}`);
  const takeOver = page.getByRole('button', { name: 'Take over from here' });
  // Its progress is told as it goes, until it is there.
  await expect(takeOver).toBeVisible({ timeout: 180_000 });
  const { transitions } = (await (
    await request.get(`/api/v1/mixes/${made.mix.id}/report`)
  ).json()) as { transitions: { startSeconds: number; endSeconds: number }[] };
  await press(page, 'Next transition');
  await takeOver.click();
  await page.waitForURL(/\/battle\/b-/, { timeout: 90_000 });
  // Shortly before the transition: the first record plays, the second is put on behind it.
  await expect(page.getByText(first.title).first()).toBeVisible({ timeout: 60_000 });
  await expect(page.getByRole('button', { name: 'Play, deck A' })).toHaveAttribute(
    'aria-pressed',
    'true',
  );
  expect(transitions[0].startSeconds).toBeGreaterThan(6);
  // And it is theirs: a fader moves.
  const low = page.getByRole('slider', { name: /^Low, A/ }).first();
  await low.focus();
  await page.keyboard.press('Home');
  await expect(low).toHaveAttribute('aria-valuenow', '0');
});

test('effects and loops are put on a deck and between two bars', async ({ page, request }) => {
  test.setTimeout(120_000);
  await openTransition(page, request, 'en');
  for (const [add, name] of [
    ['+ Effect', 'Effect 1'],
    ['+ Loop', 'Loop 1'],
  ]) {
    await press(page, add);
    const row = page.getByRole('group', { name });
    await row.getByRole('combobox', { name: /^Record/ }).selectOption('in');
    await row.getByLabel('From bar').fill('2.5');
    await row.getByLabel('From bar').press('Enter');
    await expect(row.getByLabel('To bar')).toHaveAttribute('min', '2.75');
    await expect(row.getByRole('combobox', { name: /^Record/ })).toHaveValue('in');
  }
  await expect(page.getByRole('button', { name: 'Reset to the model’s' })).toBeEnabled();
});

for (const language of ['en', 'es']) {
  for (const size of SIZES) {
    test(`the studio is whole at ${size.width} pixels, ${language}`, async ({ page, request }) => {
      test.setTimeout(240_000);
      await page.setViewportSize(size);
      await openTransition(page, request, language);
      await shoot(page, `studio-${language}`);
      const { violations } = await new AxeBuilder({ page }).analyze();
      expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0].html}`)).toEqual([]);
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      expect(overflow).toBeLessThanOrEqual(0);
    });
  }
}
