// Hands on devices: recorded MIDI byte streams through the real mapping code to commands, the battle's
// state to lamps, MIDI learn, a gamepad, and several fingers at once.

import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test, type Locator, type Page } from '@playwright/test';
import { lampOf, playMidi, plugInGamepad, plugInMidi, touch } from './support/devices';
import { simulate, type Simulation } from './support/simulator';

type Sent = Record<string, unknown>;

const MAPPINGS = fileURLToPath(new URL('../../data/mappings', import.meta.url));

async function open(page: Page): Promise<Simulation> {
  const simulation = await simulate(page, { dj: true, format: 'free' });
  await page.goto('/battle/b1');
  await expect(page.getByRole('button', { name: 'Play, deck A' })).toBeEnabled();
  return simulation;
}

async function useMidi(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Sound & MIDI' }).click();
  await page.getByRole('button', { name: 'Use MIDI controllers' }).click();
}

function commands({ sent }: Simulation): Sent[] {
  return sent.filter(({ event }) => event === 'midi-command').map(({ payload }) => payload['command'] as Sent);
}

interface Controller {
  readonly name: string;
  /** Buttons, pads, wheels, as a MIDI monitor writes them, and what they are. */
  readonly stream: string;
  readonly commands: readonly Sent[];
  /** Status and note of the lamps of deck A that are lit at the start: play, and the first hot cue's pad. */
  readonly play: readonly [number, number];
  readonly pad: readonly [number, number];
  /** What a dark lamp is sent. */
  readonly dark: number;
  /** The fader of deck A, which the software has at 0.9: far below it, further up, and at 0.9. */
  readonly fader: readonly [far: string, nearer: string, met: string];
}

const PIONEER_FADER = ['B0 13 20\nB0 33 00', 'B0 13 40\nB0 33 00', 'B0 13 73\nB0 33 1A'] as const;

