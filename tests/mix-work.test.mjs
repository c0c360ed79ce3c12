// Who makes the mixes, and what may happen to them meanwhile: other processes that work, workers and
// servers that are killed, pages that follow, and web hooks, whose servers may hang.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { writeFile, stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { check, validatorAt } from './support/schemas.mjs';
import { Server, dju } from './support/server.mjs';

const kSecret = 'a secret of some length';
let server;
let ada;
let tracks;
const open = [];

before(async () => {
  server = await Server.start({ crate: { genres: ['house', 'disco'], seconds: 60 } });
  await server.stop();
  await writeFile(path.join(server.dataDir, 'open.toml'), 'private_webhooks = true\n');
  await server.launch(['--config', path.join(server.dataDir, 'open.toml')]);
  ada = await server.guest('Ada');
  tracks = (await server.api('GET', '/tracks')).json.tracks.map((track) => track.id);
});
after(async () => {
  for (const each of open) each.close?.();
  await server?.close();
});

const get = (where) => server.api('GET', where, { token: ada.token });
/** Each number is another wish. */
const wish = (number, more = {}) => ({ tracks, parameters: { effects: number / 100 }, ...more });

async function ask(body) {
  const answer = await server.api('POST', '/mixes', { token: ada.token, body });
  assert.equal(answer.status, 202, answer.text);
  return answer.json;
}

