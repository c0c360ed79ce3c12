// `dju evolve` as an operator uses it: a population, clips to vote on, a round closed by votes, a
// lineage that can be repeated, and a mixer of it that mixes.
import assert from 'node:assert/strict';
import { cp, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { dju, run } from './support/server.mjs';

let folder;
let tracks;

before(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'dju-evolve-'));
  await run(dju, ['demo-tracks', folder, '--genre', 'house', '--per-genre', '2', '--seconds', '40', '--seed', '9']);
  tracks = (await readdir(folder)).filter((name) => name.endsWith('.flac')).sort().map(at);
});
after(async () => {
  await rm(folder, { recursive: true, force: true });
});

const at = (name) => path.join(folder, name);
const evolve = (...args) => run(dju, ['evolve', ...args]);
const lineageOf = async (name) => JSON.parse(await readFile(path.join(at(name), 'lineage.json'), 'utf8'));

async function refused(message, ...args) {
  await assert.rejects(evolve(...args), (error) => {
    assert.equal(error.code, 1, error.stderr);
    assert.match(error.stderr, message);
    return true;
  });
}

/** Everybody against everybody; whoever has the smaller hash wins. */
async function writeVotes(name, { population }) {
  const votes = population.flatMap((a, i) => population.slice(i + 1).map((b, j) => (
    { voter: j, a, b, pair: 0, choice: a < b ? 'a' : 'b' })));
  await writeFile(at(name), JSON.stringify(votes));
  return at(name);
}

test('a round is heard, voted on, closed, and can be repeated', async () => {
  await evolve('start', at('club'), ...tracks, '--population', '4', '--pairs', '1', '--seed', '5', '--lineage', 'club');
  await refused(/there is a lineage already/, 'start', at('club'), ...tracks);
  const founded = await lineageOf('club');
  assert.equal(founded.population.length, 4);

  await evolve('clips', at('club'));
  const clips = await readdir(path.join(at('club'), 'clips', '0'));
  assert.deepEqual(clips.sort(), founded.population.flatMap((id) => [`${id}-0.djlog`, `${id}-0.opus`]).sort());

  await evolve('close', at('club'), await writeVotes('votes.json', founded));
  const closed = await lineageOf('club');
  assert.equal(closed.rounds.length, 1);
  assert.equal(closed.rounds[0].votes.length, 6);
  assert.equal(closed.rounds[0].ratings[0].id, [...founded.population].sort()[0]);
  assert.ok(closed.rounds[0].ratings.every(({ points, low, high }) => low < points && points < high));
  assert.notDeepEqual(closed.population, founded.population);

  assert.match((await evolve('status', at('club'))).stdout, /generation 0: 6 votes[^]*generation 1 is open, with 4 mixers/);
  assert.match((await evolve('verify', at('club'))).stdout, /all 1 rounds follow/);
  await evolve('export', at('club'), '-o', at('champion.json'));
  const { stdout } = await run(dju, ['mix', ...tracks, '-o', at('mix.opus'), '--model', at('champion.json'), '--data-dir', at('none')]);
  assert.ok(stdout.includes(`club@${closed.rounds[0].ratings[0].id}`), stdout);
});

test('a lineage that was changed by hand is found out', async () => {
  await cp(at('club'), at('forged'), { recursive: true });
  const lineage = await lineageOf('forged');
  lineage.rounds[0].votes[0].choice = lineage.rounds[0].votes[0].choice === 'a' ? 'b' : 'a';
  await writeFile(path.join(at('forged'), 'lineage.json'), JSON.stringify(lineage));
  await refused(/generation 0 does not follow from its votes/, 'verify', at('forged'));
  lineage.members[1].model.lengthOctaves = 2;
  await writeFile(path.join(at('forged'), 'lineage.json'), JSON.stringify(lineage));
  await refused(/lineage\.members\[1\]\.id is .* but its model is/, 'status', at('forged'));
});

test('what cannot be evolved is named', async () => {
  await refused(/lineage\.json: cannot be read/, 'status', at('nowhere'));
  await refused(/two tracks or more/, 'start', at('lonely'), tracks[0]);
  await refused(/no such file/, 'start', at('lonely'), tracks[0], at('missing.flac'));
  await writeFile(at('bad.json'), '[{"voter": 1, "a": "x", "b": "y", "pair": 0, "choice": "c"}]');
  await refused(/votes\[0\]\.choice is "c"; there are: a, b, tie, bothBad/, 'close', at('club'), at('bad.json'));
  await writeFile(at('bad.json'), '[]');
  await refused(/no votes/, 'close', at('club'), at('bad.json'));
  await assert.rejects(run(dju, ['mixers', 'compare', 'nobody@1']), (error) => /mixer "nobody@1": there is none/.test(error.stderr));
  await refused(/has none of that name/, 'export', at('club'), 'nobody', '-o', at('x.json'));
});