const CONTROLLERS: readonly Controller[] = [
  {
    name: 'DDJ-400',
    stream: '90 0B 7F\n90 0B 00\n91 0C 7F\n91 0C 00\n97 62 7F\n97 62 00\n98 60 7F\n98 60 00\n99 27 7F\n90 58 7F\nB0 22 41\nB0 22 42',
    commands: [
      { control: 'play', deck: 'A', value: 0 },
      { control: 'cue', deck: 'B', value: 1 },
      { control: 'cue', deck: 'B', value: 0 },
      { control: 'beatloop', deck: 'A', value: 1 },
      { control: 'loop_roll', deck: 'A', value: 0.25 },
      { control: 'loop_roll', deck: 'A', value: 0 },
      { control: 'beat_jump', deck: 'B', value: 8 },
      { control: 'sync', deck: 'A', value: 1 },
      { control: 'jog', deck: 'A' },
    ],
    play: [0x90, 0x0b],
    pad: [0x97, 0x00],
    dark: 0,
    fader: PIONEER_FADER,
  },
  {
    name: 'DDJ-FLX4',
    stream: '91 0B 7F\n90 0C 7F\n90 0C 00\n90 14 7F\n91 53 7F\n90 3E 7F\n9A 62 7F\n9A 62 00\n97 32 7F\n97 32 00\n91 5C 7F\nB1 21 3F',
    commands: [
      { control: 'play', deck: 'B', value: 0 },
      { control: 'cue', deck: 'A', value: 1 },
      { control: 'cue', deck: 'A', value: 0 },
      { control: 'beatloop', deck: 'A', value: 4 },
      { control: 'loop_double', deck: 'B', value: 1 },
      { control: 'beat_jump', deck: 'A', value: -32 },
      { control: 'loop_roll', deck: 'B', value: 1 },
      { control: 'loop_roll', deck: 'B', value: 0 },
      { control: 'sampler_play', sampler: 3, value: 1 },
      { control: 'sampler_play', sampler: 3, value: 0 },
      { control: 'sync_leader', value: 2 },
      { control: 'jog', deck: 'B' },
    ],
    play: [0x90, 0x0b],
    pad: [0x97, 0x00],
    dark: 0,
    fader: PIONEER_FADER,
  },
  {
    name: 'DDJ-200',
    stream: '90 0B 7F\n91 0C 7F\n91 0C 00\n97 01 7F\n97 01 00\n98 02 7F\nB6 17 40\nB6 37 00\n90 36 7F\nB0 22 41\n90 36 00',
    commands: [
      { control: 'play', deck: 'A', value: 0 },
      { control: 'cue', deck: 'B', value: 1 },
      { control: 'cue', deck: 'B', value: 0 },
      { control: 'hotcue_2', deck: 'A', value: 1 },
      { control: 'hotcue_2', deck: 'A', value: 0 },
      { control: 'hotcue_clear_3', deck: 'A', value: 1 },
      { control: 'jog_touch', deck: 'A', value: 1 },
      { control: 'jog', deck: 'A' },
      { control: 'jog_touch', deck: 'A', value: 0 },
    ],
    play: [0x90, 0x0b],
    pad: [0x97, 0x00],
    dark: 0,
    fader: PIONEER_FADER,
  },
  {
    name: 'Mixtrack Pro FX',
    stream: '90 00 7F\n94 0D 7F\n94 16 7F\n84 16 00\n95 14 7F\n85 14 00\nB1 06 01\nB1 06 02\nBF 08 34\nBF 08 00',
    commands: [
      { control: 'play', deck: 'A', value: 0 },
      { control: 'beatloop', deck: 'A', value: 1 },
      { control: 'hotcue_1', deck: 'B', value: 1 },
      { control: 'hotcue_1', deck: 'B', value: 0 },
      { control: 'jog', deck: 'B' },
      { control: 'crossfader', value: -1 },
    ],
    play: [0x90, 0x00],
    pad: [0x94, 0x14],
    dark: 1,
    fader: ['B0 1C 20', 'B0 1C 40', 'B0 1C 72'],
  },
  {
    name: 'Party Mix MKII',
    stream: '90 00 7F\n91 01 7F\n91 01 00\n95 14 7F\n95 14 00\n95 0E 7F\n95 15 7F\n95 1C 7F\n95 1C 00\n95 0B 7F\n95 17 7F\n95 17 00\n95 0F 7F\n95 15 7F\nB0 06 7F',
    commands: [
      { control: 'play', deck: 'A', value: 0 },
      { control: 'cue', deck: 'B', value: 1 },
      { control: 'cue', deck: 'B', value: 0 },
      { control: 'hotcue_1', deck: 'B', value: 1 },
      { control: 'hotcue_1', deck: 'B', value: 0 },
      { control: 'beatloop', deck: 'B', value: 8 },
      { control: 'loop_roll', deck: 'B', value: 0.25 },
      { control: 'loop_roll', deck: 'B', value: 0 },
      { control: 'sampler_play', sampler: 8, value: 1 },
      { control: 'sampler_play', sampler: 8, value: 0 },
      { control: 'fx_on_2', deck: 'B', value: 1 },
      { control: 'jog', deck: 'A' },
    ],
    play: [0x90, 0x00],
    pad: [0x94, 0x14],
    dark: 1,
    fader: ['B0 1C 20', 'B0 1C 40', 'B0 1C 72'],
  },
  {
    name: 'DJControl Inpulse 300',
    stream: '91 07 7F\n91 01 7F\n92 02 7F\n96 32 7F\n96 32 00\n96 10 7F\n96 10 00\n94 09 7F\nB1 0A 01',
    commands: [
      { control: 'play', deck: 'A', value: 0 },
      { control: 'slip', deck: 'A', value: 0 },
      { control: 'quantize', deck: 'B', value: 0 },
      { control: 'sampler_play', sampler: 3, value: 1 },
      { control: 'sampler_play', sampler: 3, value: 0 },
      { control: 'loop_roll', deck: 'A', value: 0.125 },
      { control: 'loop_roll', deck: 'A', value: 0 },
      { control: 'loop_halve', deck: 'A', value: 1 },
      { control: 'jog', deck: 'A' },
    ],
    play: [0x91, 0x07],
    pad: [0x96, 0x00],
    dark: 0,
    fader: ['B1 00 20', 'B1 00 40', 'B1 00 72'],
  },
];

