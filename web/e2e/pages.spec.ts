// Lobby, library, recordings and the audience's page in exact states: what they show and send, in both
// languages, on a desk and on a phone, and that axe finds nothing. DJU_SHOTS=folder keeps pictures.

import AxeBuilder from '@axe-core/playwright';
import { expect, test, type Page } from '@playwright/test';
import { simulate } from './support/simulator';

const SIZES = {
  desk: { width: 1280, height: 720 },
  wall: { width: 1920, height: 1080 },
  phone: { width: 390, height: 844 },
};

/** No violation, nothing wider than the screen; the heading proves that the page is not blank. */
async function sound(
  page: Page,
  name: string,
  heading: string | RegExp,
  hasText?: string,
): Promise<void> {
  await expect(page.getByRole('heading', { name: heading }).first()).toBeVisible();
  if (hasText) await expect(page.getByText(hasText).first()).toBeVisible();
  const folder = process.env['DJU_SHOTS'];
  if (folder)
    await page.screenshot({
      path: `${folder}/${name}-${page.viewportSize()!.width}.png`,
      fullPage: page.viewportSize()!.width < 500,
    });
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0].html}`)).toEqual([]);
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  expect(overflow).toBeLessThanOrEqual(0);
}

for (const [size, viewport] of Object.entries(SIZES)) {
  test.describe(size, () => {
    test.use({ viewport });

    test('lobby lists battles and recordings', async ({ page }) => {
      await simulate(page);
      await page.goto('/');
      await sound(page, 'lobby', 'Battles', 'Rounds for beginners');
    });

    test('library shows tracks, a failed upload in the server’s words, and a track’s grid', async ({
      page,
    }) => {
      await simulate(page);
      await page.goto('/library');
      await page
        .locator('input[type=file][multiple]')
        .setInputFiles({ name: 'noise.mp3', mimeType: 'audio/mpeg', buffer: Buffer.from('x') });
      await expect(page.getByText('no audio stream')).toBeVisible();
      await sound(page, 'library', 'Library', 'Ion Drift 2');
      await page.getByRole('row', { name: /Blue Hour 5 / }).click();
      await sound(page, 'track', 'Blue Hour 5', 'BSD-2-Clause');
    });

    test('recording is verified', async ({ page }) => {
      await simulate(page);
      await page.goto('/recordings');
      await sound(page, 'recordings', 'Recordings', 'Sunday closing');
      await page
        .getByRole('link', { name: /Friday warehouse/ })
        .first()
        .click();
      await page.getByRole('button', { name: 'Verify' }).click();
      await sound(
        page,
        'recording',
        'Friday warehouse',
        'Identical to the live samples (18,000 marks compared)',
      );
    });

    test('audience sees both decks', async ({ page }) => {
      await simulate(page, {
        chat: [
          { name: 'Noor', text: 'That bassline!', role: 'spectator' },
          { name: 'Ada Lux', text: 'wait for the drop', role: 'A' },
        ],
      });
      await page.goto('/watch/b1');
      await expect(page.getByText('wait for the drop')).toBeVisible();
      await sound(page, 'watch', 'Friday warehouse', 'Blue Hour 5');
    });
  });
}

test('a stranger takes a name, creates a battle and gets both links', async ({ page }) => {
  await simulate(page, { name: null });
  await page.goto('/');
  await expect(page.getByRole('button', { name: 'Create battle' })).toBeDisabled();
  await page.getByLabel('Your name').fill('Noor');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByLabel('Name of the battle').fill('Attic session');
  await page.getByRole('radio', { name: /Rounds/ }).check();
  await page.getByLabel('Minutes a round').fill('2.5');
  await page.getByLabel('Ranked').check();
  await page.getByLabel('Four decks').check();
  const posted = page.waitForRequest(
    (request) => request.method() === 'POST' && request.url().endsWith('/battles'),
  );
  await page.getByRole('button', { name: 'Create battle' }).click();
  expect((await posted).postDataJSON()).toEqual({
    name: 'Attic session',
    format: 'rounds',
    visibility: 'public',
    ranked: true,
    equalDelay: true,
    decks: 4,
    rounds: 3,
    roundSeconds: 150,
  });
  await expect(page.getByLabel(/For your opponent/)).toHaveValue(/\/battle\/b9\?invite=i9$/);
  await expect(page.getByLabel(/For the audience/)).toHaveValue(/\/watch\/b9$/);
});

test('languages change without a reload', async ({ page }) => {
  await simulate(page);
  await page.goto('/');
  await expect(page.getByRole('heading', { name: 'Battles' })).toBeVisible();
  await page.getByRole('button', { name: 'ES' }).click();
  await sound(page, 'lobby-es', 'Batallas', 'puesto libre');
  await expect(page.locator('html')).toHaveAttribute('lang', 'es');
});

test('the browser of tracks is used by keyboard', async ({ page }) => {
  await simulate(page);
  await page.goto('/library');
  await expect(page.getByRole('row').first()).toBeVisible();
  await page.getByRole('grid').focus();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('End');
  await expect(page.getByRole('heading', { name: 'Blue Hour 60' })).toBeVisible();
  await expect(page.getByRole('row', { name: /Blue Hour 60/ })).toHaveAttribute(
    'aria-selected',
    'true',
  );
});

test('a grid is shifted and saved', async ({ page }) => {
  await simulate(page);
  await page.goto('/library');
  await page.getByRole('row', { name: /Ion Drift 2 / }).click();
  await page.getByRole('button', { name: 'Shift the grid by 10 ms' }).click();
  await page.getByRole('button', { name: 'Shift the grid by -1 ms' }).click();
  const saved = page.waitForRequest((request) => request.method() === 'PATCH');
  await page.getByRole('button', { name: 'Save grid' }).click();
  const { grid } = (await saved).postDataJSON() as { grid: { anchorSeconds: number; bpm: number } };
  expect(grid.anchorSeconds).toBeCloseTo(0.129, 6);
  expect(grid.bpm).toBe(121.37);
});

test('a tempo change is set by hand and taken away', async ({ page }) => {
  await simulate(page);
  await page.goto('/library');
  await page.getByRole('row', { name: /Ion Drift 2 / }).click();
  await page.getByRole('button', { name: /Go to Drop 1/ }).click();
  await page.getByRole('button', { name: 'Tempo changes here' }).click();
  await page.getByLabel('BPM', { exact: true }).fill('128');
  await page.getByLabel('BPM', { exact: true }).press('Enter');
  const changes = page.getByRole('list', { name: 'Tempo changes' });
  await expect(changes).toContainText('128.00 BPM');
  const saved = page.waitForRequest((request) => request.method() === 'PATCH');
  await page.getByRole('button', { name: 'Save grid' }).click();
  const { grid } = (await saved).postDataJSON() as {
    grid: { bpm: number; changes: { beat: number; bpm: number }[] };
  };
  expect(grid.bpm).toBe(121.37);
  expect(grid.changes).toEqual([expect.objectContaining({ beat: 96, bpm: 128 })]);
  await page.getByRole('button', { name: /Remove the tempo change/ }).click();
  await expect(changes).toHaveCount(0);
});

test('what was heard is shown, and cues and phrases are named', async ({ page }) => {
  await simulate(page);
  await page.goto('/library');
  await page.getByRole('row', { name: /Ion Drift 2 / }).click();
  const heard = page.getByRole('region', { name: 'Analysis' });
  await expect(heard).toContainText('121.37 BPM · 93 % sure');
  await expect(heard).toContainText('8A A minor · 1m');
  await expect(heard).toContainText('-8.6 LUFS');
  await expect(page.getByText('The same recording in another encoding')).toBeVisible();
  const sent = () => page.waitForRequest((request) => request.method() === 'PATCH');
  let request = sent();
  await page.getByRole('textbox', { name: /Name of the cue at 0:00/ }).fill('Here we go');
  await page.keyboard.press('Tab');
  type Sent = { cues?: { label: string; slot?: number }[]; phrases?: { label: string }[] };
  expect(((await request).postDataJSON() as Sent).cues?.[0].label).toBe('Here we go');
  request = sent();
  await page.getByRole('combobox', { name: /Hot cue number of the cue at 0:00/ }).selectOption('1');
  const { cues } = (await request).postDataJSON() as Sent;
  expect(cues?.map(({ slot }) => slot)).toEqual([0, undefined, undefined]);
  request = sent();
  await page.getByRole('button', { name: /Remove the phrase at 0:00/ }).click();
  expect(((await request).postDataJSON() as Sent).phrases).toHaveLength(5);
  request = sent();
  await page.getByRole('button', { name: 'Lock grid' }).click();
  expect((await request).postDataJSON()).toEqual({ locked: true });
  await expect(page.getByText('The grid is locked.')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Tap the tempo' })).toBeDisabled();
});

test('the audience writes, reacts and votes', async ({ page }) => {
  const server = await simulate(page, { battle: 'ended' });
  await page.goto('/watch/b1');
  await page.getByLabel('Write something').fill('Brava!');
  await page.getByRole('button', { name: 'Send' }).click();
  await page.getByRole('button', { name: 'Applause' }).click();
  await page.getByRole('button', { name: /^A Ada Lux/ }).click();
  await expect(page.getByText('You voted: A')).toBeVisible();
  await sound(page, 'vote', 'Who won?', 'To the recording');
  const payload = (event: string) => server.sent.find((sent) => sent.event === event)?.payload;
  expect(payload('chat')).toMatchObject({ text: 'Brava!' });
  expect(payload('reaction')).toMatchObject({ kind: 'clap' });
  expect(payload('vote')).toMatchObject({ choice: 'A', heardIntervals: [] });
});

test('a stranger hears at once and may take a name later', async ({ page }) => {
  const server = await simulate(page, { name: null });
  await page.goto('/watch/b1');
  await expect(page.getByText(/Listener \d{4}/)).toBeVisible();
  await expect
    .poll(() => server.sent[0])
    .toMatchObject({ event: 'join-battle', payload: { battleId: 'b1', role: 'spectator' } });
  await page.getByRole('button', { name: 'Change' }).click();
  await page.getByLabel('Your name').fill('Noor');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText('Noor')).toBeVisible();
});

test('a battle that is not there is said so, with a way back', async ({ page }) => {
  await simulate(page);
  await page.goto('/watch/gone');
  await expect(page.getByText('no such battle')).toBeVisible();
  await page.getByRole('link', { name: 'To the battles' }).click();
  await expect(page.getByRole('heading', { name: 'Battles' })).toBeVisible();
});

test('DJs’ controls move under the audience’s eyes when their sound is heard', async ({ page }) => {
  const server = await simulate(page);
  await page.goto('/watch/b1');
  const deckB = page.getByRole('region', { name: 'Deck B' });
  await expect(deckB.getByRole('slider', { name: 'High' })).toHaveAttribute('aria-valuenow', '0.5');
  server.turnHigh('B', 0.1);
  await expect(deckB.getByRole('slider', { name: 'High' })).toHaveAttribute('aria-valuenow', '0.1');
});
