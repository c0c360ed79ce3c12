// How soon the built server does what it is told, how regularly it renders, and what a battle costs.
// The server is the real process, its clients are the unmodified socket.io-client in this process, on
// the same machine.   node bench/latency.mjs [COMMANDS=2000] [SECONDS=10]
//
// Command to sound: from the command's bytes being taken up by the server to its first affected sample
// being queued for encoding, as the server itself counts it (dju_command_latency_seconds).
import http from 'node:http';
import { Server, openBattle } from '../tests/support/server.mjs';
import {
  bucketQuantileMs,
  conditions,
  cpuSeconds,
  histogramBetween,
  line,
  residentMiB,
  round,
  scrape,
  sleep,
  spread,
  writeResults,
} from './support/measure.mjs';

const commands = Number(process.argv[2] ?? 2000);
const seconds = Number(process.argv[3] ?? 10);
const kManyBattles = 10;
const kMemoryBattles = 20;
const kRequests = 500;
const kLimits = { commandMs: 8, commandFloorMs: 20, apiMs: 10, apiFloorMs: 100 };
const kControls = ['eq_low', 'eq_mid', 'eq_high', 'volume', 'trim'];

const must = (answer) => {
  if (!answer.success) throw new Error(JSON.stringify(answer));
  return answer;
};

// Both decks loaded and playing, the master heard by one listener over HTTP.
async function openPlayingBattle(server, tracks) {
  const open = await openBattle(server);
  const { battle, a, b } = open;
  must(await a.command(battle.id, { control: 'load', deck: 'A', trackId: tracks[0].id }));
  must(await b.command(battle.id, { control: 'load', deck: 'B', trackId: tracks[1].id }));
  must(await a.ask('battle-start', { battleId: battle.id }));
  must(await a.command(battle.id, { control: 'play', deck: 'A', value: 1 }));
  must(await b.command(battle.id, { control: 'play', deck: 'B', value: 1 }));
  const listener = http.get(`${server.url}/api/v1/battles/${battle.id}/listen.ogg`, { agent: false }, (answer) => answer.resume());
  listener.on('error', () => {}); // its end comes with the battle's
  // The tracks are short: back to the start before they end.
  const rewind = setInterval(() => {
    for (const [client, deck] of [[a, 'A'], [b, 'B']]) {
      client.socket.emit('midi-command', { battleId: battle.id, playerId: client.guest.playerId, command: { control: 'seek', deck, value: 0 } });
    }
  }, 15000);
  const close = async () => {
    clearInterval(rewind);
    listener.destroy();
    await a.ask('battle-end', { battleId: battle.id });
    for (const client of [a, b, open.c]) client.close();
  };
  return { ...open, close };
}

async function commandLatency(server, { battle, a, b }) {
  const before = await scrape(server);
  const roundTrips = [];
  // Each DJ at random times, 10 ms apart on average: no rhythm that could lock to the engine's.
  const hands = async (client, deck, count) => {
    const answers = [];
    for (let i = 0; i < count; ++i) {
      await sleep(Math.random() * 20);
      const control = kControls[Math.floor(Math.random() * kControls.length)];
      const sent = performance.now();
      answers.push(
        client.command(battle.id, { control, deck, value: Math.random() }).then((answer) => {
          must(answer);
          roundTrips.push(performance.now() - sent);
        }),
      );
    }
    await Promise.all(answers);
  };
  const half = Math.ceil(commands / 2);
  await Promise.all([hands(a, 'A', half), hands(b, 'B', half)]);
  const buckets = histogramBetween(before, await scrape(server), 'dju_command_latency_seconds');
  return {
    commands: buckets.at(-1).count,
    toSoundMs: { p50: bucketQuantileMs(buckets, 0.5), p99: bucketQuantileMs(buckets, 0.99), worst: bucketQuantileMs(buckets, 1) },
    roundTripMs: spread(roundTrips),
  };
}

// Regularity of rendering and cost, over `seconds` of playing.
async function clockwork(server, battles) {
  const pid = server.process.pid;
  const before = await scrape(server);
  const cpu = await cpuSeconds(pid);
  const start = performance.now();
  await sleep(seconds * 1000);
  const wall = (performance.now() - start) / 1000;
  const percent = (100 * ((await cpuSeconds(pid)) - cpu)) / wall;
  const after = await scrape(server);
  const buckets = histogramBetween(before, after, 'dju_block_lateness_seconds');
  const grown = (name) => after.get(name) - before.get(name);
  return {
    battles,
    seconds: round(wall, 1),
    ticks: buckets.at(-1).count,
    latenessMs: { p50: bucketQuantileMs(buckets, 0.5), p999: bucketQuantileMs(buckets, 0.999) },
    lateBlocks: grown('dju_blocks_late_total'),
    stalls: grown('dju_engine_stalls_total'),
    cpuPercent: round(percent, 1),
    cpuPercentPerBattle: round(percent / battles, 2),
  };
}