test('every mapping is played here', () => {
  const mappings = readdirSync(MAPPINGS).filter((name) => !/^gamepad|schema/.test(name));
  expect(CONTROLLERS).toHaveLength(mappings.length);
});

for (const { name, stream, commands: wanted, play, pad, dark, fader } of CONTROLLERS) {
  test(`${name}: bytes become commands, the battle lights its lamps, faders are taken over softly`, async ({ page }) => {
    await plugInMidi(page, name);
    const simulation = await open(page);
    await useMidi(page);
    await expect(page.locator('dju-settings-panel').getByText(name, { exact: false }).first()).toBeVisible();
    await expect.poll(() => lampOf(page, ...play)).toBe(0x7f);
    expect(await lampOf(page, ...pad)).toBeGreaterThan(dark);
    const [far, nearer, met] = fader;
    const volumes = () => commands(simulation).filter(({ control, deck }) => control === 'volume' && deck === 'A');

    await playMidi(page, `${far}\n${nearer}`);
    await playMidi(page, stream);
    for (const command of wanted) {
      await expect.poll(() => commands(simulation), { message: JSON.stringify(command) }).toContainEqual(expect.objectContaining(command));
    }
    // What was played later has arrived, and the fader that stands elsewhere has moved nothing.
    expect(volumes()).toEqual([]);
    await playMidi(page, met);
    await expect.poll(() => volumes().at(-1)?.['value']).toBeCloseTo(0.9, 1);
    await playMidi(page, nearer);
    await expect.poll(() => volumes().at(-1)?.['value']).toBeCloseTo(0.5, 1);

    // Another hand stops the deck and takes the cue away: the lamps go out.
    simulation.stop('A');
    await expect.poll(() => lampOf(page, ...play)).toBe(dark);
    await expect.poll(() => lampOf(page, ...pad)).toBe(dark);
  });
}

test('lamps show the battle, meters its level, and pads the mode they are in', async ({ page }) => {
  await plugInMidi(page, 'Numark Mixtrack Pro FX');
  const simulation = await open(page);
  await useMidi(page);
  await expect.poll(() => lampOf(page, 0x90, 0x00)).toBe(0x7f);
  expect(await lampOf(page, 0x91, 0x02)).toBe(0x7f);
  expect(await lampOf(page, 0x90, 0x02)).toBe(0x01);
  expect(await lampOf(page, 0xb0, 0x1f)).toBeGreaterThan(0x40);
  // Three hot cues are set; in loop mode the pad of four beats is lit instead.
  expect(await lampOf(page, 0x94, 0x16)).toBe(0x7f);
  await playMidi(page, '94 0D 7F');
  await expect.poll(() => lampOf(page, 0x94, 0x0d)).toBe(0x7f);
  await expect.poll(() => lampOf(page, 0x94, 0x18)).toBe(0x7f);
  expect(await lampOf(page, 0x94, 0x00)).toBe(0x01);
  simulation.emit('midi-response', { seq: 9, frame: 0, player: 'A', control: 'headphone_cue_1', monitor: 'A', value: 1 });
  await expect.poll(() => lampOf(page, 0x90, 0x1b)).toBe(0x7f);
});

test('a browse knob chooses, a load button loads, and leaves hot cues to the server', async ({ page }) => {
  await plugInMidi(page, 'DDJ-400');
  const simulation = await open(page);
  await useMidi(page);
  await expect(page.getByRole('row').nth(3)).toBeVisible();
  await playMidi(page, 'B6 40 01\nB6 40 02\n96 47 7F');
  await expect.poll(() => commands(simulation)).toContainEqual(expect.objectContaining({ control: 'load', deck: 'B', trackId: 't2' }));
  expect(commands(simulation).filter(({ control }) => String(control).startsWith('hotcue_set'))).toHaveLength(0);
});

