// From an uploaded file to a verified recording, on the real server: a track goes into the library, a
// DJ plays it (over the same socket protocol as the battle page), the audience's page hears and shows
// it, votes, and the recording gives the same samples.

import { expect, test, type Page } from '@playwright/test';
import { guest, RATE, wave, Witness } from './support/people';

/** Twenty seconds of a kick at 120 BPM over a chord. `seed` makes it another track. */
function music(seed: number): Buffer {
  return wave(20, (i) => {
    const t = (i % (RATE / 2)) / RATE;
    const kick = Math.sin(2 * Math.PI * 55 * t) * Math.exp(-t * 12) * 0.6;
    const tone = (hertz: number) => 0.15 * Math.sin((2 * Math.PI * hertz * i) / RATE);
    return [kick + tone(330 + seed), kick + tone(415 + seed)];
  });
}

async function signIn(page: Page, who: object): Promise<void> {
  await page.addInitScript((stored) => {
    localStorage.setItem('dju.guest', stored);
    localStorage.setItem('dju.language', 'en');
  }, JSON.stringify(who));
}

/** Uploads in the browser and waits until the server has analysed it. */
async function upload(page: Page, name: string, seed: number): Promise<void> {
  await page.goto('/library');
  await page
    .locator('input[type=file][multiple]')
    .setInputFiles({ name, mimeType: 'audio/wav', buffer: music(seed) });
  await expect(page.getByText('In the library')).toBeVisible({ timeout: 60_000 });
}

test('a file that is no music is refused in words', async ({ page, request }) => {
  await signIn(page, await guest(request, 'Uploader'));
  await page.goto('/library');
  await page.locator('input[type=file][multiple]').setInputFiles([
    { name: 'nothing.mp3', mimeType: 'audio/mpeg', buffer: Buffer.alloc(0) },
    {
      name: 'noise.flac',
      mimeType: 'audio/flac',
      buffer: Buffer.from('this is a letter, not a song'),
    },
  ]);
  await expect(page.getByRole('alert').filter({ hasText: 'nothing.mp3' })).toBeVisible({
    timeout: 30_000,
  });
  await expect(page.getByRole('alert').filter({ hasText: 'noise.flac' })).toBeVisible({
    timeout: 30_000,
  });
});

test('a grid that was edited is still edited after a reload', async ({ page, request }) => {
  await signIn(page, await guest(request, 'Uploader'));
  await upload(page, 'grid-me.wav', 7);
  await page.getByLabel('Search title, artist, genre').fill('grid-me');
  await page.getByRole('row', { name: /grid-me/ }).click();
  await page.getByLabel('BPM', { exact: true }).fill('121.5');
  await page.getByRole('button', { name: 'Shift the grid by 10 ms' }).click();
  await page.getByRole('button', { name: 'Save grid' }).click();
  await expect(page.getByText('Saved', { exact: true }).first()).toBeVisible();
  await page.reload();
  await page.getByLabel('Search title, artist, genre').fill('grid-me');
  await page.getByRole('row', { name: /grid-me/ }).click();
  await expect(page.getByLabel('BPM', { exact: true })).toHaveValue('121.50');
  await expect(page.getByText('edited by hand')).toBeVisible();
});

