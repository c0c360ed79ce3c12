// Two mixes judged in the browser: the model in use, fetched from the server and run by the page, says of the
// same files what it says in `dju judge`.

import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from '@playwright/test';
import { isWhole } from './support/page';

const run = promisify(execFile);
const inRepository = (name: string) => fileURLToPath(new URL(`../../${name}`, import.meta.url));
const dju = process.env['DJU_BINARY'] ?? inRepository('build/dju');

/** Of `dju judge --json` what the model alone says of recordings. */
interface Judged {
  readonly model: readonly {
    readonly heads: readonly { readonly head: string; readonly value: number }[];
  }[];
}

let folder: string;
let mixes: readonly string[];
let judged: Judged;

test.beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'dju-listen-'));
  const records = path.join(folder, 'records');
  await run(dju, [
    'demo-tracks',
    records,
    '--seed',
    '5',
    '--seconds',
    '90',
    '--genre',
    'house',
    '--per-genre',
    '2',
  ]);
  const { stdout: names } = await run('ls', [records]);
  const tracks = names
    .split('\n')
    .filter((name) => name.endsWith('.flac'))
    .map((name) => path.join(records, name));
  mixes = ['rules', 'sum'].map((name) => path.join(folder, `${name}.flac`));
  await run(dju, ['mix', ...tracks, '--preview', '30', '--model', 'rules@1', '-o', mixes[0]]);
  await run(dju, ['mix', ...tracks, '--preview', '30', '--model', 'sum@1', '-o', mixes[1]]);
  const { stdout } = await run(dju, [
    'judge',
    ...mixes,
    '--models',
    inRepository('data/models'),
    '--json',
  ]);
  judged = JSON.parse(stdout);
});
test.afterAll(() => rm(folder, { recursive: true, force: true }));

const names: Readonly<Record<string, string>> = {
  bpm_accuracy: 'Tempo',
  beat_alignment: 'Beatmatching',
  transition_quality: 'Transitions',
  pitch_stability: 'Steady hands',
};

test('the model says here of two recordings what it says in dju', async ({ page }) => {
  await page.goto('/recordings');
  await page.getByRole('link', { name: 'Judge a recording of yours by its sound' }).click();
  await page.getByLabel('Recording A').setInputFiles(mixes[0]);
  await page.getByLabel('Recording B').setInputFiles(mixes[1]);
  await page.getByRole('button', { name: 'Judge' }).click();
  await expect(page.getByText(/[AB] is better with probability \d+\u00a0%/).first()).toBeVisible({
    timeout: 60_000,
  });
  for (const [head, name] of Object.entries(names)) {
    const cells = page.getByRole('row', { name: new RegExp(`^${name}`) }).getByRole('cell');
    for (const [side, { heads }] of judged.model.entries()) {
      const shown = Number(await cells.nth(side).locator('b').innerText());
      expect(
        Math.abs(shown - 100 * heads.find((one) => one.head === head)!.value),
        `${name}, ${side}`,
      ).toBeLessThan(0.6);
    }
  }
  await expect(page.getByText(/technical \d+, float16/)).toBeVisible();
  await expect(page.getByText(/ms of model for each second of sound/)).toBeVisible();
  await isWhole(page, 'listen');
  await page.getByRole('button', { name: 'ES', exact: true }).click();
  await expect(page.getByRole('heading', { name: 'Juzga aquí una grabación' })).toBeVisible();
});

test('what is no sound, or too short, is refused by its name', async ({ page }) => {
  const broken = path.join(folder, 'broken.flac');
  const short = path.join(folder, 'short.flac');
  await writeFile(broken, 'no sound at all');
  await run('ffmpeg', ['-loglevel', 'error', '-i', mixes[0], '-t', '5', short]);
  await page.goto('/listen');
  await expect(page.getByRole('button', { name: 'Judge' })).toBeDisabled();
  await page.getByLabel('Recording A').setInputFiles(broken);
  await page.getByRole('button', { name: 'Judge' }).click();
  await expect(page.getByRole('alert')).toContainText('broken.flac: this browser cannot read it');
  await page.getByLabel('Recording A').setInputFiles(short);
  await page.getByRole('button', { name: 'Judge' }).click();
  await expect(page.getByRole('alert')).toContainText('short.flac: shorter than the ten seconds');
});
