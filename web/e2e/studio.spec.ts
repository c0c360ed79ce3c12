// The mixer studio on the real server with its demo tracks: a mix is put together with the keyboard only,
// a transition is changed, heard and taken back, the mix is made, explained, played and compared.

import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import AxeBuilder from '@axe-core/playwright';
import { expect as within, test, type APIRequestContext, type Page } from '@playwright/test';
import { asGuest } from './support/page';
import { guest, type Guest, type Track } from './support/people';
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
  // It goes on in the mix's own quality where it stands.
  const clock = () =>
    page.evaluate(() =>
      parseFloat(
        document
          .querySelector<HTMLElement>('dju-mix-timeline .playhead')!
          .style.transform.replace('translateX(', ''),
      ),
    );
  const began = await clock();
  await expect(page.getByText('heard as the mix will sound')).toBeVisible({ timeout: 30_000 });
  expect(await clock()).toBeGreaterThan(began);
  await press(page, /^■ Stop/);
  await expect(page.getByText('heard as the mix will sound')).toHaveCount(0);

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

/** How far a mix is: what the server tells of it as events, and each state in which the page shows it. */
async function watchProgress(page: Page, name: string) {
  const told: { state: string; progress: number; secondsLeft?: number }[] = [];
  const wire = await page.context().newCDPSession(page);
  await wire.send('Network.enable');
  wire.on('Network.eventSourceMessageReceived', ({ data }) => told.push(JSON.parse(data)));
  await page.evaluate((label) => {
    const shown: { value: number; text: string }[] = [];
    Object.assign(window, { shownProgress: shown });
    const look = () => {
      const bar = document.querySelector<HTMLProgressElement>(`progress[aria-label="${label}"]`);
      if (bar) shown.push({ value: bar.value, text: bar.nextElementSibling!.textContent });
    };
    new MutationObserver(look).observe(document.body, {
      subtree: true,
      childList: true,
      characterData: true,
      attributes: true,
    });
  }, `How far ${name} is`);
  const shown = () =>
    page.evaluate(
      () =>
        (window as unknown as { shownProgress: { value: number; text: string }[] }).shownProgress,
    );
  return { told, shown };
}

/** A track's sound as MP3, taken into the library as somebody's file. */
async function inAnotherEncoding(
  request: APIRequestContext,
  who: Guest,
  track: Track,
  title: string,
): Promise<void> {
  const headers = { Authorization: `Bearer ${who.token}` };
  const [source, file] = [test.info().outputPath('song.flac'), test.info().outputPath('song.mp3')];
  const sound = await request.get(`/api/v1/tracks/${track.id}/audio?token=${who.token}`);
  await writeFile(source, await sound.body());
  const written = ['-i', source, '-b:a', '192k', '-metadata', `title=${title}`, file];
  await promisify(execFile)('ffmpeg', ['-loglevel', 'error', ...written]);
  const sent = await request.post('/api/v1/tracks', {
    headers: { ...headers, 'Content-Type': 'application/octet-stream', 'X-Filename': 'song.mp3' },
    data: await readFile(file),
  });
  expect(sent.status()).toBe(202);
  const { job } = (await sent.json()) as { job: { id: string } };
  const same = async () => {
    const answer = await request.get(`/api/v1/jobs/${job.id}`, { headers });
    return ((await answer.json()) as { result?: { same: string[] } }).result?.same;
  };
  await expect.poll(same, { timeout: 90_000 }).toEqual([track.id]);
}

