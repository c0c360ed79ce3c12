// Lineage and taste in exact states: a graph that is walked by the keyboard and read in a table, clips by name, a taste
// with its doubts, links to the studio; on a desk and on a phone, in both languages, and that axe finds nothing.
// DJU_SHOTS=folder keeps pictures.

import { expect, test, type Page } from '@playwright/test';
import { asGuest, isWhole } from './support/page';
import { guest, type Guest } from './support/people';

const TRACKS = [
  { id: 't1', title: 'Blue Hour', artist: '' },
  { id: 't2', title: 'Ion Drift', artist: '' },
];

const rating = (points: number) => ({ points, interval: [points - 60, points + 70] });
const mixer = (id: string, generation: number, points: number | null, parents: string[], heardIn: number[]) => ({
  id,
  name: `club@${id}`,
  generation,
  birth: ['founder', 'mutation', 'cross'][parents.length],
  parents,
  heardIn,
  ...(points === null ? {} : { rating: rating(points) }),
});
const round = (generation: number, champion: string) => ({
  generation,
  tournament: `evo-club-${generation}`,
  votes: 40,
  champion,
  coverage: 0.17 + 0.2 * generation,
  mergesTried: 2,
  mergesKept: generation,
  ratings: [],
  winners: { length: 0.31, effects: -0.12, clash: 0.01 },
});
const EVOLUTION = {
  lineage: 'club',
  state: 'running',
  creator: { playerId: 'g-other', name: 'Ana' },
  createdAt: 1,
  generation: 2,
  generations: 10,
  population: 4,
  votesPerRound: 40,
  hoursPerRound: 0,
  tournament: 'evo-club-2',
  openedAt: 1,
  votes: 12,
  counted: 11,
  champion: 'club@bbbbbbbbbbbb',
  seed: 7,
  clipSeconds: 20,
  sets: [{ tracks: TRACKS }],
  heldOut: [],
  open: ['bbbbbbbbbbbb', 'cccccccccccc'],
  rounds: [round(0, 'aaaaaaaaaaaa'), round(1, 'bbbbbbbbbbbb')],
  mixers: [
    mixer('aaaaaaaaaaaa', 0, 1520, [], [0, 1]),
    mixer('dddddddddddd', 0, 1480, ['aaaaaaaaaaaa'], [0]),
    mixer('bbbbbbbbbbbb', 1, 1610, ['aaaaaaaaaaaa', 'dddddddddddd'], [1]),
    mixer('cccccccccccc', 2, null, ['bbbbbbbbbbbb'], []),
  ],
};
const ROUND = {
  id: 'evo-club-1',
  contestants: [{ model: 'club@aaaaaaaaaaaa' }, { model: 'club@bbbbbbbbbbbb' }],
  sets: [{ tracks: TRACKS }],
  clips: { failures: [] },
};
const TASTE = {
  votes: 1,
  sentences: [{ key: 'taste.length.more', en: 'You prefer long transitions.', es: 'Prefieres transiciones largas.' }],
  leanings: [
    { trait: 'length', logOdds: 0.9, interval: [0.3, 1.5], sure: true },
    { trait: 'lateSwap', logOdds: -0.2, interval: [-1, 0.6], sure: false },
  ],
  ranking: [{ name: 'club@bbbbbbbbbbbb', model: 'club@bbbbbbbbbbbb', preset: null, parameters: {}, worth: 0.4, interval: [-0.1, 0.9] }],
  recommended: { parameters: { transitionBars: 32 }, worth: 0.8 },
};

async function enter(page: Page, who: Guest, language = 'en'): Promise<void> {
  await asGuest(page, who, language);
  await page.route('**/api/v1/arena/evolutions/club', (route) => route.fulfill({ json: EVOLUTION }));
  await page.route('**/api/v1/arena/tournaments/evo-club-1', (route) => route.fulfill({ json: ROUND }));
  await page.route('**/api/v1/arena/me/taste', (route) => route.fulfill({ json: TASTE }));
}

test('a lineage is walked by the keyboard, and its mixes are heard', async ({ page, request }) => {
  await enter(page, await guest(request, 'Reader'));
  await page.goto('/arena/lineage/club');
  await expect(page.getByRole('heading', { name: 'Lineage “club”' })).toBeVisible();
  await expect(page.getByText('generation 2 of 10 is open')).toBeVisible();
  const first = page.getByRole('button', { name: 'aaaaa, generation 0, founder, champion' });
  await first.focus();
  await page.keyboard.press('ArrowRight');
  const second = page.getByRole('button', { name: 'bbbbb, generation 1, crossed, champion' });
  await expect(second).toBeFocused();
  await expect(second).toHaveAttribute('aria-pressed', 'true');
  await expect(page.getByRole('heading', { name: 'club@bbbbbbbbbbbb' })).toBeVisible();
  await expect(page.getByText('1610 points (1550 … 1680)')).toBeVisible();
  await expect(page.locator('audio')).toHaveAttribute('src', '/api/v1/arena/tournaments/evo-club-1/clips/1-0.opus');
  await expect(page.getByRole('link', { name: 'Mix with it in the studio' })).toHaveAttribute('href', /model=club@bbbbbbbbbbbb/);
  // One that nobody has heard yet has nothing to hear.
  await page.keyboard.press('ArrowRight');
  await expect(page.getByText('can be heard by name once a round')).toBeVisible();
  const rows = page.getByRole('table').first().getByRole('row');
  await expect(rows.nth(1)).toContainText('length +0.31, effects −0.12');
  await expect(rows.nth(2)).toContainText('37 %');
  await expect(page.getByRole('table').last().getByRole('row')).toHaveCount(5);
  await isWhole(page, 'lineage');
});

test('a lineage is read in Spanish', async ({ page, request }) => {
  await enter(page, await guest(request, 'Lectora'), 'es');
  await page.goto('/arena/lineage/club');
  await expect(page.getByRole('heading', { name: 'Linaje «club»' })).toBeVisible();
  await expect(page.getByText('se probaron 4 mezcladores')).toBeVisible();
  await page.getByRole('table').last().getByRole('button', { name: 'ddddd' }).click();
  await expect(page.getByText('Generación 0: mutación')).toBeVisible();
  await isWhole(page, 'lineage-es');
});

test('a taste is said with its doubts, and leads to the studio', async ({ page, request }) => {
  await enter(page, await guest(request, 'Listener'));
  await page.goto('/arena');
  await page.getByRole('link', { name: 'My taste' }).click();
  await expect(page.getByText('You prefer long transitions.')).toBeVisible();
  await expect(page.getByText('By 1 vote on two mixers.')).toBeVisible();
  await expect(page.getByRole('row', { name: /length/ })).toContainText('0.30 … 1.50');
  await isWhole(page, 'taste');
  await page.getByRole('link', { name: 'Mix with these in the studio' }).click();
  await expect(page).toHaveURL(/\/studio\?/);
  await expect.poll(() => page.evaluate(() => JSON.parse(localStorage.getItem('dju.studio') ?? '{}').parameters?.transitionBars)).toBe(32);
});

test('whoever has not voted hears that nothing is known, and lets go of the data', async ({ page, request }) => {
  const who = await guest(request, 'Nueva');
  await enter(page, who, 'es');
  await page.unroute('**/api/v1/arena/me/taste');
  await page.goto('/arena/taste');
  await expect(page.getByText('Tus votos aún no muestran un gusto claro.')).toBeVisible();
  await page.getByRole('button', { name: 'Olvidarme' }).click();
  await expect(page.getByText('Ya nada aquí lleva tu nombre.')).toBeVisible();
  await isWhole(page, 'taste-es');
});
