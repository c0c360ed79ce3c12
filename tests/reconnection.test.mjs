// A DJ whose network fails for 20 s comes back to the same deck; the other plays on, and the audience
// hears no gap.
import assert from 'node:assert/strict';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { LongWay, missing, undoing } from './support/network.mjs';
import { Server, dju, openBattle, run } from './support/server.mjs';

const script = path.join(path.dirname(fileURLToPath(import.meta.url)), 'support/rejoining-dj.mjs');
const skip = await missing(['ip', 'python3']);
const kCutSeconds = 20;

test('a DJ drops for 20 s and comes back to the same deck and state', { skip }, async (t) => {
  const later = undoing(t);
  const link = await LongWay.open(91, { rtt: 60, jitter: 5 });
  later(() => link.close());
  const server = await Server.start({ args: ['--listen', '127.0.0.1', '--listen', link.here] });
  later(() => server.close());
  const track = (await server.api('GET', '/tracks')).json.tracks[0];
  const { battle, a, b, c } = await openBattle(server);
  later(() => [b, c].forEach((client) => client.close()));
  assert.ok((await a.command(battle.id, { control: 'load', deck: 'A', trackId: track.id })).success);
  assert.ok((await a.command(battle.id, { control: 'rate', deck: 'A', value: 2.5 })).success);
  assert.ok((await a.command(battle.id, { control: 'eq_high', deck: 'A', value: 0.25 })).success);
  assert.ok((await a.command(battle.id, { control: 'play', deck: 'A', value: 1 })).success);
  a.close();

  const far = link.spawn(process.execPath, script, `http://${link.here}:${new URL(server.url).port}`, a.guest.token, battle.id);
  far.stderr.pipe(process.stderr);
  later(() => far.kill());
  const lines = createInterface({ input: far.stdout })[Symbol.asyncIterator]();
  const joinedAgain = async () => JSON.parse((await lines.next()).value);
  const before = await joinedAgain();
  assert.equal(before.seat, 'A');

  link.change(`cut ${kCutSeconds}`);
  // Meanwhile the other goes on.
  assert.ok((await b.command(battle.id, { control: 'load', deck: 'B', trackId: track.id })).success);
  assert.ok((await b.command(battle.id, { control: 'play', deck: 'B', value: 1 })).success);
  await b.until('presence', ({ players }) => players[0].connected === false);
  const after = await joinedAgain();
  assert.equal(after.seat, 'A');
  const [was, is] = [before, after].map(({ state }) => ({ frame: state.frame, ...state.decks[0] }));
  assert.ok(is.frame - was.frame > kCutSeconds * 48000 * 0.9, 'the network was away');
  assert.deepEqual([is.trackId, is.playing, is.pitch, is.eq.high], [track.id, true, 2.5, 0.25]);
  // It never stopped: what it played is what passed.
  const played = is.positionFrames - was.positionFrames;
  assert.ok(Math.abs(played - (is.frame - was.frame) * 1.025) < 240, `${played} track frames in ${is.frame - was.frame}`);
  await b.until('presence', ({ players }) => players[0].connected && players[0].rttMs > 0);
  t.diagnostic(`back after ${((is.frame - was.frame) / 48000).toFixed(1)} s`);

  assert.ok((await b.ask('battle-end', { battleId: battle.id })).success);
  await c.until('recording-ready');
  // What the audience heard is what the log renders: no mark's 100 ms of it are silent.
  const wav = path.join(server.dataDir, 'heard.flac');
  await run(dju, ['render', `${server.dataDir}/recordings/${battle.id}.djlog`, '--data-dir', server.dataDir, '--out', wav]);
  const { stderr } = await run('ffmpeg', ['-hide_banner', '-nostats', '-ss', '2', '-i', wav, '-af', 'silencedetect=noise=-60dB:d=0.1', '-f', 'null', '-']);
  assert.doesNotMatch(stderr, /silence_start: (?!-)/, stderr);
});
