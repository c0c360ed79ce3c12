// A DJ with nothing but a keyboard on the real server: loops, jumps, slip, cues, sync, keys, effects,
// samplers, four decks. What is checked is what the engine says that it did, in its own frames.

import { expect, test, type Page } from '@playwright/test';
import { guest, load, People, RATE, type Guest, type Track, type Witness } from './support/people';
import { create, deck, demoTracks, joinAsWitness, play, type Fixtures } from './support/stage';

interface Deck {
  readonly playing: boolean;
  readonly positionFrames: number;
  readonly slipFrame: number;
  readonly rate: number;
  readonly bpm: number;
  readonly pitch: number;
  readonly beatPhase: number;
  readonly loopIn: number;
  readonly loopOut: number;
  readonly loopBeats: number;
  readonly keyShift: number;
  readonly leader: boolean;
  readonly crossfaderGain: number;
  readonly switches: Record<string, boolean>;
  readonly hotcues: readonly { readonly active: boolean; readonly position: number }[];
}

interface Update {
  readonly frame: number;
  readonly decks: readonly Deck[];
}

/** A DJ at the keyboard, and the engine's own words about the decks. */
class Hand {
  constructor(
    readonly page: Page,
    readonly sees: Witness,
    private readonly battleId: string,
  ) {}

  key(keys: string): Promise<void> {
    return this.page.keyboard.press(keys);
  }

  now(): Update {
    return (this.sees.last('deck-state-update') as unknown as Update | undefined) ?? { frame: 0, decks: [] };
  }

  deck(n = 0): Deck | undefined {
    return this.now().decks[n];
  }

  /** Where deck A is less where time is: constant while it simply plays at its own tempo. */
  drift(): number {
    const { frame, decks } = this.now();
    return decks[0].positionFrames - frame;
  }

  /** Everything that the engine told since a frame. */
  since(frame: number): Update[] {
    return (this.sees.all('deck-state-update') as unknown as Update[]).filter((update) => update.frame >= frame);
  }

  /** Waits until the engine is so many frames further. */
  async pass(frames: number): Promise<void> {
    const until = this.now().frame + frames;
    await expect.poll(() => this.now().frame, { timeout: 20_000 }).toBeGreaterThan(until);
  }

  /** What every control of a deck, and every sampler, shows to the server. */
  async state(): Promise<{ deckControls: Record<string, number>[]; samplers: { playing: boolean; track: unknown }[] }> {
    return (await this.sees.ask('battle-state', { battleId: this.battleId }))['state'] as never;
  }
}

const people = new People();
const witnesses: Witness[] = [];
test.afterEach(async () => {
  for (const witness of witnesses.splice(0)) witness.close();
  await people.leave();
});

async function hand({ browser, request, baseURL }: Fixtures, change: object = {}): Promise<Hand & { owner: Guest }> {
  const owner = await guest(request, 'Ada');
  const { id } = await create(request, owner, { format: 'free', ...change });
  const page = await people.enter(browser, baseURL!, owner);
  const sees = await joinAsWitness(baseURL, owner, id, 'dj');
  witnesses.push(sees);
  await page.goto(`/battle/${id}`);
  return Object.assign(new Hand(page, sees, id), { owner });
}

/** Deck A plays a house track; keys reach the page, not a text field. */
async function playing(fixtures: Fixtures): Promise<{ dj: Hand; beat: number; track: Track }> {
  const dj = await hand(fixtures);
  const [track] = await demoTracks(fixtures.request, 'House');
  await load(dj.page, track, 'A');
  await play(dj.page, 'A').focus();
  await dj.key('d');
  await expect.poll(() => dj.deck()?.rate).toBe(1);
  return { dj, track, beat: (60 * RATE) / dj.deck()!.bpm };
}

const looping = (dj: Hand) => () => dj.deck()!.switches['loop'];

