// A battle between a DJ nearby and one at the end of a long way, who acts upon what they hear.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { LongWay, gstreamer, missing } from './network.mjs';
import { Server, openBattle } from './server.mjs';

const here = path.dirname(fileURLToPath(import.meta.url));
const esbuild = path.join(here, '../../web/node_modules/esbuild/lib/main.js');

// False, or what this needs and the machine lacks.
export async function cannotPlayFromAfar() {
  return existsSync(esbuild) ? missing(['ip', 'python3'], [gstreamer]) : 'needs web/node_modules (npm --prefix web ci)';
}

// Deck B plays its track. `later` takes what must be undone, last first; `number` (1 … 254) tells ways apart
// that are open at a time.
export async function farAway(later, number, way, crate) {
  const link = await LongWay.open(number, way);
  later(() => link.close());
  const server = await Server.start({ args: ['--listen', '127.0.0.1', '--listen', link.here, '--public-address', link.here], crate });
  later(() => server.close());
  const track = (await server.api('GET', '/tracks')).json.tracks[0];
  const { battle, a, b, c } = await openBattle(server);
  later(() => [b, c].forEach((client) => client.close()));
  a.close();
  await b.command(battle.id, { control: 'load', deck: 'B', trackId: track.id });
  await b.command(battle.id, { control: 'play', deck: 'B', value: 1 });
  return { link, server, track, battle, a, b, c };
}

// What remote-dj.mjs finds, for `counts` of it.
export async function playFromAfar({ link, server, track, battle, a }, counts) {
  const url = `http://${link.here}:${new URL(server.url).port}`;
  const { stdout } = await link.exec(process.execPath, path.join(here, 'remote-dj.mjs'),
    url, a.guest.token, a.guest.playerId, battle.id, track.id, JSON.stringify(counts));
  return JSON.parse(stdout.trim().split('\n').at(-1));
}
