// How long the arena's answers take while many people listen and vote at once: each visitor fetches both clips, says
// every two seconds what plays, votes when both were heard, and looks at the tournament every three seconds, as the
// page does. Server and visitors share the machine's cores.
//
//   node bench/arena-load.mjs [--visitors 200] [--seconds 90]
import { randomInt } from 'node:crypto';
import http from 'node:http';
import { parseArgs } from 'node:util';
import { Server } from '../tests/support/server.mjs';
import { conditions, cpuSeconds, line, residentMiB, sleep, spread, writeResults } from './support/measure.mjs';

const { values: options } = parseArgs({
  options: { visitors: { type: 'string', default: '200' }, seconds: { type: 'string', default: '90' } },
});
const visitors = Number(options.visitors);
const seconds = Number(options.seconds);
const kLimitMs = 20;
const kHeardEveryMs = 2000;
const kLookEveryMs = 3000;

const server = await Server.start({ crate: { genres: ['house', 'disco', 'trance'], seconds: 60 } });
const agent = new http.Agent({ keepAlive: true, maxSockets: 200 });
const took = { ballot: [], heard: [], vote: [], tournament: [], clip: [] };
let refused = 0;

/** One request, measured from sending to the last byte. */
function ask(kind, method, path, token, body) {
  return new Promise((resolve, reject) => {
    const text = body === undefined ? undefined : JSON.stringify(body);
    const begin = performance.now();
    const request = http.request(server.url + path, {
      agent,
      method,
      headers: { ...(token ? { authorization: `Bearer ${token}` } : {}), ...(text ? { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) } : {}) },
    }, (response) => {
      const parts = [];
      response.on('data', (part) => parts.push(part));
      response.on('end', () => {
        if (kind) took[kind].push(performance.now() - begin);
        const all = Buffer.concat(parts);
        const isJson = response.headers['content-type']?.includes('json');
        resolve({ status: response.statusCode, json: isJson ? JSON.parse(all) : undefined });
      });
    });
    request.on('error', reject);
    request.end(text);
  });
}

async function prepared() {
  const host = await server.guest('Host');
  const tracks = (await server.api('GET', '/tracks?sort=bpm')).json.tracks.map(({ id }) => id);
  const contestants = [{ model: 'rules@1' }, { model: 'rules@1', preset: 'chill' }, { model: 'rules@1', preset: 'peak-time' }, { model: 'linear@1' }];
  const made = await server.api('POST', '/arena/tournaments', {
    token: host.token,
    body: { name: 'Load', format: 'open', contestants, sets: [tracks.slice(0, 2), tracks.slice(1, 3)], clipSeconds: 60 },
  });
  for (let state = 'preparing'; state === 'preparing'; await sleep(200))
    ({ state } = (await server.api('GET', `/arena/tournaments/${made.json.id}`)).json);
  return made.json.id;
}

async function visit(id, token, until) {
  await sleep(randomInt(kLookEveryMs));
  let looked = 0;
  const look = async () => {
    if (performance.now() - looked < kLookEveryMs) return;
    looked = performance.now();
    await ask('tournament', 'GET', `/api/v1/arena/tournaments/${id}`, token);
  };
  while (performance.now() < until) {
    const { status, json: ballot } = await ask('ballot', 'POST', `/api/v1/arena/tournaments/${id}/ballots`, token, {});
    if (status !== 201) return;
    for (const side of ['A', 'B']) await ask('clip', 'GET', ballot.clips[side].url, token);
    for (const side of ['A', 'B']) {
      for (let at = 0; at < 8; at += kHeardEveryMs / 1000) {
        await sleep(kHeardEveryMs);
        const heard = await ask('heard', 'POST', `/api/v1/arena/ballots/${ballot.id}/heard`, token, { side, from: at, to: at + kHeardEveryMs / 1000 });
        if (heard.status !== 200) ++refused;
        await look();
      }
    }
    const choice = ['A', 'B', 'tie', 'bothBad'][randomInt(4)];
    const vote = await ask('vote', 'POST', `/api/v1/arena/ballots/${ballot.id}/vote`, token, { choice });
    if (vote.status !== 201) ++refused;
  }
}

const id = await prepared();
const guests = [];
for (let i = 0; i < visitors; ++i) guests.push(await server.guest(`Visitor ${i}`));
const cpuBefore = await cpuSeconds(server.process.pid);
const begin = performance.now();
await Promise.all(guests.map(({ token }) => visit(id, token, begin + 1000 * seconds)));
const lasted = (performance.now() - begin) / 1000;
const cpu = ((await cpuSeconds(server.process.pid)) - cpuBefore) / lasted;
const results = { conditions: conditions(), visitors, seconds: lasted, refused, serverCores: cpu, residentMiB: await residentMiB(server.process.pid), ms: {} };
for (const [kind, values] of Object.entries(took)) {
  results.ms[kind] = spread(values);
  line(`${visitors} visitors, ${kind} (${values.length}), p99`, results.ms[kind].p99, 'ms', kind === 'clip' ? undefined : kLimitMs);
}
const all = spread([...took.ballot, ...took.heard, ...took.vote, ...took.tournament]);
results.ms.api = all;
line(`all but clips (${all.count}), p99`, all.p99, 'ms', kLimitMs);
line('refused', refused, 'answers');
line('server', Number(cpu.toFixed(2)), 'cores');
await writeResults('arena-load', results);
agent.destroy();
await server.close();