test('loops: auto, halve, double, move, exit, again, roll', async ({ browser, request, baseURL }) => {
  const { dj, beat } = await playing({ browser, request, baseURL });
  const { page } = dj;
  await dj.key('5');
  await expect.poll(looping(dj)).toBe(true);
  const first = dj.deck()!;
  expect(first.loopBeats).toBe(4);
  expect(Math.abs(first.loopOut - first.loopIn - 4 * beat)).toBeLessThan(1);
  // Twice round: at no moment is it outside.
  const began = dj.now().frame;
  await dj.pass(8 * beat);
  for (const { decks } of dj.since(began)) {
    expect(decks[0].positionFrames).toBeGreaterThanOrEqual(first.loopIn - 1);
    expect(decks[0].positionFrames).toBeLessThan(first.loopOut);
  }
  await dj.key('Shift+2');
  await expect.poll(() => dj.deck()!.loopBeats).toBe(2);
  expect(dj.deck()!.loopIn).toBeCloseTo(first.loopIn, 0);
  await dj.key('Shift+3');
  await expect.poll(() => dj.deck()!.loopBeats).toBe(4);
  await page.getByRole('button', { name: 'Move the loop ahead by 4 beats, deck A' }).press('Enter');
  await expect.poll(() => Math.abs(dj.deck()!.loopIn - first.loopOut)).toBeLessThan(1);
  await dj.key('4');
  await expect.poll(looping(dj)).toBe(false);
  await expect.poll(() => dj.deck()!.positionFrames - first.loopOut - 4 * beat, { timeout: 10_000 }).toBeGreaterThan(0);
  await dj.key('4');
  await expect.poll(looping(dj)).toBe(true);
  await expect.poll(() => dj.deck()!.positionFrames).toBeLessThan(first.loopOut + 4 * beat);
  await dj.key('4');
  await expect.poll(looping(dj)).toBe(false);

  // A roll goes on underneath: released, the deck is where it would have been.
  const before = dj.drift();
  const tabs = page.locator('dju-pad-section').first();
  await tabs.getByRole('tab', { name: 'Hot cues' }).focus();
  await dj.key('ArrowRight');
  await dj.key('ArrowRight');
  await expect(tabs.getByRole('tab', { name: 'Loop rolls' })).toBeFocused();
  await tabs.getByRole('button', { name: 'Roll of 1/2 beats while held, deck A' }).focus();
  await page.keyboard.down('Space');
  await expect.poll(looping(dj)).toBe(true);
  expect(dj.deck()!.loopBeats).toBe(0.5);
  await dj.pass(beat);
  await page.keyboard.up('Space');
  await expect.poll(looping(dj)).toBe(false);
  await expect.poll(() => Math.abs(dj.drift() - before)).toBeLessThan(1);
});

test('beat jumps, near and far; slip under reverse and censor', async ({ browser, request, baseURL }) => {
  const { dj, beat } = await playing({ browser, request, baseURL });
  const { page } = dj;
  const start = dj.drift();
  const moved = () => (dj.drift() - start) / beat;
  await dj.key('Shift+S');
  await expect.poll(moved).toBeCloseTo(4, 2);
  await dj.key('Shift+S');
  await expect.poll(moved).toBeCloseTo(8, 2);
  await dj.key('Shift+A');
  await expect.poll(moved).toBeCloseTo(4, 2);
  const tabs = page.locator('dju-pad-section').first();
  await tabs.getByRole('tab', { name: 'Hot cues' }).focus();
  for (let i = 0; i < 3; ++i) await dj.key('ArrowRight');
  await tabs.getByRole('button', { name: 'Jump sixteen times as far' }).press('Enter');
  await tabs.getByRole('button', { name: 'Jump ahead 16 beats, deck A' }).press('Space');
  await expect.poll(moved).toBeCloseTo(20, 2);

  await dj.key('r');
  await expect.poll(() => dj.deck()!.switches['slip']).toBe(true);
  const straight = dj.drift();
  const back = () => Math.abs(dj.drift() - straight);
  await dj.key('Shift+R');
  await expect.poll(() => dj.deck()!.rate).toBeLessThan(-0.9);
  await dj.pass(RATE / 4);
  expect(dj.deck()!.slipFrame - dj.now().frame).toBeCloseTo(straight, 0);
  expect(back()).toBeGreaterThan(RATE / 4);
  await dj.key('Shift+R');
  await expect.poll(back).toBeLessThan(1);

  await dj.key('r');
  await expect.poll(() => dj.deck()!.switches['slip']).toBe(false);
  await page.keyboard.down('Shift');
  await page.keyboard.down('4');
  await expect.poll(() => dj.deck()!.rate).toBeLessThan(-0.9);
  await page.keyboard.up('4');
  await page.keyboard.up('Shift');
  await expect.poll(() => dj.deck()!.rate).toBe(1);
  await expect.poll(back).toBeLessThan(1);

  // Without slip what is played backwards is gone. A switch is turned as it is heard, and so shown.
  await expect(page.getByRole('button', { name: 'Reverse, A' })).toHaveAttribute('aria-pressed', 'false');
  await dj.key('Shift+R');
  await expect.poll(() => dj.deck()!.rate).toBeLessThan(-0.9);
  await dj.pass(RATE / 4);
  await dj.key('Shift+R');
  await expect.poll(() => dj.deck()!.rate).toBe(1);
  expect(straight - dj.drift()).toBeGreaterThan(RATE / 4);
});