test('MIDI learn takes both halves of a fader and stays learned', async ({ page }) => {
  await plugInMidi(page, 'Somebody’s own box');
  const simulation = await open(page);
  await useMidi(page);
  const panel = page.locator('dju-settings-panel');
  await panel.getByLabel('Control to learn').selectOption({ label: 'Volume' });
  await panel.getByRole('button', { name: 'Learn', exact: true }).click();
  await playMidi(page, 'B3 05 66\nB3 25 33');
  await expect(panel.getByText('Learned: 1')).toBeVisible();
  await playMidi(page, 'B3 05 7F\nB3 25 7F\nB3 05 40\nB3 25 00');
  await expect.poll(() => commands(simulation)).toContainEqual(expect.objectContaining({ control: 'volume', deck: 'A', value: 0.5 }));
  await page.reload();
  await useMidi(page);
  await expect(panel.getByText('Learned: 1')).toBeVisible();
});

test('a gamepad plays', async ({ page }) => {
  await plugInGamepad(page);
  const simulation = await open(page);
  const hold = (button: number, down: boolean) =>
    page.evaluate(
      ([n, on]) => Object.assign(window.fakeGamepad.buttons[n as number], { pressed: on, value: on ? 1 : 0 }),
      [button, down] as const,
    );
  await hold(1, true);
  await expect.poll(() => commands(simulation)).toContainEqual({ control: 'cue', deck: 'B', value: 1 });
  await hold(1, false);
  await expect.poll(() => commands(simulation)).toContainEqual({ control: 'cue', deck: 'B', value: 0 });
  await page.evaluate(() => (window.fakeGamepad.axes[0] = 1));
  await expect.poll(() => commands(simulation).some(({ control, deck }) => control === 'jog' && deck === 'A')).toBe(true);
});

test.describe('on a tablet', () => {
  test.use({ viewport: { width: 1024, height: 768 }, hasTouch: true });

  test('two fingers move two faders, a third holds a record', async ({ page }) => {
    const simulation = await open(page);
    const middle = async (of: Locator) => {
      const box = (await of.boundingBox())!;
      return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
    };
    const faders = await Promise.all(['A', 'B'].map((deck) => middle(page.getByRole('slider', { name: `Volume, ${deck}`, exact: true }))));
    const waves = (await page.locator('dju-scroll-waveform').boundingBox())!;
    const record = { x: waves.x + 300, y: waves.y + waves.height / 4 };
    const before = await Promise.all(['A', 'B'].map((deck) => page.getByRole('slider', { name: `Volume, ${deck}`, exact: true }).getAttribute('aria-valuenow')));
    await touch(page, [
      { from: faders[0], to: { ...faders[0], y: faders[0].y + 40 } },
      { from: faders[1], to: { ...faders[1], y: faders[1].y - 40 } },
      { from: record, to: { ...record, x: record.x - 120 } },
    ]);
    const moved = (deck: string) => commands(simulation).findLast((command) => command['control'] === 'volume' && command['deck'] === deck);
    await expect.poll(() => Number(moved('A')?.['value'])).toBeLessThan(Number(before[0]));
    await expect.poll(() => Number(moved('B')?.['value'])).toBeGreaterThan(Number(before[1]));
    const held = () => commands(simulation).filter(({ control, deck }) => control === 'jog_touch' && deck === 'A');
    await expect.poll(() => held().map(({ value }) => value)).toEqual([1, 0]);
    // To the left is ahead: 120 of 1024 pixels of eight seconds, a turn being 1.8 s.
    const turned = commands(simulation).filter(({ control }) => control === 'jog').reduce((sum, { value }) => sum + Number(value), 0);
    expect(turned).toBeGreaterThan(0.3);
  });
});
