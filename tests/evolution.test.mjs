// Mixers that evolve in the server: a round is a tournament, people's votes close it, the next generation is there,
// and whatever a crash cuts off goes on and happens once.
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { check, validatorAt } from './support/schemas.mjs';
import { dju, run, Server } from './support/server.mjs';

let dataDir;
let server;
let host;
let stranger;
let tracks;

before(async () => {
  dataDir = await mkdtemp(path.join(tmpdir(), 'dju-evolution-'));
  server = await Server.start({ dataDir });
  host = await server.guest('Host');
  stranger = await server.guest('Stranger');
  tracks = (await server.api('GET', '/tracks?sort=bpm')).json.tracks.map(({ id }) => id).slice(0, 2);
  await server.stop();
  await server.launch(operators());
});
after(async () => {
  await server?.stop();
  await rm(dataDir, { recursive: true, force: true });
});

const operators = () => ['--operator', host.playerId];
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const schema = (name, value) => check(validatorAt('openapi.yaml', `/components/schemas/${name}`), value, name);
const start = (change = {}, guest = host) => server.api('POST', '/arena/evolutions', {
  token: guest.token,
  body: { lineage: 'club', sets: [tracks], population: 4, votesPerRound: 1, clipSeconds: 20, seed: 7, ...change },
});
const see = async (lineage = 'club') => (await server.api('GET', `/arena/evolutions/${lineage}`)).json;

async function refused(answer, status, message) {
  assert.equal(answer.status, status, answer.text);
  assert.match(answer.json.error.message, message);
}

/** Asks until `is` holds; what was seen then. */
async function until(is, lineage) {
  for (;;) {
    const seen = await see(lineage);
    assert.notEqual(seen.state, 'failed', seen.error);
    if (is(seen)) return seen;
    await pause(200);
  }
}

/** A vote on two of the population, heard before. */
async function voteIn(tournament, guest) {
  for (;;) {
    const { json: ballot, text } = await server.api('POST', `/arena/tournaments/${tournament}/ballots`, { token: guest.token, body: {} });
    assert.ok(ballot.clips, text);
    for (const side of ['A', 'B']) await (await fetch(server.url + ballot.clips[side].url)).arrayBuffer();
    for (const side of ['A', 'B']) {
      for (let at = 0; at < 8; at += 4) {
        await pause(4000);
        const heard = await server.api('POST', `/arena/ballots/${ballot.id}/heard`, { token: guest.token, body: { side, from: at, to: at + 4 } });
        assert.equal(heard.status, 200, heard.text);
      }
    }
    const vote = await server.api('POST', `/arena/ballots/${ballot.id}/vote`, { token: guest.token, body: { choice: 'A' } });
    assert.equal(vote.status, 201, vote.text);
    // One with a known answer says nothing of the population.
    if (vote.json.A.number !== undefined) return vote.json;
  }
}

test('only who may begins one, and what makes no sense is named', async () => {
  await refused(await start({}, stranger), 403, /only operators/);
  const wrong = [
    [{ lineage: 'Club 1' }, /lineage cannot be/],
    [{ sets: [] }, /sets is empty/],
    [{ sets: [[tracks[0], 'nothing']] }, /nothing/],
    [{ population: 3 }, /population is 3; it must be from 4 to 40/],
    [{ hoursPerRound: -1 }, /hoursPerRound is -1/],
    [{ colour: 'red' }, /colour is not known/],
  ];
  for (const [change, message] of wrong) assert.match((await start(change)).json.error.message, message);
  await refused(await server.api('GET', '/arena/evolutions/none'), 404, /none of this name/);
});

test('votes close a round, and the next generation is there after a crash, once', { timeout: 300_000 }, async () => {
  const begun = await start();
  assert.equal(begun.status, 201, begun.text);
  schema('Evolution', begun.json);
  await refused(await start(), 409, /there is one of this name/);
  const close = (guest) => server.api('POST', '/arena/evolutions/club/close', { token: guest.token, body: {} });
  await refused(await close(stranger), 403, /only its host/);
  const open = await until(({ state }) => state === 'running');
  assert.equal(open.generation, 0);
  assert.equal(open.tournament, 'evo-club-0');
  await refused(await close(host), 409, /nobody has voted/);
  await refused(await server.api('GET', '/arena/tournaments/evo-club-0/clips/0-0.opus'), 409, /nobody hears whose/);

  await voteIn('evo-club-0', stranger);
  // The vote closes the round; the server dies at once, whatever it was about to do.
  await server.stop('SIGKILL');
  await server.launch(operators());
  for (let i = 0; i < 100 && !(await see()).state; ++i) await pause(50);
  const next = await until(({ generation, state }) => generation === 1 && state === 'running');
  schema('Evolution', next);
  assert.equal(next.rounds.length, 1);
  assert.equal(next.rounds[0].ratings.length, 4);
  assert.ok(next.rounds[0].votes >= 1);
  assert.equal(next.open.length, 4);
  assert.ok(next.mixers.some(({ birth, parents }) => birth !== 'founder' && parents.length > 0));

  // Again, between the end of the round and the next generation.
  await voteIn('evo-club-1', await server.guest('Other'));
  await close(host);
  await server.stop('SIGKILL');
  await server.launch(operators());
  for (let i = 0; i < 100 && !(await see()).state; ++i) await pause(50);
  const third = await until(({ generation, state }) => generation === 2 && state === 'running');
  assert.equal(third.rounds.length, 2);
  assert.deepEqual(third.rounds[0], next.rounds[0], 'a closed round stays as it is');

  // What was tried mixes by name, the champion is offered, and its clips can be heard.
  const champion = `club@${third.rounds[1].champion}`;
  assert.ok((await server.api('GET', '/mixer')).json.models.includes(champion));
  const plan = await server.api('POST', '/mixes/plan', { token: host.token, body: { tracks, model: `club@${third.open[3]}` } });
  assert.equal(plan.status, 200, plan.text);
  const clip = await fetch(`${server.url}/api/v1/arena/tournaments/evo-club-1/clips/0-0.opus`, { headers: { Range: 'bytes=0-3' } });
  assert.equal(clip.status, 206);
  assert.equal(await clip.text(), 'OggS');
  await refused(await server.api('GET', '/arena/tournaments/evo-club-1/clips/9-0.opus'), 404, /no clip/);

  const lineage = (await server.api('GET', '/arena/evolutions/club/lineage')).json;
  assert.equal(lineage.schema, 'dju-lineage');
  assert.equal(lineage.rounds.length, 2);
  // Anybody who has the data can repeat it, beside the running server.
  const verify = (name) => run(dju, ['evolve', 'verify', name, '--data-dir', dataDir]);
  assert.match((await verify('club')).stdout, /club: all 2 rounds follow from seed and votes/);
  await assert.rejects(verify('none'), ({ stderr }) => /none/.test(stderr));
  const ended = await server.api('POST', '/arena/evolutions/club/end', { token: host.token, body: {} });
  assert.equal(ended.json.state, 'ended');
  await refused(await close(host), 409, /has ended/);
  schema('EvolutionList', (await server.api('GET', '/arena/evolutions')).json);
});
