// What comes of many votes: mixers over all tournaments, a listener's own taste, and the trial whether mixes chosen by
// it are liked better.
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { check, validatorAt } from './support/schemas.mjs';
import { Server } from './support/server.mjs';

let dataDir;
let server;
let host;
let voter;
let tournament;

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const schema = (name, value) => check(validatorAt('openapi.yaml', `/components/schemas/${name}`), value, name);
const get = (where, guest) => server.api('GET', where, { token: guest?.token });
const post = (where, body, guest) => server.api('POST', where, { token: guest.token, body });

async function refused(answer, status, message) {
  assert.equal(answer.status, status, answer.text);
  assert.match(answer.json.error.message, message);
}

/** Fetches a clip, and says that eight seconds of it were played, as fast as a server believes it. */
async function listen(url, where, guest, extra = {}) {
  await (await fetch(server.url + url)).arrayBuffer();
  for (let at = 0; at < 8; at += 4) {
    await pause(4000);
    const heard = await post(where, { ...extra, from: at, to: at + 4 }, guest);
    assert.equal(heard.status, 200, heard.text);
  }
}

/** A vote on two of the contestants; those with a known answer are judged on the way. */
async function judge(guest) {
  for (;;) {
    const { json: ballot, text } = await post(`/arena/tournaments/${tournament}/ballots`, {}, guest);
    assert.ok(ballot.clips, text);
    for (const side of ['A', 'B']) await listen(ballot.clips[side].url, `/arena/ballots/${ballot.id}/heard`, guest, { side });
    const vote = await post(`/arena/ballots/${ballot.id}/vote`, { choice: 'A', stars: { A: 5, B: 2 } }, guest);
    assert.equal(vote.status, 201, vote.text);
    if (vote.json.A.number !== undefined) return;
  }
}

before(async () => {
  dataDir = await mkdtemp(path.join(tmpdir(), 'dju-taste-'));
  server = await Server.start({ dataDir });
  host = await server.guest('Host');
  voter = await server.guest('Voter');
  await server.stop();
  await server.launch(['--operator', host.playerId]);
  const sets = [(await get('/tracks?sort=bpm')).json.tracks.map(({ id }) => id).slice(0, 2)];
  const contestants = [{ model: 'rules@1', preset: 'chill' }, { model: 'linear@1' }];
  const made = await post('/arena/tournaments', { name: 'Taste', format: 'open', contestants, sets, clipSeconds: 20 }, host);
  tournament = made.json.id;
  for (let state = ''; state !== 'running'; await pause(100)) ({ state } = (await get(`/arena/tournaments/${tournament}`)).json);
});
after(async () => {
  await server?.stop();
  await rm(dataDir, { recursive: true, force: true });
});

test('before anybody has voted nothing is claimed', async () => {
  const leaders = (await get('/arena/leaderboard')).json;
  schema('Leaderboard', leaders);
  assert.equal(leaders.votes, 0);
  assert.deepEqual(leaders.participants, { began: 0, finished: 0 });
  const taste = (await get('/arena/me/taste', voter)).json;
  schema('MyTaste', taste);
  assert.equal(taste.votes, 0);
  assert.deepEqual(taste.sentences.map(({ key }) => key), ['taste.unsure']);
  assert.equal(taste.recommended, undefined);
  await refused(await get('/arena/me/taste'), 401, /token/);
  await refused(await post('/arena/offers', {}, voter), 409, /nobody has voted/);
  await refused(await get('/arena/trial', voter), 403, /only operators/);
});

test('reports of what was heard have a limit', async () => {
  const hasty = await server.guest('Hasty');
  const { json: ballot } = await post(`/arena/tournaments/${tournament}/ballots`, {}, hasty);
  const answers = await Promise.all(Array.from({ length: 40 }, () => post(`/arena/ballots/${ballot.id}/heard`, { side: 'A', from: 0, to: 0.1 }, hasty)));
  assert.ok(answers.some(({ status }) => status === 429), answers.map(({ status }) => status).join());
});

