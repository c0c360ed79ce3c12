// The arena as people meet it: tournaments are made in one call, two mixes are heard without names, votes
// count, brackets fill; and what the server says to those who do not play by the rules.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { check, validatorAt } from './support/schemas.mjs';
import { Server } from './support/server.mjs';

let server;
let host;
let sets;
const kCrate = { genres: ['house', 'disco', 'trance'], seconds: 60 };

before(async () => {
  server = await Server.start({ crate: kCrate });
  host = await server.guest('Host');
  const tracks = (await server.api('GET', '/tracks?sort=bpm')).json.tracks.map(({ id }) => id);
  sets = [tracks.slice(0, 2)];
});
after(() => server?.close());

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const kMixers = [{ model: 'rules@1' }, { model: 'linear@1', name: 'plain' }];
const schema = (name, value) => check(validatorAt('openapi.yaml', `/components/schemas/${name}`), value, name);

const create = (change = {}, guest = host) => server.api('POST', '/arena/tournaments', {
  token: guest.token,
  body: { name: 'Friday', format: 'single', contestants: kMixers, sets, votesPerMatch: 2, clipSeconds: 20, ...change },
});
const see = async (id) => (await server.api('GET', `/arena/tournaments/${id}`)).json;

async function refused(answer, status, message) {
  assert.equal(answer.status, status, answer.text);
  assert.match(answer.json.error.message, message);
}

async function prepared(change, guest) {
  const made = await create(change, guest);
  assert.equal(made.status, 201, made.text);
  for (;;) {
    const tournament = await see(made.json.id);
    if (tournament.state !== 'preparing') return tournament;
    await pause(100);
  }
}

const ballotFor = (id, guest) => server.api('POST', `/arena/tournaments/${id}/ballots`, { token: guest.token, body: {} });
const voteOn = (ballot, guest, choice, extra = {}) => server.api('POST', `/arena/ballots/${ballot.id}/vote`, { token: guest.token, body: { choice, ...extra } });
const heard = (ballot, guest, side, from, to) => server.api('POST', `/arena/ballots/${ballot.id}/heard`, { token: guest.token, body: { side, from, to } });
const path = (clip) => clip.url.replace('/api/v1', '');

/** Fetches both clips and listens to eight seconds of each, as fast as a server believes it. */
async function listen(ballot, guest) {
  for (const side of ['A', 'B']) {
    const clip = await fetch(server.url + ballot.clips[side].url);
    assert.equal(clip.status, 200);
    await clip.arrayBuffer();
  }
  for (const side of ['A', 'B']) {
    for (let at = 0; at < 8; at += 4) {
      await pause(4000);
      const answer = await heard(ballot, guest, side, at, at + 4);
      assert.equal(answer.status, 200, answer.text);
    }
  }
}

/** The next pair that is not one with a known answer, heard; the ballot and what it led to. */
async function judge(id, guest, choice) {
  const { json: ballot, text } = await ballotFor(id, guest);
  assert.ok(ballot.clips, text);
  await listen(ballot, guest);
  return { ballot, answer: await voteOn(ballot, guest, choice) };
}

