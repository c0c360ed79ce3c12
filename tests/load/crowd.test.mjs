// A full house on one machine: several battles at once, an audience that comes and goes, somebody who
// floods. What must hold at any speed: everybody hears the same events in the same order, nobody pays for
// another's flood, every recording replays to the same samples, and the server gives back what it took.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { Server, openBattle } from '../support/server.mjs';

const kBattles = 6;
const kAudience = 300;
const kMoves = 200;

let server;
let tracks;
before(async () => {
  server = await Server.start({ args: ['--max-battles', '16'] });
  tracks = (await server.api('GET', '/tracks')).json.tracks;
});
after(() => server.close());

const residentMegabytes = () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${server.process.pid}/status`, 'utf8'))[1]) / 1024;

async function spectator(battle) {
  const client = await server.connect(await server.guest('Guest'));
  const joined = await client.ask('join-battle', { battleId: battle.id, role: 'spectator', watch: battle.watch });
  assert.ok(joined.success, joined.error);
  return client;
}

async function inGroups(count, size, make) {
  const all = [];
  for (let from = 0; from < count; from += size) {
    all.push(...(await Promise.all(Array.from({ length: Math.min(size, count - from) }, make))));
  }
  return all;
}

async function playingBattle() {
  const { battle, a, b, c } = await openBattle(server);
  for (const [deck, player] of [['A', a], ['B', b]]) {
    assert.ok((await player.command(battle.id, { control: 'load', deck, trackId: tracks[deck === 'A' ? 0 : 1].id })).success);
  }
  assert.ok((await a.ask('battle-start', { battleId: battle.id })).success);
  for (const [deck, player] of [['A', a], ['B', b]]) assert.ok((await player.command(battle.id, { control: 'play', deck, value: 1 })).success);
  return { battle, a, b, c };
}

async function endAndVerify({ battle, a, b, c }) {
  assert.ok((await a.ask('battle-end', { battleId: battle.id })).success);
  const { hash } = await c.until('battle-end');
  const job = (await server.api('POST', `/recordings/${battle.id}/verify`, { token: a.guest.token })).json;
  const { state, result } = await server.job(job.id, a.guest.token);
  assert.deepEqual([state, result.verified], ['done', true]);
  for (const client of [a, b, c]) client.close();
  return hash;
}

test('a crowd hears one story, while others come, go and flood', async () => {
  const house = await playingBattle();
  const crowd = await inGroups(kAudience, 25, () => spectator(house.battle));
  const passersBy = inGroups(60, 10, async () => (await spectator(house.battle)).close());
  const rude = await server.connect(await server.guest('Rude'));
  const flood = (async () => {
    for (let i = 0; i < 3000 && rude.socket.connected; ++i) rude.socket.emit('chat', { battleId: house.battle.id, text: 'x'.repeat(200) });
  })();
  for (let i = 0; i < kMoves; ++i) {
    const player = i % 2 ? house.b : house.a;
    const answer = await player.command(house.battle.id, { control: 'eq_low', deck: i % 2 ? 'B' : 'A', value: (i % 10) / 10 });
    assert.ok(answer.success, answer.error);
  }
  await Promise.all([passersBy, flood]);
  const last = (await house.a.command(house.battle.id, { control: 'volume', deck: 'A', value: 0.25 })).seq;
  const story = (client) => client.of('midi-response').filter(({ control }) => control === 'eq_low').map(({ seq, value }) => [seq, value]);
  await Promise.all(crowd.map((client) => client.until('midi-response', ({ seq }) => seq === last)));
  const told = story(crowd[0]);
  assert.ok(told.length > 0 && told.length <= kMoves);
  for (const client of crowd) assert.deepEqual(story(client), told);
  for (const client of [...crowd, rude]) client.close();
  await endAndVerify(house);
});

test('battles side by side replay each to its own samples, and leave no memory behind', async () => {
  await endAndVerify(await playingBattle()); // what is made once is made now
  const before = residentMegabytes();
  const hashes = new Set();
  for (let round = 0; round < 3; ++round) {
    const battles = await Promise.all(Array.from({ length: kBattles }, playingBattle));
    await Promise.all(battles.map(async ({ battle, a, b }) => {
      for (let i = 0; i < 50; ++i) {
        const answers = await Promise.all([
          a.command(battle.id, { control: 'volume', deck: 'A', value: Math.random() }),
          b.command(battle.id, { control: 'filter_or_none', deck: 'B', value: 1 }),
        ]);
        assert.ok(answers[0].success);
        assert.equal(answers[1].success, false, 'an unknown control is refused, not ignored');
      }
    }));
    for (const hash of await Promise.all(battles.map(endAndVerify))) hashes.add(hash);
  }
  assert.equal(hashes.size, 3 * kBattles, 'different hands give different mixes');
  const growth = residentMegabytes() - before;
  assert.ok(growth < 150, `${growth.toFixed(0)} MB more after ${3 * kBattles} battles that have ended`);
});
