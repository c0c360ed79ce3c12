// The judge in the booth, on the real server with real playing: who mixes without a common tempo is told
// so and stands worse; the verdict after the end is what `dju judge` finds in the log.
import assert from 'node:assert/strict';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { check, validatorAt } from './support/schemas.mjs';
import { Server, dju, openBattle, run } from './support/server.mjs';

const models = path.join(import.meta.dirname, '../data/models');
let server;
before(async () => {
  server = await Server.start();
});
after(() => server?.close());

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Moves the crossfader over `seconds`, thirty steps a second. */
async function fade(client, battleId, from, to, seconds) {
  const steps = Math.round(30 * seconds);
  for (let i = 0; i <= steps; ++i) {
    await client.command(battleId, { control: 'crossfader', value: from + ((to - from) * i) / steps });
    await pause(1000 / 30);
  }
}

test('the better mix scores better, live and afterwards', { timeout: 120_000 }, async () => {
  const tracks = (await server.api('GET', '/tracks?sort=bpm')).json.tracks;
  const { battle, a, b, c } = await openBattle(server, { name: 'Judged', format: 'back_to_back' });
  const put = (client, deck, control, value, extra = {}) => client.command(battle.id, { control, deck, value, ...extra });
  await a.ask('battle-start', { battleId: battle.id });
  await put(a, 'A', 'load', 0, { trackId: tracks[0].id });
  await put(b, 'B', 'load', 0, { trackId: tracks[1].id });
  await a.command(battle.id, { control: 'crossfader', value: -1 });
  await put(a, 'A', 'play', 1);
  await pause(2000);
  // B does not match the tempos at all.
  await put(b, 'B', 'play', 1);
  await fade(b, battle.id, -1, 1, 6);
  const wreck = await c.until('transition-detected', ({ player }) => player === 'B');
  assert.deepEqual([wreck.fromDeck, wreck.toDeck], ['A', 'B']);
  // A comes back in time, with sync.
  await put(a, 'A', 'play', 0);
  await put(a, 'A', 'sync', 1);
  await put(a, 'A', 'play', 1);
  await pause(500);
  await fade(a, battle.id, 1, -1, 6);
  const back = await c.until('transition-detected', ({ player }) => player === 'A');
  assert.ok(back.score > wreck.score, `${back.score} against ${wreck.score}`);

  const now = await a.until('score-update', ({ frame, winProbabilityA }) => frame > back.end && winProbabilityA !== undefined);
  const alignment = now.scores.map(({ heads }) => heads.find(({ head }) => head === 'beat_alignment').value);
  assert.ok(alignment[0] > alignment[1] + 0.2, `${alignment}`);
  assert.ok(now.scores[0].byHand < 0.5, 'sync is noted');
  assert.ok(now.winProbabilityA > 0.6, `${now.winProbabilityA}`);
  const [said] = await c.until('ai-feedback', ([{ player }]) => player === 'B');
  assert.match(said.text.en, /\d/);
  assert.notEqual(said.text.en, said.text.es);
  for (const event of ['transition-detected', 'score-update', 'ai-feedback'])
    for (const payload of c.of(event)) check(validatorAt('asyncapi.yaml', `/components/messages/${event}/payload`), payload, event);
  // DJs are told the scores more often than spectators.
  assert.ok(a.of('score-update').length > 2 * c.of('score-update').length);
  const late = await server.connect(await server.guest('Late'));
  await late.ask('join-battle', { battleId: battle.id, role: 'spectator' });
  assert.deepEqual(late.of('transition-detected').map(({ id }) => id), ['t-1', 't-2']);

  await c.ask('reaction', { battleId: battle.id, kind: 'fire', heard: back.end });
  await a.ask('battle-end', { battleId: battle.id });
  await c.until('recording-ready');
  assert.ok((await c.ask('vote', { battleId: battle.id, choice: 'B' })).success);
  const { token } = a.guest;
  const judging = await server.api('GET', `/recordings/${battle.id}/verdict`, { token });
  if (judging.status === 202) assert.equal((await server.job(judging.json.id, token)).state, 'done');
  const report = (await server.api('GET', `/recordings/${battle.id}/verdict`)).json;
  check(validatorAt('openapi.yaml', '/components/schemas/Verdict'), report, 'verdict');
  assert.deepEqual(report.battle.votes, { A: 0, B: 1, tie: 0 });
  assert.deepEqual(report.timeline.reactions.map(({ kind, count }) => [kind, count]), [['fire', 1]]);
  // What was said live is what the report says.
  const live = [...new Map(c.of('transition-detected').map((one) => [one.id, one])).values()];
  assert.deepEqual(report.transitions, live);
  assert.deepEqual(report.timeline.feedback, c.of('ai-feedback').flat());

  const log = path.join(server.dataDir, 'recordings', `${battle.id}.djlog`);
  const judge = async (...args) => JSON.parse((await run(dju, ['judge', ...args, '--models', models, '--json'])).stdout);
  const again = await judge(log, '--data-dir', server.dataDir);
  // Beside the telemetry's figures stands what the model hears, here as on the server.
  for (const side of again.battle.scores) {
    assert.match(side.sound.model, /^technical \d+$/);
    assert.ok(side.sound.heads.some(({ head, confidence }) => head === 'beat_alignment' && confidence < 0.9));
  }
  // The version that a verdict names listens again, whichever is in use by then.
  const named = again.battle.scores[0].sound.model.replace(' ', '@');
  assert.deepEqual(await judge(log, '--data-dir', server.dataDir, '--model', named), again);
  await assert.rejects(judge(log, '--data-dir', server.dataDir, '--model', 'technical@99'), /"technical" has no version 99; there are: \d/);
  await assert.rejects(judge(log, '--data-dir', server.dataDir, '--model', 'technical'), /--model technical: NAME@VERSION is expected/);
  const { rubricDocument, ...kept } = report;
  for (const ruling of [kept.battle, ...kept.rounds]) {
    delete ruling.votes;
    delete ruling.crowdShare;
    delete ruling.verdictA;
  }
  assert.deepEqual(again, kept);
  assert.equal(`${rubricDocument.id}-${rubricDocument.version}`, report.rubric);
  // Of a recording nobody knows the hands: the sound alone, and less sure.
  const sound = path.join(server.dataDir, 'sound.flac');
  await run(dju, ['render', log, '--data-dir', server.dataDir, '--out', sound]);
  const twice = await judge(sound, sound);
  assert.equal(twice.probabilityA, 0.5);
  assert.equal(twice.sound.length, 2);
  assert.ok(twice.confidences[0] < 0.6, `${twice.confidences}`);
  for (const client of [a, b, c, late]) client.close();
});
