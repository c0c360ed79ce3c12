// Starts build/dju with a small synthesised crate on a free port for the whole run, unless DJU_URL
// names a server that is already up. Playwright calls this once; its workers inherit DJU_URL.

import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const inRepository = (name: string) => fileURLToPath(new URL(`../../../${name}`, import.meta.url));
const binary = process.env['DJU_BINARY'] ?? inRepository('build/dju');

const CRATE = ['--seed', '7', '--seconds', '90', '--genre', 'house', '--genre', 'trance', '--per-genre', '2'];
/** Of the server's output, shown at the end of the run. */
const LOG_LINES = 20;

export default async function startServer(): Promise<(() => Promise<void>) | undefined> {
  if (process.env['DJU_URL']) return undefined;
  const folder = await mkdtemp(path.join(tmpdir(), 'dju-e2e-'));
  const crate = path.join(folder, 'crate');
  await run(binary, ['demo-tracks', crate, ...CRATE]);
  await run(binary, ['import', '--data-dir', folder, crate]);
  const webDir = inRepository('web/dist/dju/browser');
  const places = ['--data-dir', folder, '--web-dir', webDir, '--models', inRepository('data/models')];
  const server = spawn(binary, ['serve', ...places, '--port', '0', '--media-port', '0'], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [server.stdout, server.stderr]) stream.on('data', (text: Buffer) => (output += text.toString()));
  process.env['DJU_URL'] = await address(server, () => output);
  return async () => {
    const gone = once(server, 'exit');
    if (server.kill()) await gone;
    console.log(output.split('\n').slice(-LOG_LINES).join('\n'));
    await rm(folder, { recursive: true, force: true });
  };
}

/** The program prints its address once it takes connections. */
function address(server: ChildProcess, output: () => string): Promise<string> {
  return new Promise((resolve, reject) => {
    server.stdout!.on('data', () => {
      const found = /https?:\/\/127\.0\.0\.1:\d+/.exec(output());
      if (found) resolve(found[0]);
    });
    server.on('error', reject);
    server.on('exit', (code) => reject(new Error(`dju serve exited with ${code}: ${output()}`)));
  });
}