/** Looks at a job until `fits` says so; the job then. */
async function jobWhere(id, fits) {
  for (;;) {
    const { json } = await get(`/jobs/${id}`);
    if (fits(json)) return json;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
const ended = (job) => ['done', 'failed', 'cancelled'].includes(job.state);

async function startWorker() {
  const worker = spawn(dju, ['worker', '--data-dir', server.dataDir], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(worker.stdout, 'data');
  return worker;
}

async function end(worker, signal) {
  const gone = once(worker, 'exit');
  worker.kill(signal);
  return gone;
}

/** A server that keeps what it is sent, and answers with what `answer` says; never, if nothing. */
async function listen(answer) {
  const calls = [];
  const hook = createServer((request, response) => {
    let body = '';
    request.on('data', (part) => (body += part));
    request.on('end', () => {
      calls.push({ headers: request.headers, body });
      const status = answer(calls.length);
      if (status) response.writeHead(status).end();
      hook.emit('call');
    });
  });
  hook.listen(0, '127.0.0.1');
  await once(hook, 'listening');
  open.push({ close: () => hook.closeAllConnections() || hook.close() });
  const until = async (count) => {
    while (calls.length < count) await once(hook, 'call');
    return calls;
  };
  return { url: `http://127.0.0.1:${hook.address().port}/hook?key=private`, calls, until };
}

test('a page follows a job by server-sent events', async () => {
  const { job } = await ask(wish(1));
  const response = await fetch(`${server.url}/api/v1/jobs/${job.id}/events?token=${ada.token}`);
  assert.match(response.headers.get('content-type'), /^text\/event-stream/);
  const told = (await response.text()).split('\n\n').filter((event) => event.startsWith('event: job\n'))
    .map((event) => JSON.parse(event.slice('event: job\ndata: '.length)));
  for (const one of told) check(validatorAt('openapi.yaml', '/components/schemas/Job'), one, 'event');
  assert.equal(told.at(-1).state, 'done');
  assert.equal(told.at(-1).progress, 1);
  const other = await server.guest('Bo');
  assert.equal((await server.api('GET', `/jobs/${job.id}/events`, { token: other.token })).status, 403);
});

test('a web hook is signed, tried again, and says nothing but what the mix is', async () => {
  const hook = await listen((call) => (call === 1 ? 503 : 204));
  const { mix } = await ask(wish(2, { webhook: { url: hook.url, secret: kSecret } }));
  const [first, second] = await hook.until(2);
  assert.equal(first.headers['x-dju-delivery'], second.headers['x-dju-delivery']);
  const signed = createHmac('sha256', kSecret).update(`${second.headers['x-dju-timestamp']}.${second.body}`).digest('hex');
  assert.equal(second.headers['x-dju-signature'], `sha256=${signed}`);
  const said = JSON.parse(second.body);
  assert.equal(said.event, 'mix.done');
  assert.equal(said.mix.id, mix.id);
  check(validatorAt('openapi.yaml', '/components/schemas/Mix'), said.mix, 'of the web hook');
  while ((await get(`/mixes/${mix.id}`)).json.webhook.state !== 'delivered');
  assert.deepEqual((await get(`/mixes/${mix.id}`)).json.webhook, { state: 'delivered', tries: 2 });
  const bo = await server.guest('Bo');
  assert.equal((await server.api('GET', `/mixes/${mix.id}`, { token: bo.token })).json.webhook, undefined, 'for its owner only');
  assert.equal(said.mix.webhook, undefined);
  for (const text of [second.body, server.output, (await get(`/mixes/${mix.id}`)).text]) assert.ok(!text.includes(kSecret));
  assert.ok(!server.output.includes('key=private'));
});

test('a web hook that hangs holds up nobody', async () => {
  const hook = await listen(() => null);
  await ask(wish(3, { webhook: { url: hook.url, secret: kSecret } }));
  await hook.until(1);
  const other = await listen(() => 204);
  const { job, mix } = await ask(wish(4, { webhook: { url: other.url, secret: kSecret } }));
  assert.equal((await jobWhere(job.id, ended)).state, 'done');
  await other.until(1);
  assert.equal(JSON.parse(other.calls[0].body).mix.id, mix.id);
  assert.equal(hook.calls.length, 1);
});

test('web hooks lead nowhere that strangers must not call', async () => {
  const refused = async (url, message) => {
    const answer = await server.api('POST', '/mixes', { token: ada.token, body: wish(5, { webhook: { url, secret: kSecret } }) });
    assert.equal(answer.status, 400, answer.text);
    assert.match(answer.json.error.message, message);
  };
  await refused('ftp://example.org/', /mix\.webhook\.url cannot be called: it begins neither with https/);
  await refused('https://ada:pass@example.org/', /holds a user name/);
  await refused('https:///nowhere', /has no host/);
  await refused('https://example.org:99999/', /has a port that is no number/);

  await server.stop();
  await server.launch();
  const hook = await listen(() => 204);
  const { mix } = await ask(wish(6, { webhook: { url: hook.url, secret: kSecret } }));
  // Of this one and of the one that hung, which is tried again.
  const failed = /dju_webhooks_total\{outcome="failed"\} [2-9]/;
  while (!failed.test(await (await fetch(`${server.url}/metrics`)).text()));
  assert.equal(hook.calls.length, 0);
  const told = (await get(`/mixes/${mix.id}`)).json;
  check(validatorAt('openapi.yaml', '/components/schemas/Mix'), told, 'of the owner');
  assert.equal(told.webhook.state, 'failed');
  assert.match(told.webhook.error, /127\.0\.0\.1/);
});

test('a server that is killed loses no job and repeats no finished one', async () => {
  const first = await ask(wish(7));
  await jobWhere(first.job.id, ended);
  const log = path.join(server.dataDir, 'recordings', `${first.mix.id}.djlog.zst`);
  const written = (await stat(log)).mtimeMs;
  const second = await ask(wish(8));
  const third = await ask(wish(9));
  await jobWhere(second.job.id, (job) => job.progress > 0);
  await server.stop('SIGKILL');
  await server.launch();
  for (const { job, mix } of [first, second, third]) {
    assert.equal((await jobWhere(job.id, ended)).state, 'done');
    assert.equal((await get(`/mixes/${mix.id}`)).json.state, 'done');
  }
  assert.equal((await stat(log)).mtimeMs, written);
});

test('a killed worker’s job is taken up by another; a server needs none of its own', async () => {
  await server.stop();
  await server.launch(['--workers', '0']);
  const { job, mix } = await ask(wish(10));
  const waiting = (await get(`/jobs/${job.id}`)).json;
  assert.equal(waiting.state, 'queued');
  assert.equal(waiting.queuePosition, 0);
  const killed = await startWorker();
  await jobWhere(job.id, (now) => now.state === 'running');
  await end(killed, 'SIGKILL');
  assert.equal((await get(`/jobs/${job.id}`)).json.state, 'running', 'nobody knows yet');
  const worker = await startWorker();
  try {
    assert.equal((await jobWhere(job.id, ended)).state, 'done');
    assert.equal((await get(`/mixes/${mix.id}`)).json.state, 'done');
    // A running job of another process is cancelled, too.
    const unwanted = await ask(wish(11));
    await jobWhere(unwanted.job.id, (now) => now.state === 'running');
    await server.api('POST', `/jobs/${unwanted.job.id}/cancel`, { token: ada.token });
    assert.ok(['cancelled', 'done'].includes((await jobWhere(unwanted.job.id, ended)).state));
  } finally {
    const [code] = await end(worker, 'SIGTERM');
    assert.equal(code, 0);
  }
});