test('hot cues: set, jump, delete', async ({ browser, request, baseURL }) => {
  const { dj } = await playing({ browser, request, baseURL });
  const cue = () => dj.deck()!.hotcues[3];
  // The track may have brought one along.
  await dj.key('Shift+V');
  await expect.poll(() => cue().active).toBe(false);
  const before = dj.deck()!.positionFrames;
  await dj.key('v');
  await expect.poll(() => cue().active).toBe(true);
  const at = cue().position * RATE;
  expect(Math.abs(at - before)).toBeLessThan(RATE);
  await expect(dj.page.getByRole('button', { name: 'Hot cue 4, deck A' })).toHaveAttribute('aria-pressed', 'true');
  await expect.poll(() => dj.deck()!.positionFrames - at, { timeout: 15_000 }).toBeGreaterThan(2 * RATE);
  await dj.key('v');
  await expect.poll(() => dj.deck()!.positionFrames - at).toBeLessThan(2 * RATE);
  expect(dj.deck()!.positionFrames).toBeGreaterThanOrEqual(at);
  await dj.key('Shift+V');
  await expect.poll(() => cue().active).toBe(false);
  await expect(dj.page.getByRole('button', { name: 'Set hot cue 4, deck A' })).toHaveAttribute('aria-pressed', 'false');
});

test('sync: tempo and beat of the other deck, within a millisecond, also while its tempo moves', async ({ browser, request, baseURL }) => {
  const dj = await hand({ browser, request, baseURL });
  const { page } = dj;
  const [one, other] = await demoTracks(request, 'House');
  await load(page, one, 'A');
  await load(page, other, 'B');
  await play(page, 'A').focus();
  await dj.key('d');
  await expect.poll(() => dj.deck()?.rate).toBe(1);
  await dj.key('l');
  await dj.key('6');
  await expect.poll(() => dj.deck(1)!.switches['sync']).toBe(true);
  await expect.poll(() => dj.deck(1)!.playing).toBe(true);
  const errorMs = ({ decks: [a, b] }: Update) => {
    const apart = (((b.beatPhase - a.beatPhase) % 1) + 1.5) % 1;
    return ((apart - 0.5) * 60_000) / a.bpm;
  };
  const together = async () => {
    await expect.poll(() => Math.abs(errorMs(dj.now())), { timeout: 20_000 }).toBeLessThan(1);
    const from = dj.now().frame;
    await dj.pass(2 * RATE);
    const worst = Math.max(...dj.since(from).map((update) => Math.abs(errorMs(update))));
    console.log(`sync: worst phase error in two seconds ${worst.toFixed(3)} ms`);
    expect(worst).toBeLessThan(1);
    expect(dj.deck(1)!.bpm).toBeCloseTo(dj.deck()!.bpm, 2);
  };
  await together();
  expect(dj.deck()!.leader).toBe(true);
  const shown = async () => Math.abs(Number.parseFloat((await page.locator('dju-phase-meter .text').innerText()).replace('−', '-')));
  await expect.poll(shown).toBeLessThan(1);
  // The leader speeds up under a hand; who follows, follows.
  await page.getByRole('slider', { name: 'Tempo, A' }).focus();
  for (let i = 0; i < 5; ++i) await dj.key('ArrowUp');
  await expect.poll(() => dj.deck()!.pitch).not.toBe(0);
  await together();
});