// Until the last byte of the answer.
async function timedGet(agent, url, token, expected) {
  const start = performance.now();
  const { status, text } = await new Promise((resolve, reject) => {
    const request = http.get(url, { agent, headers: { authorization: `Bearer ${token}` } }, (answer) => {
      const parts = [];
      answer.on('data', (part) => parts.push(part));
      answer.on('end', () => resolve({ status: answer.statusCode, text: Buffer.concat(parts) }));
    });
    request.on('error', reject);
  });
  const ms = performance.now() - start;
  if (status !== expected) throw new Error(`GET ${url}: ${status} instead of ${expected}: ${text.subarray(0, 300)}`);
  return ms;
}

// Every GET that reads what is there: no rendering, no analysis.
async function endpoints(server, tracks, battleId, { token, id: recording, jobId }) {
  const track = `/tracks/${tracks[0].id}`;
  const api = ['/me', '/tracks', '/tracks?q=a&sort=bpm', track, `${track}/cover`, `${track}/waveform`, `${track}/grid`, '/crates',
    `/jobs/${jobId}`, '/battles', `/battles/${battleId}`, '/recordings', `/recordings/${recording}`, `/recordings/${recording}/log`,
    '/controls', '/ice'].map((name) => `/api/v1${name}`);
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
  const results = [];
  for (const target of [...api, '/health', '/ready', '/metrics']) {
    const expected = target.endsWith('/cover') ? 404 : 200; // synthesised tracks have none
    const times = [];
    for (let i = 0; i < kRequests; ++i) times.push(await timedGet(agent, server.url + target, token, expected));
    const name = target.replace(/^\/api\/v1/, '').replaceAll(/\/[0-9A-Za-z_-]{16,}/g, '/ID');
    results.push({ endpoint: `GET ${name}`, status: expected, ms: spread(times) });
  }
  agent.destroy();
  return results;
}

// A battle that has ended, so that there is a recording and a job.
async function makeRecording(server, tracks) {
  const played = await openPlayingBattle(server, tracks);
  await sleep(1000);
  await played.close();
  const { token } = played.a.guest;
  const id = played.battle.id;
  while ((await server.api('GET', `/recordings/${id}`)).status !== 200) await sleep(50);
  const job = (await server.api('POST', `/recordings/${id}/verify`, { token })).json;
  await server.job(job.id, token);
  return { id, jobId: job.id, token };
}

async function main() {
  const results = { conditions: conditions(), limits: kLimits };
  const { processor, loadAverage, kernel } = results.conditions;
  console.log(`${processor}, Linux ${kernel}, load ${loadAverage.join(' ')}; server and clients on one machine, loopback, no TLS`);
  const server = await Server.start();
  try {
    const { tracks } = (await server.api('GET', '/tracks')).json;
    const recording = await makeRecording(server, tracks);

    const pid = server.process.pid;
    const first = await openPlayingBattle(server, tracks);
    await sleep(1000);
    results.command = await commandLatency(server, first);
    line(`command to sound, p50 of ${results.command.commands} (at most)`, results.command.toSoundMs.p50, 'ms');
    line('command to sound, p99 (at most)', results.command.toSoundMs.p99, 'ms', kLimits.commandMs);
    line('acknowledgement, round trip p50', results.command.roundTripMs.p50, 'ms');
    line('acknowledgement, round trip p99', results.command.roundTripMs.p99, 'ms');

    results.api = await endpoints(server, tracks, first.battle.id, recording);
    for (const { endpoint, ms } of results.api) line(`${endpoint}, p99 of ${ms.count}`, ms.p99, 'ms', kLimits.apiMs);

    results.clockwork = [await clockwork(server, 1)];
    const open = [first];
    while (open.length < kManyBattles) open.push(await openPlayingBattle(server, tracks));
    await sleep(1000);
    results.clockwork.push(await clockwork(server, kManyBattles));
    for (const run of results.clockwork) {
      const battles = `${run.battles} battle${run.battles > 1 ? 's' : ''}`;
      line(`lateness of blocks, ${battles}, p99.9 of ${run.ticks} ticks (at most)`, run.latenessMs.p999, 'ms', 5);
      line(`late blocks, ${battles}`, run.lateBlocks, '');
      line(`processor per battle, ${battles}, two decks and a listener`, run.cpuPercentPerBattle, '% of a core');
    }

    const residentBefore = await residentMiB(pid);
    const more = [];
    while (more.length < kMemoryBattles) more.push(await openPlayingBattle(server, tracks));
    await sleep(1000);
    const grown = (await residentMiB(pid)) - residentBefore;
    results.memory = { battles: kMemoryBattles, grownMiB: round(grown, 1), perBattleMiB: round(grown / kMemoryBattles, 2) };
    line(`memory per battle, growth over ${kMemoryBattles}, tracks in common`, results.memory.perBattleMiB, 'MiB');
    for (const battle of [...open, ...more]) await battle.close();
  } finally {
    await server.close();
  }
  await writeResults('latency', results);
}

await main();
process.exit(0);