test('votes become a taste, a rank over all tournaments, and a mix to rate', { timeout: 240_000 }, async () => {
  await judge(voter);
  const seen = (await get(`/arena/tournaments/${tournament}`)).json;
  schema('Tournament', seen);
  // Two were given a pair; one of them has judged the only one that there is.
  assert.equal(seen.participants.began, 2);
  assert.equal(seen.participants.finished, 1);
  assert.ok(seen.participants.interval[0] < 0.5 && seen.participants.interval[1] > 0.5);

  let leaders = (await get('/arena/leaderboard')).json;
  for (let i = 0; i < 100 && leaders.votes === 0; ++i) {
    await pause(200);
    leaders = (await get('/arena/leaderboard')).json;
  }
  schema('Leaderboard', leaders);
  assert.deepEqual(leaders.mixers.map(({ name }) => name).sort(), ['linear@1', 'rules@1 · chill']);
  const [first] = leaders.mixers;
  assert.equal(first.wins, 1);
  assert.ok(first.interval[0] < first.points && first.points < first.interval[1]);
  assert.deepEqual(first.stars, { mean: 5, count: 1 });
  assert.ok(leaders.meanStars.ratings >= 2);

  const taste = (await get('/arena/me/taste', voter)).json;
  schema('MyTaste', taste);
  assert.equal(taste.votes, 1);
  assert.equal(taste.ranking.length, 2);
  assert.ok(taste.leanings.every(({ sure }) => !sure), 'one vote leaves doubts');
  assert.ok(taste.recommended);

  const offered = await post('/arena/offers', {}, voter);
  assert.equal(offered.status, 201, offered.text);
  const offer = offered.json;
  schema('Offer', offer);
  assert.equal((await post('/arena/offers', {}, voter)).json.id, offer.id, 'asking again does not change it');
  await refused(await post(`/arena/offers/${offer.id}/rating`, { stars: 4 }, voter), 409, /0\.0 s were heard/);
  await refused(await post(`/arena/offers/${offer.id}/rating`, { stars: 4 }, host), 404, /ask for the next/);
  await listen(offer.clip.url, `/arena/offers/${offer.id}/heard`, voter);
  await refused(await post(`/arena/offers/${offer.id}/rating`, { stars: 6 }, voter), 400, /1 to 5/);
  assert.equal((await post(`/arena/offers/${offer.id}/rating`, { stars: 4 }, voter)).status, 201);
  await refused(await post('/arena/offers', {}, voter), 409, /rated every mix/);

  const trial = (await get('/arena/trial', host)).json;
  schema('Trial', trial);
  assert.equal(trial.global.assigned + trial.personal.assigned, 1);
  assert.equal(trial.global.ratings + trial.personal.ratings, 1);
  assert.equal(trial.difference, undefined);
});

test('all of it is given and taken off, and survives the death of the process', { timeout: 60_000 }, async () => {
  await server.stop('SIGKILL');
  await server.launch(['--operator', host.playerId]);
  for (let i = 0; i < 100 && !(await get(`/arena/tournaments/${tournament}`)).json.state; ++i) await pause(50);
  const mine = (await get('/arena/me', voter)).json;
  schema('ArenaSelf', mine);
  assert.ok(['global', 'personal'].includes(mine.trial.arm));
  assert.deepEqual(mine.trial.ratings.map(({ stars }) => stars), [4]);
  assert.deepEqual(mine.participations, [{ tournament, finished: true }]);
  assert.equal((await server.api('DELETE', '/arena/me', { token: voter.token })).status, 204);
  const gone = (await get('/arena/me', voter)).json;
  assert.deepEqual([gone.votes, gone.participations, gone.trial, gone.firstSeen], [[], [], null, null]);
  const trial = (await get('/arena/trial', host)).json;
  assert.equal(trial.global.ratings + trial.personal.ratings, 1, 'the stars stay');
  assert.equal((await get(`/arena/tournaments/${tournament}`)).json.participants.finished, 1);
});