test('a tournament is made in one call, heard blind, voted on, and ends with a champion', { timeout: 240_000 }, async () => {
  const tournament = await prepared();
  schema('Tournament', tournament);
  assert.equal(tournament.state, 'running', JSON.stringify(tournament.clips));
  assert.equal(tournament.standings.length, 2);
  assert.deepEqual(tournament.standings[0].rank, [1, 2]);
  assert.equal(tournament.flips, null);

  const voters = await Promise.all(['Ana', 'Bo', 'Cy', 'Di', 'Eve'].map((name) => server.guest(name)));
  // What a voter is told before the vote names nobody.
  const { json: ballot } = await ballotFor(tournament.id, voters[0]);
  schema('Ballot', ballot);
  assert.doesNotMatch(JSON.stringify(ballot), /rules|linear|sum@|plain/);
  assert.equal(ballot.clips.A.seconds, ballot.clips.B.seconds);
  const again = (await ballotFor(tournament.id, voters[0])).json;
  assert.equal(again.id, ballot.id, 'asking again does not change the pair');
  for (const side of ['A', 'B']) {
    const part = await fetch(server.url + ballot.clips[side].url, { headers: { Range: 'bytes=0-3' } });
    assert.equal(part.status, 206);
    assert.equal(await part.text(), 'OggS');
    assert.equal(part.headers.get('last-modified'), null);
  }

  // All at once, each hears for sixteen seconds and more.
  const outcomes = await Promise.all(voters.map((voter) => judge(tournament.id, voter, 'A')));
  for (const { answer } of outcomes) {
    assert.ok([201, 409].includes(answer.status), answer.text);
    if (answer.status === 201) {
      schema('Reveal', answer.json);
      assert.match(JSON.stringify([answer.json.A, answer.json.B]), /rules@1/);
    }
  }
  assert.ok(outcomes.some(({ answer }) => answer.status === 201));
  for (let round = 0; (await see(tournament.id)).state !== 'ended' && round < 3; ++round) {
    const more = await server.guest(`More ${round}`);
    await judge(tournament.id, more, 'B');
  }
  const ended = await see(tournament.id);
  schema('Tournament', ended);
  assert.equal(ended.state, 'ended');
  assert.notEqual(ended.outcome.champion, null);
  const [match] = ended.bracket.rounds[0].matches;
  assert.equal(match.winner, ended.outcome.champion);
  await refused(await ballotFor(tournament.id, host), 409, /has ended/);
});

test('who does not listen, or pretends to, does not vote', { timeout: 120_000 }, async () => {
  const tournament = await prepared({ format: 'open', name: 'Open' });
  const voter = await server.guest('Hasty');
  const other = await server.guest('Other');
  const { json: ballot } = await ballotFor(tournament.id, voter);
  await refused(await voteOn(ballot, voter, 'A'), 409, /0\.0 s of A and 0\.0 s of B were heard; 8 s/);
  await refused(await heard(ballot, voter, 'A', 0, 8), 409, /no faster/);
  await pause(3100);
  await refused(await heard(ballot, voter, 'A', 0, 3), 409, /not fetched/);
  await refused(await heard(ballot, voter, 'C', 0, 3), 400, /heard\.side/);
  await refused(await heard(ballot, voter, 'A', 5, 90), 400, /within the 20 s/);
  await refused(await voteOn(ballot, other, 'A'), 404, /ask for the next/);
  await refused(await voteOn(ballot, voter, 'yes'), 400, /vote\.choice/);
  await refused(await server.api('GET', '/arena/clips/unknown.opus'), 404, /ballot/);

  await listen(ballot, voter);
  await refused(await voteOn(ballot, voter, 'A', { stars: { A: 6, B: 1 } }), 400, /1 to 5/);
  const voted = await voteOn(ballot, voter, 'tie', { stars: { A: 4, B: 2 } });
  assert.equal(voted.status, 201, voted.text);
  assert.equal(voted.json.votes.tie, 1);
  await refused(await voteOn(ballot, voter, 'A'), 404, /has been voted on/);

  const mine = (await server.api('GET', '/arena/me', { token: voter.token })).json;
  schema('ArenaSelf', mine);
  assert.equal(mine.votes.length, 1);
  assert.equal(mine.votes[0].choice, 'tie');
  assert.equal((await server.api('DELETE', '/arena/me', { token: voter.token })).status, 204);
  assert.equal((await server.api('GET', '/arena/me', { token: voter.token })).json.votes.length, 0);
  assert.equal((await see(tournament.id)).votes.total, 1, 'the vote itself stays');
});

