// Two networks far apart: a DJ at the end of a long way, with jitter and loss, presses play upon the
// beat that they hear. See docs/protocol.md, "Remote hands".
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { LongWay, gstreamer, missing, undoing } from './support/network.mjs';
import { Server, openBattle } from './support/server.mjs';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const esbuild = path.join(root, 'web/node_modules/esbuild/lib/main.js');
const skip = existsSync(esbuild) ? await missing(['ip', 'python3'], [gstreamer]) : 'needs web/node_modules (npm --prefix web ci)';
// More of everything for figures (docs/benchmarks.md).
const counts = { many: 8, few: 3, hands: 50, presses: 5, ...JSON.parse(process.env.DJU_REMOTE_COUNTS ?? '{}') };

const middle = (list) => [...list].sort((a, b) => a - b)[list.length >> 1];
const ms = (value) => `${value.toFixed(1).padStart(7)} ms`;

async function farAway(t, number, way) {
  const later = undoing(t);
  const link = await LongWay.open(number, way);
  later(() => link.close());
  const server = await Server.start({ args: ['--listen', '127.0.0.1', '--listen', link.here, '--public-address', link.here] });
  later(() => server.close());
  const track = (await server.api('GET', '/tracks')).json.tracks[0];
  const { battle, a, b, c } = await openBattle(server);
  later(() => [b, c].forEach((client) => client.close()));
  a.close();
  await b.command(battle.id, { control: 'load', deck: 'B', trackId: track.id });
  await b.command(battle.id, { control: 'play', deck: 'B', value: 1 });
  return { link, server, track, battle, a, b, c };
}

for (const [number, rtt] of [[81, 20], [82, 80], [83, 200], [84, 400]]) {
  test(`play upon the heard beat over a round trip of ${rtt} ms`, { skip }, async (t) => {
    const { link, server, track, battle, a } = await farAway(t, number, { rtt, jitter: 10, loss: 0.01 });
    const url = `http://${link.here}:${new URL(server.url).port}`;
    const { stdout } = await link.exec(process.execPath, path.join(root, 'tests/support/remote-dj.mjs'),
      url, a.guest.token, a.guest.playerId, battle.id, track.id, JSON.stringify(counts));
    const result = JSON.parse(stdout.trim().split('\n').at(-1));
    t.diagnostic(`round trip ${ms(result.rttMs)}, engine to ear ${ms(result.playoutMs)}`);
    for (const [what, { with: aware, without }] of Object.entries(result).filter(([, value]) => value.with)) {
      const worst = (list) => Math.max(...list.map((one) => Math.abs(one.errorMs)));
      const typical = (list) => middle(list.map((one) => Math.abs(one.errorMs)));
      t.diagnostic(`${what.padEnd(9)} error: median ${ms(typical(aware))}, worst ${ms(worst(aware))}` +
        `; without: median ${ms(typical(without))}, worst ${ms(worst(without))}`);
    }
    const inTime = result.play.with.filter((play) => play.timing === 'heard');
    t.diagnostic(`plays beyond the bound: ${result.play.with.length - inTime.length} of ${result.play.with.length}`);
    for (const what of ['moves', 'presses']) {
      const { late, delaysMs } = result[what];
      const share = (part) => delaysMs[Math.min(delaysMs.length - 1, Math.floor(delaysMs.length * part))];
      t.diagnostic(`${what}: ${late} of ${delaysMs.length} beyond the bound; heard to acted: median ${ms(share(0.5))}, ` +
        `99 % within ${ms(share(0.99))}, all within ${ms(share(1))}`);
    }
    for (const cut of [...result.bassSwap.with, ...result.cut.with]) {
      assert.equal(cut.timing, 'beat');
      assert.ok(cut.errorMs < 0.1, JSON.stringify(cut));
    }
    // What TCP resends too late for the bound acts on arrival, and the DJ is told.
    assert.ok(inTime.length >= result.play.with.length * 0.7);
    // The server does what the page says to the frame; how well the page knows is the machine's matter, too: a
    // starved one hears gaps.
    for (const play of inTime) assert.ok(Math.abs(play.placedMs) < 0.1, JSON.stringify(play));
    assert.ok(middle(inTime.map((play) => Math.abs(play.errorMs))) < 10);
  });
}
