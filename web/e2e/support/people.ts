// The people of a battle as tests need them: guests with browsers of their own, a witness with nothing
// but a socket, and music whose moments can be told apart.

import { expect, type APIRequestContext, type Browser, type Page } from '@playwright/test';
import { io, type Socket } from 'socket.io-client';
import { tapSound } from './listener';

export const RATE = 48000;

export interface Guest {
  readonly playerId: string;
  readonly name: string;
  readonly token: string;
}

export interface Track {
  readonly id: string;
  readonly title: string;
  readonly genre: string;
  readonly bpm: number;
}

export async function guest(request: APIRequestContext, name: string): Promise<Guest> {
  const answer = await request.post('/api/v1/guests', { data: { name } });
  expect(answer.status()).toBe(201);
  return (await answer.json()) as Guest;
}

/** Everybody in the room; each has a browser profile of their own. */
export class People {
  private pages: Page[] = [];

  async enter(browser: Browser, baseURL: string, who: Guest, language = 'en'): Promise<Page> {
    const context = await browser.newContext({ baseURL, viewport: { width: 1280, height: 720 } });
    await context.addInitScript(
      ([stored, spoken]) => {
        localStorage.setItem('dju.guest', stored);
        localStorage.setItem('dju.language', spoken);
      },
      [JSON.stringify(who), language] as const,
    );
    return this.open(context);
  }

  /** Another tab of the same profile. */
  anotherTab(page: Page): Promise<Page> {
    return this.open(page.context());
  }

  async leave(): Promise<void> {
    await Promise.all([...new Set(this.pages.map((page) => page.context()))].map((context) => context.close()));
    this.pages = [];
  }

  private async open(context: ReturnType<Page['context']>): Promise<Page> {
    const page = await context.newPage();
    await tapSound(page);
    this.pages.push(page);
    return page;
  }
}

/** Loads from the library below the decks and waits until the deck shows it. */
export async function load(page: Page, track: { readonly title: string }, deck: string): Promise<void> {
  await page.getByLabel('Search title, artist, genre').fill(track.title);
  await page.getByRole('button', { name: `Load ${track.title} on deck ${deck}` }).click();
  await expect(page.getByRole('region', { name: `Deck ${deck}` }).getByText(track.title)).toBeVisible();
  await expect(page.getByRole('button', { name: `Play, deck ${deck}` })).toBeEnabled();
}

/** A socket without a page: asks, and keeps everything that the server tells it. */
export class Witness {
  private readonly told: { event: string; payload: Record<string, unknown> }[] = [];
  private readonly socket: Socket;

  constructor(baseURL: string, who: Guest) {
    this.socket = io(`${baseURL}/battle`, {
      transports: ['websocket'],
      auth: { token: who.token },
      forceNew: true,
      rejectUnauthorized: false,
    });
    this.socket.onAny((event: string, payload: Record<string, unknown>) => this.told.push({ event, payload }));
  }

  /** The answer, which must be a success. */
  async ask(event: string, payload: object): Promise<Record<string, unknown>> {
    const reply = (await this.socket.timeout(10_000).emitWithAck(event, payload)) as Record<string, unknown>;
    if (reply['success'] !== true) throw new Error(`${event}: ${String(reply['error'])}`);
    return reply;
  }

  all(event: string, like: Record<string, unknown> = {}): Record<string, unknown>[] {
    return this.told
      .filter((entry) => entry.event === event)
      .map((entry) => entry.payload)
      .filter((payload) => Object.entries(like).every(([key, value]) => payload[key] === value));
  }

  find(event: string, like: Record<string, unknown>): Record<string, unknown> | undefined {
    return this.all(event, like)[0];
  }

  /** What was told last. */
  last(event: string): Record<string, unknown> | undefined {
    return this.told.findLast((entry) => entry.event === event)?.payload;
  }

  async until(event: string, like: Record<string, unknown>, timeout: number): Promise<Record<string, unknown>> {
    await expect.poll(() => this.find(event, like), { timeout, message: event }).toBeTruthy();
    return this.find(event, like)!;
  }

  close(): void {
    this.socket.close();
  }
}

/** `seconds` of 16-bit stereo at 48 kHz, −1…1 as `sound(frame)` says for both channels. */
export function wave(seconds: number, sound: (frame: number) => readonly [number, number]): Buffer {
  const frames = RATE * seconds;
  const wav = Buffer.alloc(44 + frames * 4);
  wav.write('RIFF', 0);
  wav.writeUInt32LE(36 + frames * 4, 4);
  wav.write('WAVEfmt ', 8);
  wav.writeUInt32LE(16, 16);
  wav.writeUInt16LE(1, 20);
  wav.writeUInt16LE(2, 22);
  wav.writeUInt32LE(RATE, 24);
  wav.writeUInt32LE(RATE * 4, 28);
  wav.writeUInt16LE(4, 32);
  wav.writeUInt16LE(16, 34);
  wav.write('data', 36);
  wav.writeUInt32LE(frames * 4, 40);
  for (let i = 0; i < frames; ++i) {
    const [left, right] = sound(i);
    wav.writeInt16LE(Math.round(left * 32000), 44 + i * 4);
    wav.writeInt16LE(Math.round(right * 32000), 46 + i * 4);
  }
  return wav;
}

/** Puts a file into the library and waits until it may be loaded. */
export async function imported(request: APIRequestContext, who: Guest, name: string, bytes: Buffer): Promise<Track> {
  const headers = {
    Authorization: `Bearer ${who.token}`,
    'Content-Type': 'application/octet-stream',
    'X-Filename': name,
  };
  const { job } = (await (await request.post('/api/v1/tracks', { headers, data: bytes })).json()) as {
    job: { id: string };
  };
  let result: { trackId: string } | undefined;
  await expect
    .poll(
      async () => {
        const now = (await (await request.get(`/api/v1/jobs/${job.id}`, { headers })).json()) as {
          state: string;
          result?: { trackId: string };
        };
        result = now.result;
        return now.state;
      },
      { timeout: 60_000 },
    )
    .toBe('done');
  return (await (await request.get(`/api/v1/tracks/${result!.trackId}`)).json()) as Track;
}