test('key lock and shift, an effect, a sampler', async ({ browser, request, baseURL }) => {
  const { dj } = await playing({ browser, request, baseURL });
  const { page } = dj;
  await dj.key('t');
  await expect.poll(() => dj.deck()!.switches['keylock']).toBe(true);
  await page.getByRole('button', { name: 'Keys and clock' }).press('Enter');
  const shift = page.getByRole('slider', { name: 'Key shift, A' });
  await shift.press('ArrowUp');
  await expect(shift).not.toHaveAttribute('aria-valuenow', '0');
  const semitones = Number(await shift.getAttribute('aria-valuenow'));
  expect(semitones).toBeGreaterThan(0);
  await expect.poll(() => dj.deck()!.keyShift).toBeCloseTo(semitones, 2);
  await shift.press('Delete');
  await expect.poll(() => dj.deck()!.keyShift).toBeCloseTo(0, 2);

  await page.getByRole('button', { name: 'Effects', exact: true }).press('Enter');
  await page.getByLabel('Effect 1, A', { exact: true }).focus();
  await page.keyboard.type('Rev');
  await page.getByRole('button', { name: 'Effect 1 on, A' }).press('Space');
  const mix = page.getByRole('slider', { name: /^Effect 1 dry\/wet, A/ });
  await mix.press('End');
  await expect
    .poll(async () => (await dj.state()).deckControls[0])
    .toMatchObject({ fx_type_1: 2, fx_on_1: 1, fx_mix_1: 1 });

  await page.getByRole('button', { name: 'Samplers', exact: true }).press('Enter');
  await page.getByLabel('Search title, artist, genre').fill('');
  await page.getByRole('grid').focus();
  await dj.key('Home');
  await page.getByRole('button', { name: 'Load the chosen track into sampler 1' }).press('Enter');
  const pad = page.locator('dju-sampler-rack').getByRole('button', { name: /^Sampler 1/ });
  await expect(pad).toBeEnabled();
  const sampler = async () => (await dj.state()).samplers[0];
  expect((await sampler()).track).not.toBeNull();
  await pad.press('Space');
  await expect.poll(async () => (await sampler()).playing).toBe(true);
  await pad.press('Shift+Space');
  await expect.poll(async () => (await sampler()).playing).toBe(false);
});

test('the master tells true peak and limiter, a channel its automatic gain', async ({ browser, request, baseURL }) => {
  const { dj } = await playing({ browser, request, baseURL });
  const { page } = dj;
  const [peak, limiter] = ['TP', 'LIM'].map((name) => page.locator('dju-master-meter p', { hasText: name }));
  const figure = async (of: typeof peak) => Number((await of.locator('b').innerText()).replace('−', '-'));
  await expect.poll(() => figure(peak), { timeout: 15_000 }).toBeGreaterThan(-30);
  await page.getByRole('slider', { name: 'Gain, A' }).press('End');
  await page.getByRole('slider', { name: 'Volume, A', exact: true }).press('End');
  await page.getByRole('slider', { name: 'Master volume' }).press('End');
  await expect(limiter).toHaveClass(/limiting/, { timeout: 15_000 });
  expect(await figure(limiter)).toBeLessThan(0);
  expect(await figure(peak)).toBeLessThanOrEqual(0);
  const automatic = page.getByRole('img', { name: /^Automatic gain of deck A: .*[1-9].* dB/ });
  await expect(automatic).toBeVisible();
});

test('four decks: the one behind comes to the front, plays on there, and passes the crossfader', async ({ browser, request, baseURL }) => {
  const dj = await hand({ browser, request, baseURL }, { decks: 4 });
  const { page } = dj;
  const [house] = await demoTracks(request, 'House');
  const [trance] = await demoTracks(request, 'Trance');
  await load(page, house, 'A');
  await play(page, 'A').focus();
  await dj.key('b');
  await expect(deck(page, 'C')).toBeVisible();
  await expect(deck(page, 'A')).toHaveCount(0);
  await load(page, trance, 'C');
  await play(page, 'C').focus();
  await dj.key('d');
  await expect.poll(() => dj.deck(2)?.rate).toBe(1);
  expect(dj.deck(0)!.playing).toBe(false);

  await page.getByRole('button', { name: 'Decks behind' }).press('Enter');
  const behind = page.getByRole('group', { name: 'Deck A, behind' });
  await expect(behind.getByText(house.title)).toBeVisible();
  await behind.getByRole('button', { name: 'Play, A' }).press('Enter');
  await expect.poll(() => dj.deck(0)!.rate).toBe(1);
  // Both are on the left side until one of them leaves the crossfader.
  await page.getByRole('slider', { name: 'Crossfader', exact: true }).press('End');
  await expect.poll(() => dj.now().decks.map(({ crossfaderGain }) => Math.round(crossfaderGain))).toEqual([0, 1, 0, 1]);
  await page.locator('dju-mixer-panel').getByLabel('Crossfader side, C').selectOption({ label: 'THRU' });
  await expect.poll(() => dj.now().decks.map(({ crossfaderGain }) => Math.round(crossfaderGain))).toEqual([0, 1, 1, 1]);
  await behind.getByRole('button', { name: 'Bring deck A to the front' }).press('Enter');
  await expect(deck(page, 'A')).toBeVisible();
  await expect(play(page, 'A')).toHaveAttribute('aria-pressed', 'true');
});