test('the audience hears a battle, votes, and its recording is the same to the sample', async ({
  page,
  request,
  baseURL,
}) => {
  test.setTimeout(180_000);
  const dj = await guest(request, 'Ada');
  const opponent = await guest(request, 'Hedy');
  await signIn(page, await guest(request, 'Listener'));
  await upload(page, 'heard-by-all.wav', 1);
  const found = await request.get('/api/v1/tracks?q=heard-by-all');
  const trackId = ((await found.json()) as { tracks: { id: string }[] }).tracks[0].id;
  const made = await request.post('/api/v1/battles', {
    headers: { Authorization: `Bearer ${dj.token}` },
    data: { name: 'Heard by all', format: 'back_to_back' },
  });
  const battle = (await made.json()) as { id: string; invite: string };
  const [a, b] = [new Witness(baseURL!, dj), new Witness(baseURL!, opponent)];
  try {
    await a.ask('join-battle', { battleId: battle.id, playerId: dj.playerId, role: 'dj' });
    await b.ask('join-battle', {
      battleId: battle.id,
      playerId: opponent.playerId,
      role: 'dj',
      invite: battle.invite,
    });
    await page.goto('/');
    await expect(page.getByText('Heard by all')).toBeVisible();
    await page.goto(`/watch/${battle.id}`);
    await expect(page.getByRole('heading', { name: 'Heard by all' })).toBeVisible();

    const command = (control: string, value: number, more: object = {}) =>
      a.ask('midi-command', {
        battleId: battle.id,
        playerId: dj.playerId,
        command: { control, deck: 'A', value, ...more },
        sent: Date.now(),
        heard: 0,
      });
    await a.ask('battle-start', { battleId: battle.id });
    await command('load', 0, { trackId });
    const deckA = page.getByRole('region', { name: 'Deck A' });
    await expect(deckA.getByText('heard-by-all')).toBeVisible({ timeout: 20_000 });
    await command('play', 1);
    await a.ask('midi-command', {
      battleId: battle.id,
      playerId: dj.playerId,
      command: { control: 'crossfader', value: -1 },
      sent: Date.now(),
      heard: 0,
    });
    await expect(deckA.getByText('On air')).toBeVisible({ timeout: 10_000 });
    await expect.poll(() => litSpectrum(page), { timeout: 20_000 }).toBeGreaterThan(200);

    await command('eq_low', 0);
    await expect(deckA.getByRole('slider', { name: 'Low' })).toHaveAttribute('aria-valuenow', '0', {
      timeout: 5000,
    });
    await page.getByLabel('Write something').fill('I hear it');
    await page.getByRole('button', { name: 'Send' }).click();
    await expect(page.getByRole('log').getByText('I hear it')).toBeVisible();
    // Three seconds of the battle must have been heard, or the vote carries nothing.
    await expect.poll(() => heardSeconds(deckA), { timeout: 15_000 }).toBeGreaterThan(3);

    await a.ask('battle-end', { battleId: battle.id });
    await expect(page.getByRole('heading', { name: 'Who won?' })).toBeVisible({ timeout: 15_000 });
    await page.getByRole('button', { name: /^A Ada/ }).click();
    await expect(page.getByText('You voted: A')).toBeVisible();
    await page.getByRole('link', { name: 'To the recording' }).click();
    await expect(page.getByRole('list').getByText('heard-by-all')).toBeVisible();
    await page.getByRole('button', { name: 'Verify' }).click();
    await expect(page.getByText(/Identical to the live samples/)).toBeVisible({ timeout: 60_000 });
  } finally {
    a.close();
    b.close();
  }
});

/** Pixels of the drawn spectrum that are coloured, hence computed from sound that has arrived. */
function litSpectrum(page: Page): Promise<number> {
  return page.evaluate(() => {
    const canvas = document.querySelector<HTMLCanvasElement>('dju-spectrum canvas');
    const context = canvas?.getContext('2d');
    if (!canvas || !context) return 0;
    const { data } = context.getImageData(0, 0, canvas.width, Math.floor(canvas.height * 0.8));
    let lit = 0;
    for (let i = 0; i < data.length; i += 4) {
      const [r, g, b] = [data[i], data[i + 1], data[i + 2]];
      if (Math.max(r, g, b) > 120 && Math.max(r, g, b) - Math.min(r, g, b) > 60) ++lit;
    }
    return lit;
  });
}

/** Seconds on the deck's clock. */
async function heardSeconds(deck: ReturnType<Page['getByRole']>): Promise<number> {
  const [minutes, seconds] = ((await deck.locator('.clock').textContent()) ?? '0:0')
    .trim()
    .split(/[:\s−]/);
  return Number(minutes) * 60 + Number(seconds);
}
