// A mixer that evolved is a file; in a server's data folder it mixes for everybody: plans, mixes and tournaments by
// its name, and clear words where the file is missing, broken or another one.
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { dju, run, Server } from './support/server.mjs';

let folder;
let server;
let guest;
let tracks;
let name;

before(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'dju-evolved-'));
  server = await Server.start();
  guest = await server.guest('Host');
  tracks = (await server.api('GET', '/tracks?sort=bpm')).json.tracks.map(({ id }) => id).slice(0, 2);
  const file = path.join(folder, 'cutter.json');
  await writeFile(file, JSON.stringify({ schema: 'dju-mixer', version: 1, lineage: 'cutter', styleCost: { cut: -2, fade: 2 }, lengthOctaves: -2 }));
  const { stdout } = await run(dju, ['mixers', 'add', file, '--data-dir', server.dataDir]);
  name = /cutter@[0-9a-f]{12}/.exec(stdout)[0];
});
after(async () => {
  await server?.close();
  await rm(folder, { recursive: true, force: true });
});

const plan = (model) => server.api('POST', '/mixes/plan', { token: guest.token, body: { tracks, model } });

test('it is offered, plans, mixes and enters a tournament', { timeout: 120_000 }, async () => {
  assert.ok((await server.api('GET', '/mixer')).json.models.includes(name));
  const planned = await plan(name);
  assert.equal(planned.status, 200, planned.text);
  assert.equal(planned.json.plan.model, name);
  assert.notDeepEqual(planned.json.plan.transitions[0].genome, (await plan('rules@1')).json.plan.transitions[0].genome);

  const made = await server.api('POST', '/mixes', { token: guest.token, body: { tracks, model: name } });
  assert.equal(made.status, 202, made.text);
  assert.equal((await server.job(made.json.job.id, guest.token)).state, 'done');

  const tournament = await server.api('POST', '/arena/tournaments', {
    token: guest.token,
    body: { name: 'New blood', format: 'single', contestants: [{ model: name }, { model: 'rules@1' }], sets: [tracks], clipSeconds: 20 },
  });
  assert.equal(tournament.status, 201, tournament.text);
  for (;;) {
    const { json } = await server.api('GET', `/arena/tournaments/${tournament.json.id}`);
    if (json.state === 'preparing') {
      await new Promise((resolve) => setTimeout(resolve, 100));
      continue;
    }
    assert.equal(json.clips.failed, 0, JSON.stringify(json.clips));
    assert.equal(json.contestants[0].model, name);
    break;
  }
  const { stdout } = await run(dju, ['mix', ...tracks, '-o', path.join(folder, 'mix.opus'), '--model', name, '--data-dir', server.dataDir]);
  assert.ok(stdout.includes(name), stdout);
});

test('what is missing, broken or another one is named', async () => {
  const mixers = path.join(server.dataDir, 'mixers');
  await mkdir(mixers, { recursive: true });
  const refused = async (model, status, message) => {
    for (const answer of [
      await plan(model),
      await server.api('POST', '/arena/tournaments', {
        token: guest.token,
        body: { name: 'No', format: 'single', contestants: [{ model }, { model: 'rules@1' }], sets: [tracks] },
      }),
    ]) {
      assert.equal(answer.status, status, answer.text);
      assert.match(answer.json.error.message, message);
    }
  };
  await refused('cutter@0123456789ab', 404, /there is no mixers\/cutter@0123456789ab\.json in the data folder/);
  await refused('nobody@1', 404, /there are rules@1, linear@1, sum@1/);
  await refused('../mixers/x@0123456789ab', 404, /there are rules@1/);
  await writeFile(path.join(mixers, 'cutter@0123456789ab.json'), await readFile(path.join(mixers, `${name}.json`)));
  await refused('cutter@0123456789ab', 503, new RegExp(`its file holds ${name}`));
  await writeFile(path.join(mixers, 'torn@0123456789ab.json'), '{"schema": "dju-mixer", "ver');
  await refused('torn@0123456789ab', 503, /its file holds no mixer model: .*JSON/);
  const wrong = path.join(folder, 'wrong.json');
  await writeFile(wrong, '{}');
  await assert.rejects(run(dju, ['mixers', 'add', wrong, '--data-dir', server.dataDir]), /wrong\.json: /);
});
