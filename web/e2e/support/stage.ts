// A battle on the real server as tests open it, and how they find their way on its page.

import { expect, type APIRequestContext, type Browser, type Locator, type Page } from '@playwright/test';
import { guest, type Guest, type People, type Track, Witness } from './people';

export type Fixtures = { browser: Browser; request: APIRequestContext; baseURL: string | undefined };

export interface Battle {
  readonly id: string;
  readonly invite: string;
}

export async function create(request: APIRequestContext, owner: Guest, change: object = {}): Promise<Battle> {
  const headers = { Authorization: `Bearer ${owner.token}` };
  const data = { name: 'Live checks', format: 'back_to_back', ...change };
  const made = await request.post('/api/v1/battles', { headers, data });
  expect(made.status()).toBe(201);
  return (await made.json()) as Battle;
}

export interface Opened {
  readonly id: string;
  readonly a: Page;
  readonly b: Page;
  readonly guests: { readonly a: Guest; readonly b: Guest };
}

/** A battle with both seats taken. */
export async function openBattle(people: People, { browser, request, baseURL }: Fixtures, change: object): Promise<Opened> {
  const guests = { a: await guest(request, 'Ada'), b: await guest(request, 'Hedy') };
  const { id, invite } = await create(request, guests.a, change);
  const [a, b] = [await people.enter(browser, baseURL!, guests.a), await people.enter(browser, baseURL!, guests.b)];
  await a.goto(`/battle/${id}`);
  await b.goto(`/battle/${id}?invite=${invite}`);
  await expect(a.getByText('Hedy').first()).toBeVisible();
  return { id, a, b, guests };
}

/** Somebody who sees what the server tells, in the seat of a DJ or in the audience. */
export async function joinAsWitness(baseURL: string | undefined, who: Guest, battleId: string, role: 'dj' | 'spectator'): Promise<Witness> {
  const sees = new Witness(baseURL!, who);
  await sees.ask('join-battle', { battleId, role });
  return sees;
}

export async function demoTracks(request: APIRequestContext, genre: string): Promise<Track[]> {
  const { tracks } = (await (await request.get('/api/v1/tracks')).json()) as { tracks: Track[] };
  return tracks.filter((track) => track.genre === genre);
}

export function deck(page: Page, id: string): Locator {
  return page.getByRole('region', { name: `Deck ${id}` });
}

export function play(page: Page, id: string): Locator {
  return page.getByRole('button', { name: `Play, deck ${id}` });
}