test('a tournament without votes ends without a champion', { timeout: 120_000 }, async () => {
  const tournament = await prepared({ contestants: [...kMixers, { model: 'rules@1', preset: 'chill' }], name: 'Three' });
  assert.equal(tournament.bracket.rounds[0].matches[0].state, 'bye');
  const stranger = await server.guest('Stranger');
  const end = (guest) => server.api('POST', `/arena/tournaments/${tournament.id}/end`, { token: guest.token, body: {} });
  await refused(await end(stranger), 403, /only who made it/);
  const ended = await end(host);
  assert.equal(ended.status, 200, ended.text);
  assert.deepEqual(ended.json.outcome, { champion: null, by: 'noVotes' });
});

test('a contestant whose mix cannot be made loses by walk-over', { timeout: 120_000 }, async () => {
  // Two seconds of two records, played by nobody: no transition to hear.
  const { openBattle } = await import('./support/server.mjs');
  const { battle, a, c } = await openBattle(server, { name: 'Silence', format: 'back_to_back' });
  await a.ask('battle-start', { battleId: battle.id });
  await pause(1500);
  await a.ask('battle-end', { battleId: battle.id });
  await c.until('recording-ready');
  const made = await create({ contestants: [{ recordings: [battle.id] }, { model: 'rules@1' }], name: 'Walk-over' });
  assert.equal(made.status, 201, made.text);
  let tournament = made.json;
  while (tournament.state !== 'ended') {
    await pause(100);
    tournament = await see(made.json.id);
  }
  assert.deepEqual(tournament.outcome, { champion: 1, by: 'walkover' });
  assert.equal(tournament.clips.failed, 1);
  assert.match(tournament.clips.failures[0].error, /none of the recordings passes/);
  assert.equal(tournament.bracket.rounds[0].matches[0].decidedBy, 'walkover');
});

test('what makes no sense is refused with its place', async () => {
  const wrong = [
    [{ contestants: [kMixers[0]] }, 400, /contestants has 1 entries; at least 2/],
    [{ contestants: [kMixers[0], { model: 'rules@99' }] }, 404, /rules@99/],
    [{ contestants: [kMixers[0], { recordings: ['nothing'] }] }, 404, /recording nothing/],
    [{ contestants: [kMixers[0], {}] }, 400, /contestants\[1\]\.recordings is missing/],
    [{ sets: [] }, 400, /sets is empty/],
    [{ sets: [[sets[0][0], sets[0][0]]] }, 400, /same track twice/],
    [{ sets: [[sets[0][0], 'nothing']] }, 404, /nothing/],
    [{ format: 'ladder' }, 400, /format is "ladder"/],
    [{ votesPerMatch: 0 }, 400, /votesPerMatch is 0; it must be from 1 to 1000/],
    [{ clipSeconds: 500 }, 400, /clipSeconds is 500/],
    [{ endsAt: 5 }, 400, /endsAt is not within/],
    [{ colour: 'red' }, 400, /colour is not known/],
    [{ name: '' }, 400, /name has 0 bytes/],
  ];
  for (const [change, status, message] of wrong) await refused(await create(change), status, message);
  await refused(await server.api('POST', '/arena/tournaments', { body: {} }), 401, /token/);
  await refused(await server.api('GET', '/arena/tournaments/none'), 404, /no such tournament/);
});

test('votes and tournaments survive the death of the process', { timeout: 120_000 }, async () => {
  const tournament = await prepared({ format: 'open', name: 'Crash' });
  const voter = await server.guest('Witness');
  const { answer } = await judge(tournament.id, voter, 'A');
  assert.equal(answer.status, 201, answer.text);
  await server.stop('SIGKILL');
  await server.launch();
  let back = await see(tournament.id);
  for (let i = 0; i < 100 && back.error; ++i) {
    await pause(50);
    back = await see(tournament.id);
  }
  assert.equal(back.votes.total, 1);
  assert.equal(back.state, 'running');
  const { json } = await server.api('GET', '/arena/tournaments');
  schema('TournamentList', json);
  assert.ok(json.tournaments.some(({ id }) => id === tournament.id));
});
