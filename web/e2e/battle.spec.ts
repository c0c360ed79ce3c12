// A whole battle as three people have it in their browsers: two DJs who mix two tracks, and a listener
// whose received sound is compared with the tracks and with the recording.

import { expect, test } from '@playwright/test';
import { concealment, findIn, keepHeard, loudness, received } from './support/listener';
import { guest, load, People, RATE, Witness, type Track } from './support/people';
import { IdleThread } from './support/starvation';

/** Long enough to tell two tracks of one genre apart. */
const WINDOW = 2;
// Where deck A begins, in seconds.
const SOUGHT = 40;
/** Chromium's jitter buffer holds some 40 ms; a thread that wakes later than half of that leaves gaps. */
const STARVED_MS = 20;
/** What may be concealed on a machine that starves its threads: a packet in two hundred. */
const STARVED_SHARE = 0.005;

const people = new People();
const idle = new IdleThread();
test.afterEach(() => people.leave());
test.afterAll(() => idle.stop());

test('two DJs mix, a listener hears it, and the replay gives the same samples', async ({
  browser,
  request,
  baseURL,
}) => {
  test.setTimeout(180_000);
  const guests = await Promise.all(
    ['Ada', 'Hedy', 'Noor', 'Witness'].map((name) => guest(request, name)),
  );
  const { tracks } = (await (await request.get('/api/v1/tracks')).json()) as { tracks: Track[] };
  const house = tracks.find((track) => track.genre === 'House')!;
  const trance = tracks.find((track) => track.genre === 'Trance')!;
  const [ada, hedy, noor] = await Promise.all(guests.slice(0, 3).map((who) => people.enter(browser, baseURL!, who)));

  // Ada opens a battle in the lobby and hands out both links.
  await ada.goto('/');
  await ada.getByLabel('Name of the battle').fill('Three browsers');
  await ada.getByRole('button', { name: 'Create battle' }).click();
  const inviteLink = await ada.getByLabel(/For your opponent/).inputValue();
  const watchLink = await ada.getByLabel(/For the audience/).inputValue();
  const battleId = /watch\/([^?]+)/.exec(watchLink)![1];
  await ada.getByRole('status').getByRole('link', { name: 'To the decks' }).click();
  await hedy.goto(inviteLink);
  await noor.goto(watchLink);
  await expect(ada.getByText('Hedy').first()).toBeVisible();
  const witness = new Witness(baseURL!, guests[3]);
  try {
    await witness.ask('join-battle', { battleId, role: 'spectator' });

    // The stream runs before anybody plays, and it is silent.
    await expect.poll(() => received(noor), { timeout: 20_000 }).toBeGreaterThan(3 * RATE);
    expect(await loudness(noor, 1)).toBeLessThan(-90);
    const warm = await concealment(noor);
    await idle.overslept();

    await load(ada, house, 'A');
    await load(hedy, trance, 'B');
    // Past the intro, which is mono.
    const hand = new Witness(baseURL!, guests[0]);
    await hand.ask('join-battle', { battleId, role: 'dj' });
    await hand.ask('midi-command', { battleId, command: { control: 'seek', deck: 'A', value: SOUGHT * RATE } });
    hand.close();
    await ada.getByRole('button', { name: 'Start battle' }).click();
    await expect(noor.getByText('Live', { exact: true })).toBeVisible();

    // Ada alone, her side of the crossfader.
    await ada.getByRole('slider', { name: 'Crossfader', exact: true }).press('Home');
    await expect(noor.getByRole('slider', { name: 'Crossfader' })).toHaveAttribute('aria-valuenow', '-1');
    await ada.getByRole('button', { name: 'Play, deck A' }).click();
    await expect.poll(() => loudness(noor, 0.5), { timeout: 10_000 }).toBeGreaterThan(-50);
    const aloneA = await received(noor);
    await expect.poll(() => received(noor), { timeout: 10_000 }).toBeGreaterThan(aloneA + (WINDOW + 0.5) * RATE);

    // Hedy comes in; both are heard, then she alone.
    await hedy.getByRole('button', { name: 'Play, deck B' }).click();
    await ada.getByRole('slider', { name: 'Crossfader', exact: true }).press('Delete');
    await expect(noor.getByRole('slider', { name: 'Crossfader' })).toHaveAttribute('aria-valuenow', '0');
    const together = await received(noor);
    await expect.poll(() => received(noor), { timeout: 10_000 }).toBeGreaterThan(together + (WINDOW + 0.5) * RATE);
    const shots = process.env['DJU_SHOTS'];
    if (shots) await ada.screenshot({ path: `${shots}/battle.png` });
    if (shots) await noor.screenshot({ path: `${shots}/watch.png` });
    await hedy.getByRole('slider', { name: 'Crossfader', exact: true }).press('End');
    await expect(noor.getByRole('slider', { name: 'Crossfader' })).toHaveAttribute('aria-valuenow', '1');
    const aloneB = (await received(noor)) + RATE / 2;
    await expect.poll(() => received(noor), { timeout: 10_000 }).toBeGreaterThan(aloneB + (WINDOW + 0.5) * RATE);
    const heard = await concealment(noor);
    const oversleptMs = await idle.overslept();
    await keepHeard(noor);

    await ada.getByRole('button', { name: 'End battle' }).click();
    await ada.getByRole('button', { name: 'End for everybody' }).click();
    const end = await witness.until('battle-end', { battleId }, 60_000);
    await witness.until('recording-ready', { battleId }, 60_000);

    // The audience votes; the DJs see it.
    await noor.getByRole('button', { name: /^B Hedy/ }).click();
    await expect(noor.getByText('You voted: B')).toBeVisible();
    await expect(ada.getByRole('region', { name: 'Votes of the audience' }).getByText('1')).toBeVisible();

    // The replay runs while the sound is looked at.
    const recording = await (await request.get(`/api/v1/recordings/${battleId}`)).json();
    expect(recording.hash).toBe(end['hash']);
    const auth = { Authorization: `Bearer ${guests[2].token}` };
    const replay = await (await request.post(`/api/v1/recordings/${battleId}/replay`, { headers: auth })).json();
    await witness.ask('join-battle', { battleId: replay.id, role: 'spectator' });

    // Received without invented samples, unless the machine let its threads oversleep.
    const [samples, invented] = [heard.received - warm.received, heard.concealed - warm.concealed];
    expect(samples).toBeGreaterThan(7 * RATE);
    console.log(`${invented} of ${samples} samples concealed; an idle thread overslept by ${oversleptMs.toFixed(1)} ms`);
    expect(invented).toBeLessThanOrEqual(oversleptMs < STARVED_MS ? 0 : STARVED_SHARE * samples);

    // Heard alone, each is its own track and not the other; where it is in its track and where it is
    // in the recording differ by the frame at which it was started.
    const flac = `/api/v1/recordings/${battleId}/audio.flac`;
    await expect
      .poll(async () => (await request.get(flac, { headers: auth })).status(), { timeout: 60_000 })
      .toBe(200);
    const audio = (track: Track) => `/api/v1/tracks/${track.id}/audio?token=${guests[2].token}`;
    for (const [deck, from, track, other, begins] of [
      ['A', aloneA, house, trance, SOUGHT],
      ['B', aloneB, trance, house, 0],
    ] as const) {
      const play = witness.find('midi-response', { control: 'play', deck })!;
      const started = play['frame'] as number;
      // Where it would have been, had it started when its DJ pressed.
      const placed = play['position'] === undefined ? begins : (play['position'] as number) / RATE;
      const inTrack = await findIn(noor, from, WINDOW, audio(track));
      const inRecording = await findIn(noor, from, WINDOW, flac);
      const elsewhere = await findIn(noor, from, WINDOW, audio(other));
      expect(inTrack.correlation).toBeGreaterThan(0.9);
      expect(inRecording.correlation).toBeGreaterThan(0.9);
      expect(elsewhere.correlation).toBeLessThan(inTrack.correlation - 0.03);
      // Dance music repeats itself, so a piece may be found in another bar; but never off the beat.
      const beat = 60 / track.bpm;
      const late = inTrack.pieces.map((piece, i) => {
        const beats = (inRecording.pieces[i].at - (piece.at - placed) - started / RATE) / beat;
        return Math.abs(beats - Math.round(beats)) * beat;
      });
      expect(late.sort((x, y) => x - y)[Math.floor(late.length / 2)]).toBeLessThan(0.01);
    }
    const mixed = await findIn(noor, together, WINDOW, flac);
    expect(mixed.correlation).toBeGreaterThan(0.9);
    expect(mixed.sideDb).toBeGreaterThan(-60);

    const again = await witness.until('battle-end', { battleId: replay.id }, 60_000);
    expect(again['hash']).toBe(end['hash']);
    await noor.getByRole('link', { name: 'To the recording' }).click();
    await noor.getByRole('button', { name: 'Verify' }).click();
    await expect(noor.getByText(/Identical to the live samples/)).toBeVisible({ timeout: 30_000 });
  } finally {
    witness.close();
  }
});
