// The arena in a browser on the real server: a tournament in three clicks, two mixes heard and voted on with the
// keyboard, the reveal, standings and bracket; on a desk and on a phone, in both languages, and that axe finds nothing.
// DJU_SHOTS=folder keeps pictures.

import { expect, test, type APIRequestContext, type Page } from '@playwright/test';
import { demoTracks } from './support/stage';
import { asGuest, isWhole } from './support/page';
import { guest, type Guest } from './support/people';


async function made(request: APIRequestContext, host: Guest, change: object = {}): Promise<string> {
  const tracks = await demoTracks(request, 'House');
  const answer = await request.post('/api/v1/arena/tournaments', {
    headers: { Authorization: `Bearer ${host.token}` },
    data: {
      name: 'Friday',
      format: 'open',
      contestants: [{ model: 'rules@1' }, { model: 'linear@1' }, { model: 'rules@1', preset: 'chill' }],
      sets: [[tracks[0].id, tracks[1].id]],
      clipSeconds: 20,
      ...change,
    },
  });
  expect(answer.status(), await answer.text()).toBe(201);
  const { id } = (await answer.json()) as { id: string };
  await expect
    .poll(async () => ((await (await request.get(`/api/v1/arena/tournaments/${id}`)).json()) as { state: string }).state, { timeout: 180_000 })
    .not.toBe('preparing');
  return id;
}

test('three clicks make a tournament', async ({ page, request }) => {
  await asGuest(page, await guest(request, 'Host'));
  await page.goto('/');
  await page.getByRole('link', { name: 'Arena' }).click();
  await page.getByLabel('Format').selectOption('single');
  await page.getByRole('button', { name: 'Make the tournament' }).click();
  await expect(page.getByRole('heading', { name: 'Friday in the arena' })).toBeVisible();
  await expect(page.getByRole('heading', { name: 'Bracket' })).toBeVisible();
  await page.goto('/arena');
  await expect(page.getByRole('link', { name: /Friday in the arena/ }).first()).toBeVisible();
  await isWhole(page, 'arena');
});

test('two mixes are heard and voted on with the keyboard, then named', async ({ page, request }) => {
  test.setTimeout(300_000);
  const id = await made(request, await guest(request, 'Host'));
  await asGuest(page, await guest(request, 'Voter'));
  await page.goto(`/arena/${id}`);
  await expect(page.getByRole('button', { name: 'Play A' })).toBeEnabled();
  await expect(page.getByRole('button', { name: 'A is better' })).toBeDisabled();
  await page.keyboard.press('a');
  await expect(page.getByText(/A was/)).toHaveCount(0);
  await page.keyboard.press('1');
  await expect(page.getByRole('button', { name: 'Stop A' })).toHaveAttribute('aria-pressed', 'true');
  await expect(page.getByText('8 of 8 s heard')).toHaveCount(1, { timeout: 20_000 });
  // The other side goes on at the same place.
  const before = Number(await page.getByLabel('Place in both mixes').inputValue());
  await page.keyboard.press('2');
  await expect(page.getByRole('button', { name: 'Stop B' })).toBeVisible();
  expect(Number(await page.getByLabel('Place in both mixes').inputValue())).toBeGreaterThan(before - 0.5);
  await expect(page.getByRole('button', { name: 'A is better' })).toBeEnabled({ timeout: 20_000 });
  await isWhole(page, 'vote');
  await page.keyboard.press('b');
  await expect(page.locator('.reveal').getByText(/A was .*, B was/)).toBeVisible();
  await expect(page.getByRole('heading', { name: 'Standings' })).toBeVisible();
  await isWhole(page, 'reveal');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('button', { name: 'Play A' })).toBeVisible();
});

test('a bracket is read in Spanish', async ({ page, request }) => {
  test.setTimeout(300_000);
  const host = await guest(request, 'Anfitriona');
  const id = await made(request, host, { format: 'double' });
  await asGuest(page, host, 'es');
  await page.goto(`/arena/${id}`);
  await expect(page.getByRole('heading', { name: 'Cuadro' })).toBeVisible();
  await page.getByRole('button', { name: 'Terminar ahora' }).click();
  await expect(page.getByText('Nadie ha votado, así que nadie ha ganado.')).toBeVisible();
  await isWhole(page, 'bracket-es');
});
