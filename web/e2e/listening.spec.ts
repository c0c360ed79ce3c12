// A listening sheet from data set to ratings: made by the program, answered in a browser from a
// folder, without a server, by keyboard, and read back by the program.
import AxeBuilder from '@axe-core/playwright';
import { expect, test } from '@playwright/test';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const binary = process.env['DJU_BINARY'] ?? fileURLToPath(new URL('../../build/dju', import.meta.url));
const SMALL = ['--performances', '3', '--djs', '3', '--families', '3', '--tracks-per-family', '1'];

test('a sheet is answered by keyboard in Spanish and becomes ratings', async ({ page }) => {
  test.setTimeout(300_000);
  const folder = await mkdtemp(path.join(tmpdir(), 'dju-listening-'));
  const [data, sheet, ratings] = ['data', 'sheet', 'ratings.jsonl'].map((name) => path.join(folder, name));
  await run(binary, ['dataset', 'simulate', '--out', data, ...SMALL]);
  const heads = ['beat_alignment', 'transition_quality'];
  await run(binary, ['dataset', 'listen', 'export', data, '--out', sheet, '--split', 'train', '--count', '3', '--heads', ...heads]);

  await page.goto(pathToFileURL(path.join(sheet, 'index.html')).href);
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0].html}`)).toEqual([]);
  await page.getByRole('button', { name: 'Español' }).press('Enter');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Escucha y juzga');
  await page.getByLabel('Tu nombre').fill('Ana');
  await page.getByLabel('Yo también mezclo discos').press('Space');

  const sounds = page.getByRole('group');
  await expect(sounds).toHaveCount(4); // three, and one of them again
  for (const sound of await sounds.all()) {
    await sound.locator('audio').evaluate(async (audio: HTMLAudioElement) => {
      audio.playbackRate = 16;
      await audio.play();
      await new Promise((resolve) => audio.addEventListener('ended', resolve));
    });
    const together = sound.getByRole('slider', { name: '¿Caen juntos los golpes de las dos pistas?' });
    for (let step = 0; step < 3; step += 1) await together.press('ArrowRight'); // 8
    await sound.getByRole('slider', { name: '¿Qué tal es el paso de una pista a la otra?' }).press('Home');
  }
  await sounds.first().getByRole('checkbox', { name: 'no sé decir: ¿Qué tal es el paso de una pista a la otra?' }).press('Space');
  await expect(page.getByRole('status')).toHaveText('Quedan 0 de 4 sonidos');

  const saved = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Guardar respuestas' }).press('Enter');
  const answers = path.join(folder, 'answers.json');
  await (await saved).saveAs(answers);
  const { stdout } = await run(binary, ['dataset', 'listen', 'import', `${sheet}-key.json`, answers, '--out', ratings]);
  expect(stdout).toContain('3 ratings of 3 windows by 1 people, 0 left out');
  const lines = (await readFile(ratings, 'utf8')).trim().split('\n').map((line) => JSON.parse(line));
  for (const { rater, expert, scores } of lines) {
    expect({ rater, expert }).toEqual({ rater: 'Ana', expert: true });
    expect(scores.beat_alignment).toBeCloseTo(0.8);
  }
  await rm(folder, { recursive: true, force: true });
});
