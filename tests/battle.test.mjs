// A battle as its people live it: the built program, the unmodified socket.io-client, real tracks.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Server, dju, openBattle, run } from './support/server.mjs';

let server;
let tracks;
before(async () => {
  server = await Server.start();
  tracks = (await server.api('GET', '/tracks')).json.tracks;
});
after(() => server.close());

test('two DJs mix, a spectator follows, the recording replays to the same samples', async () => {
  assert.ok(tracks.length >= 2);
  const { battle, a, b, c, joined } = await openBattle(server);
  assert.deepEqual(joined.map((answer) => answer.seat), ['A', 'B', null]);

  assert.ok((await a.command(battle.id, { control: 'load', deck: 'A', trackId: tracks[0].id })).success);
  assert.ok((await b.command(battle.id, { control: 'load', deck: 'B', trackId: tracks[1].id })).success);
  assert.ok((await a.ask('battle-start', { battleId: battle.id })).success);
  // The document's own form: note 60 is play.
  assert.ok((await a.command(battle.id, { type: 'note', deck: 'A', note: 60, velocity: 127 })).success);
  const crossfade = await b.command(battle.id, { control: 'crossfader', value: 0.5 });
  assert.ok(crossfade.success && Number.isInteger(crossfade.frame));
  assert.ok((await b.command(battle.id, { control: 'play', deck: 'B', value: 1 })).success);

  const playing = await a.until('deck-state-update', (update) =>
    update.decks.every((deck) => deck.isPlaying && deck.positionFrames > 24000));
  assert.equal(playing.decks[0].title, tracks[0].title);
  const followed = await c.until('midi-response', (response) => response.control === 'crossfader');
  assert.deepEqual([followed.value, followed.player], [0.5, 'B']);
  const picture = await a.until('visualization-data');
  assert.equal(picture[0], 2, 'version of the packed frame');

  const ended = await a.ask('battle-end', { battleId: battle.id });
  assert.ok(ended.success);
  const end = await c.until('battle-end');
  assert.match(end.hash, /^[0-9a-f]{16}$/);
  assert.equal((await c.until('recording-ready')).recordingId, battle.id);
  assert.equal((await c.ask('vote', { battleId: battle.id, choice: 'B' })).votes.B, 1);
  assert.equal((await a.ask('vote', { battleId: battle.id, choice: 'A' })).code, 'forbidden');

  const recording = (await server.api('GET', `/recordings/${battle.id}`)).json;
  assert.equal(recording.hash, end.hash);
  assert.deepEqual(recording.tracklist.map((entry) => entry.trackId).sort(), [tracks[0].id, tracks[1].id].sort());
  const job = (await server.api('POST', `/recordings/${battle.id}/verify`, { token: a.guest.token })).json;
  const verified = await server.job(job.id, a.guest.token);
  assert.deepEqual([verified.state, verified.result.verified], ['done', true]);
  for (const client of [a, b, c]) client.close();
});

test('only the owner moves a deck, and the refusal says whose it is', async () => {
  const { battle, a, b, c } = await openBattle(server);
  const foreign = await b.command(battle.id, { control: 'volume', deck: 'A', value: 0 });
  assert.deepEqual([foreign.success, foreign.code], [false, 'forbidden']);
  assert.match(foreign.error, /volume of A belongs to the other DJ/);
  assert.equal((await c.command(battle.id, { control: 'play', deck: 'A', value: 1 })).code, 'forbidden');
  assert.ok((await a.command(battle.id, { control: 'crossfader', value: 1 })).success);
  assert.equal((await b.command(battle.id, { control: 'crossfader', value: 0 })).code, 'conflict');
  assert.equal((await b.until('held-by')).player, 'A');
  for (const client of [a, b, c]) client.close();
});

test('strangers and malformed payloads get an error that names the thing', async () => {
  const { battle, a, b, c } = await openBattle(server);
  await assert.rejects(server.connect({ token: 'forged.token' }), /signature|malformed/);
  await assert.rejects(server.connect(undefined), /token/);
  for (const [payload, expected] of [
    [{ battleId: battle.id, command: { type: 'note', deck: 'A', note: 300 } }, /note is 300/],
    [{ battleId: battle.id, command: { control: 'warp', deck: 'A', value: 1 } }, /control is "warp"/],
    [{ battleId: battle.id, command: 7 }, /command is 7/],
    [{ battleId: 'b-none', command: {} }, /b-none: no such battle/],
    [7, /battleId|payload/],
  ]) {
    const answer = await a.ask('midi-command', payload);
    assert.equal(answer.success, false);
    assert.match(answer.error, expected);
  }
  assert.ok((await b.command(battle.id, { control: 'volume', deck: 'B', value: 0.5 })).success, 'others go on');
  for (const client of [a, b, c]) client.close();
});

test('a killed server keeps the battle up to its last mark', async () => {
  const own = await Server.start();
  try {
    const list = (await own.api('GET', '/tracks')).json.tracks;
    const { battle, a } = await openBattle(own);
    await a.command(battle.id, { control: 'load', deck: 'A', trackId: list[0].id });
    await a.command(battle.id, { control: 'play', deck: 'A', value: 1 });
    const later = await a.until('deck-state-update', (update) => update.decks[0].positionFrames > 48000);
    await own.stop('SIGKILL');
    await own.launch();
    const recording = (await own.api('GET', `/recordings/${battle.id}`)).json;
    assert.equal(recording.ended, false);
    // 100 ms of a mark and what the writer had not yet taken.
    assert.ok(recording.durationSeconds * 48000 > later.frame - 9600, JSON.stringify(recording));
    const { stdout } = await run(dju, ['render', `${own.dataDir}/recordings/${battle.id}.djlog`, '--data-dir', own.dataDir]);
    assert.match(stdout, /verified/);
  } finally {
    await own.close();
  }
});

test('a replay plays the log to whoever watches', async () => {
  const { battle, a, b, c } = await openBattle(server);
  await a.command(battle.id, { control: 'load', deck: 'A', trackId: tracks[0].id });
  await a.command(battle.id, { control: 'play', deck: 'A', value: 1 });
  await a.until('deck-state-update', (update) => update.decks[0].positionFrames > 9600);
  await a.ask('battle-end', { battleId: battle.id });
  const end = await a.until('battle-end');
  await a.until('recording-ready');
  const replay = (await server.api('POST', `/recordings/${battle.id}/replay`, { token: c.guest.token })).json;
  assert.equal(replay.kind, 'replay');
  await c.ask('join-battle', { battleId: replay.id, role: 'spectator' });
  const again = await c.until('battle-end', (payload) => payload.battleId === replay.id);
  assert.equal(again.hash, end.hash);
  for (const client of [a, b, c]) client.close();
});