test('a mix tells how far it is and how long it takes, also to who has left the page meanwhile', async ({
  page,
  request,
}) => {
  test.setTimeout(180_000);
  await asGuest(page, await guest(request, 'Ada'));
  // Long enough for several events, which come up to four times a second.
  const tracks = [
    ...(await demoTracks(request, 'House')),
    ...(await demoTracks(request, 'Trance')),
  ].slice(0, 4);
  await page.goto('/studio');
  for (const track of tracks) await addByKeyboard(page, track);
  await page.getByLabel('Name of the mix').fill('All four');
  const { told, shown } = await watchProgress(page, 'All four');
  await page.getByRole('button', { name: 'Make the mix' }).click({ timeout: 90_000 });

  const between = async () =>
    new Set((await shown()).map(({ value }) => value).filter((value) => value > 0 && value < 1));
  await expect.poll(async () => (await between()).size, { timeout: 90_000 }).toBeGreaterThan(1);
  await shoot(page, 'studio-under-way');
  const states = await shown();
  const values = states.map(({ value }) => value);
  expect(values).toEqual([...values].sort((a, b) => a - b));
  expect(states.some(({ text }) => /^Mixing · \d+:\d\d left$/.test(text))).toBe(true);
  // By event, not by asking now and then.
  const running = told.filter(({ state }) => state === 'running');
  expect(new Set(running.map(({ progress }) => progress)).size).toBeGreaterThan(1);
  expect(running.some(({ secondsLeft }) => secondsLeft! > 0)).toBe(true);

  await page.getByRole('navigation').getByRole('link', { name: 'Library' }).click();
  await expect(page.getByRole('heading', { name: 'My mixes' })).toHaveCount(0);
  await page.getByRole('navigation').getByRole('link', { name: 'Studio' }).click();
  await expect(
    page.getByRole('list', { name: 'Records of the mix' }).getByRole('listitem'),
  ).toHaveCount(tracks.length);
  await expect(page.getByRole('link', { name: 'All four' })).toBeVisible({ timeout: 90_000 });
});

test('a mix of the same songs from other files is offered, and taken', async ({
  page,
  request,
}) => {
  test.setTimeout(240_000);
  const ada = await guest(request, 'Ada');
  await asGuest(page, ada);
  const [first, second] = await demoTracks(request, 'House');
  await page.goto('/studio');
  for (const track of [first, second]) await addByKeyboard(page, track);
  await page.getByRole('slider', { name: /^Boldness/ }).fill('0');
  await page.getByLabel('Name of the mix').fill('From the crate');
  await page.getByRole('button', { name: 'Make the mix' }).click({ timeout: 90_000 });
  const made = page.getByRole('link', { name: 'From the crate' });
  await expect(made).toBeVisible({ timeout: 120_000 });

  await inAnotherEncoding(request, ada, first, 'The same from a phone');
  await page.reload();
  await press(page, `Take ${first.title} out`);
  await addByKeyboard(page, { ...first, title: 'The same from a phone' });
  await press(page, 'Move The same from a phone up');
  await page.getByLabel('Name of the mix').fill('From a phone');
  await page.getByRole('button', { name: 'Make the mix' }).click({ timeout: 90_000 });
  await expect(page.getByText('There is a mix of the same songs')).toBeVisible();
  await shoot(page, 'studio-alike');
  await page.getByRole('button', { name: 'Take the one that is there' }).click();
  // One sound under two names, and nothing is being mixed any more.
  const headers = { Authorization: `Bearer ${ada.token}` };
  const mixes = async () =>
    (
      (await (await request.get('/api/v1/mixes', { headers })).json()) as {
        mixes: { name: string; state: string; recordingId: string }[];
      }
    ).mixes;
  await expect
    .poll(async () => (await mixes()).map(({ name, state }) => `${name}: ${state}`))
    .toEqual(['From a phone: done', 'From the crate: done']);
  const [taken, there] = await mixes();
  expect(taken.recordingId).toBe(there.recordingId);
  await expect(page.getByRole('link', { name: 'From a phone' })).toBeVisible();
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

test('a mix is as long as is wanted, or the page says what its records give', async ({
  page,
  request,
}) => {
  await asGuest(page, await guest(request, 'Ada'));
  await page.goto('/studio');
  for (const track of (await demoTracks(request, 'House')).slice(0, 2))
    await addByKeyboard(page, track);
  const minutes = page.getByLabel('Minutes');
  await minutes.fill('2');
  await minutes.press('Enter');
  await expect(page.getByText(/^about (1:5\d|2:0\d)$/)).toBeVisible({ timeout: 90_000 });
  await minutes.fill('30');
  await minutes.press('Enter');
  await expect(
    page.getByText(/^30:00 asked for; these records give \d:\d\d at most$/),
  ).toBeVisible();
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
  await shoot(page, 'taken-over');
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
