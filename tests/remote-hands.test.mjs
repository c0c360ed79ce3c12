// Two networks far apart: a DJ at the end of a long way, with jitter and loss, presses play upon the
// beat that they hear. See docs/protocol.md, "Remote hands"; figures: bench/remote-hands.mjs.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cannotPlayFromAfar, farAway, playFromAfar } from './support/far-away.mjs';
import { undoing } from './support/network.mjs';

const skip = await cannotPlayFromAfar();
const counts = { plays: 8, few: 3, moves: 50, presses: 5, channel: true };

const middle = (list) => [...list].sort((a, b) => a - b)[list.length >> 1];
const ms = (value) => `${value.toFixed(1).padStart(7)} ms`;

for (const [number, rtt] of [[81, 20], [82, 80], [83, 200], [84, 400]]) {
  test(`play upon the heard beat over a round trip of ${rtt} ms`, { skip }, async (t) => {
    const result = await playFromAfar(await farAway(undoing(t), number, { rtt, jitter: 10, loss: 0.01 }), counts);
    t.diagnostic(`round trip ${ms(result.rttMs)}, engine to ear ${ms(result.playoutMs)}`);
    const inTime = result.play.with.filter((play) => play.timing === 'heard');
    t.diagnostic(`plays beyond the bound: ${result.play.with.length - inTime.length} of ${result.play.with.length}`);
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
