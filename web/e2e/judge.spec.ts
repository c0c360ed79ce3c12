// The judge as people see it: two records are mixed without a common tempo and then in time, by hand of
// scripts; both DJs' scores, the coach's line and the transitions are on the battle page and on the
// audience's, and afterwards there is a report with its own address.

import AxeBuilder from '@axe-core/playwright';
import { expect, test, type Page } from '@playwright/test';
import { guest, People, Witness, type Track } from './support/people';

const people = new People();
test.afterEach(() => people.leave());

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** A DJ without a page. */
class Hand {
  constructor(
    private readonly socket: Witness,
    private readonly battleId: string,
  ) {}

  put(control: string, value: number, more: object = {}): Promise<unknown> {
    return this.socket.ask('midi-command', { battleId: this.battleId, command: { control, value, ...more } });
  }

  async fade(from: number, to: number, seconds: number): Promise<void> {
    const steps = Math.round(20 * seconds);
    for (let i = 0; i <= steps; i++) {
      await this.put('crossfader', from + ((to - from) * i) / steps);
      await pause(50);
    }
  }
}

async function shoot(page: Page, name: string): Promise<void> {
  const shots = process.env['DJU_SHOTS'];
  if (shots) await page.screenshot({ path: `${shots}/${name}.png`, fullPage: true });
}

async function accessible(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0].html}`)).toEqual([]);
}

test('the better mix stands better, with reasons, and the report says so', async ({ browser, request, baseURL }) => {
  test.setTimeout(180_000);
  const [ada, hedy, noor] = await Promise.all(['Ada', 'Hedy', 'Noor'].map((name) => guest(request, name)));
  const { tracks } = (await (await request.get('/api/v1/tracks')).json()) as { tracks: Track[] };
  const [house, trance] = ['House', 'Trance'].map((genre) => tracks.find((track) => track.genre === genre)!);
  const made = await request.post('/api/v1/battles', {
    headers: { Authorization: `Bearer ${ada.token}` },
    data: { name: 'Judged', format: 'back_to_back' },
  });
  const battle = (await made.json()) as { id: string; invite: string };
  const [a, b] = [new Witness(baseURL!, ada), new Witness(baseURL!, hedy)];
  try {
    await a.ask('join-battle', { battleId: battle.id, role: 'dj' });
    await b.ask('join-battle', { battleId: battle.id, role: 'dj', invite: battle.invite });
    const decks = await people.enter(browser, baseURL!, ada);
    const watch = await people.enter(browser, baseURL!, noor, 'es');
    await decks.goto(`/battle/${battle.id}`);
    await watch.goto(`/watch/${battle.id}`);
    await expect(watch.getByText('El juez escucha.')).toBeVisible();

    const [left, right] = [new Hand(a, battle.id), new Hand(b, battle.id)];
    await a.ask('battle-start', { battleId: battle.id });
    await left.put('load', 0, { deck: 'A', trackId: house.id });
    await right.put('load', 0, { deck: 'B', trackId: trance.id });
    // Where both have their drums.
    await left.put('seek', 40 * 48000, { deck: 'A' });
    await right.put('seek', 40 * 48000, { deck: 'B' });
    await left.put('crossfader', -1);
    await left.put('play', 1, { deck: 'A' });
    await pause(1500);
    await right.put('play', 1, { deck: 'B' });
    await right.fade(-1, 1, 6);
    await expect(watch.getByRole('list', { name: 'Transiciones' }).getByText('Hedy')).toBeVisible({ timeout: 10_000 });
    await left.put('play', 0, { deck: 'A' });
    await left.put('sync', 1, { deck: 'A' });
    await left.put('play', 1, { deck: 'A' });
    await pause(500);
    await left.fade(1, -1, 6);
    await expect(watch.getByRole('list', { name: 'Transiciones' }).getByText('Ada')).toBeVisible({ timeout: 10_000 });

    // Both pages show who stands better, and say so in the reader's language.
    const total = async (page: Page, name: string) =>
      Number(await page.getByRole('region', { name }).locator('.total b').textContent());
    await expect.poll(() => total(watch, 'Puntuación de Hedy')).toBeGreaterThan(0);
    expect(await total(watch, 'Puntuación de Ada')).toBeGreaterThan(await total(watch, 'Puntuación de Hedy'));
    await expect(watch.locator('dju-feedback-line')).toContainText(/Ada|Hedy/);
    await decks.getByRole('button', { name: 'Judge', exact: true }).press('Enter');
    await expect(decks.getByRole('heading', { name: 'Judge', exact: true })).toBeFocused();
    await decks.getByRole('button', { name: /Beatmatching/ }).press('Enter');
    await expect(decks.getByText('Do the beats of both records fall together?')).toBeVisible();
    await expect(decks.locator('dju-head-explanation').getByText('Beats apart').first()).toBeVisible();
    const bySound = /^From the sound alone: \d+, \d+ % sure \(technical \d+\)/;
    await expect(decks.locator('dju-head-explanation').getByText(bySound).first()).toBeVisible();
    await shoot(decks, 'judge-battle');
    await shoot(watch, 'judge-watch');
    await decks.keyboard.press('Escape');
    await expect(decks.getByRole('heading', { name: 'Judge', exact: true })).toBeHidden();

    await watch.getByRole('button', { name: 'Fuego' }).click();
    await a.ask('battle-end', { battleId: battle.id });
    await expect(watch.getByRole('link', { name: 'Informe del juez' })).toBeVisible({ timeout: 20_000 });
    await watch.getByRole('button', { name: /^A Ada/ }).click();
    await watch.getByRole('link', { name: 'Informe del juez' }).click();

    // The report has its own address, for anybody.
    await expect(watch).toHaveURL(`/report/${battle.id}`);
    await expect(watch.getByText('Ada fue mejor')).toBeVisible({ timeout: 60_000 });
    await expect(watch.getByRole('img', { name: /a lo largo de la batalla/ })).toBeVisible();
    await accessible(watch);
    const stranger = await browser.newContext({ baseURL, locale: 'en-GB' });
    const page = await stranger.newPage();
    await page.goto(`/report/${battle.id}`);
    await expect(page.getByText('Ada was better')).toBeVisible();
    await expect(page.getByText('Ada 1', { exact: true })).toBeVisible();
    await page.getByRole('button', { name: /Steady hands/ }).press('Enter');
    await expect(page.locator('dju-head-explanation').getByText('Speed off a straight line').first()).toBeVisible();
    await shoot(page, 'judge-report-steady');
    await page.getByRole('button', { name: /Beatmatching/ }).press('Enter');
    await expect(page.locator('dju-head-explanation').getByText(bySound).first()).toBeVisible();
    for (const [name, width, height] of [['phone', 390, 844], ['tablet', 820, 1180], ['desk', 1440, 900]] as const) {
      await page.setViewportSize({ width, height });
      expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
      await shoot(page, `judge-report-${name}`);
    }
    await page.getByRole('link', { name: /^Replay from/ }).first().click();
    await expect(page).toHaveURL(/recordings\/.*\?at=\d+/);
    await expect(page.getByRole('button', { name: /Listen from \d+:\d\d/ })).toBeVisible();
    await stranger.close();
  } finally {
    a.close();
    b.close();
  }
});
