// How many live battles one core carries with everything on: the server's real process, all of its threads on one
// core, its clients on the others. In each battle both DJs play a deck with equaliser, two effects and, by default, key
// lock, move controls ten times a second each, get all that their pages draw, and hear their headphones over WebRTC
// beside a spectator who hears the master: three Opus encodes at 128 kbit/s, none shared.
//
//   node bench/capacity.mjs [--battles 4,8,12,14,16] [--seconds 15] [--unlocked] [--core 1]
//
// Battles are added step by step; each step prints what it cost and whether anything came late. A step is clean when
// no block was late, no time was stretched, nothing was lost on the way to encoder, listeners or sockets, no packet came
// more than 20 ms late, and pages got their 30 visual frames a second.
import { execFileSync, spawn } from 'node:child_process';
import { readFile, readdir } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import readline from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Server, openBattle } from '../tests/support/server.mjs';
import { bucketQuantileMs, conditions, cpuSeconds, histogramBetween, residentMiB, round, scrape, sleep, writeResults } from './support/measure.mjs';

const { values: options } = parseArgs({
  options: {
    battles: { type: 'string', default: '4,6,8,10,12,14,16' },
    seconds: { type: 'string', default: '15' },
    unlocked: { type: 'boolean', default: false },
    core: { type: 'string', default: String(os.cpus().length - 1) },
  },
});
const steps = options.battles.split(',').map(Number);
const seconds = Number(options.seconds);
const keylock = options.unlocked ? 0 : 1;
const kAims = { battles: options.unlocked ? 20 : 12, memoryMiB: 40, commandMs: 6 };
const kMovesASecond = 10; // of each DJ
const kVisualsASecond = 30;
const kControls = ['eq_low', 'eq_mid', 'eq_high', 'volume', 'fx_mix_1', 'fx_amount_2'];
const kEcho = 0;
const kReverb = 2;
const listeners = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../build/bench_listeners');

const must = (answer) => {
  if (!answer.success) throw new Error(JSON.stringify(answer));
  return answer;
};

function pin(pid, cores) {
  execFileSync('taskset', ['--all-tasks', '--cpu-list', '--pid', cores, String(pid)], { stdio: 'ignore' });
}

// The master's listener and both headphones', in a process of their own.
class Ears {
  constructor(clients) {
    this.process = spawn(listeners, [String(clients.length)], { stdio: ['pipe', 'pipe', 'inherit'] });
    this.lines = readline.createInterface({ input: this.process.stdout })[Symbol.asyncIterator]();
    this.clients = clients;
  }

  async hear() {
    const { value, done } = await this.lines.next();
    if (done) throw new Error('bench_listeners has ended');
    return JSON.parse(value);
  }
  say(line) {
    this.process.stdin.write(`${line}\n`);
  }

  async join(battleId) {
    for (;;) {
      const { listener, offer, joined } = await this.hear();
      if (joined) return;
      const answer = must(await this.clients[listener].ask('request-audio-stream', { battleId, offer, bitrate: 128, frame: 20 }));
      this.say(JSON.stringify({ answer: answer.answer }));
    }
  }
  begin() {
    this.say('begin');
  }
  async end() {
    this.say('end');
    return this.hear();
  }
  close() {
    this.process.kill();
  }
}

async function openPlayingBattle(server, tracks) {
  const { battle, a, b, c } = await openBattle(server);
  for (const client of [a, b, c]) {
    client.socket.offAny(); // nothing is kept of what is heard for minutes
    client.visuals = 0;
    client.socket.on('visualization-data', () => ++client.visuals);
  }
  const seats = [[a, 'A', tracks[0], 3], [b, 'B', tracks[1], -2.5]];
  for (const [client, deck, track, rate] of seats) {
    const set = async (control, value, extra = { deck }) => must(await client.command(battle.id, { control, value, ...extra }));
    must(await client.command(battle.id, { control: 'load', deck, trackId: track.id }));
    await set('rate', rate);
    await set('keylock', keylock);
    await set('eq_low', 0.4);
    await set('fx_type_1', kEcho);
    await set('fx_type_2', kReverb);
    await set('fx_on_1', 1);
    await set('fx_on_2', 1);
    await set(`headphone_cue_${deck === 'A' ? 2 : 1}`, 1, { monitor: deck });
  }
  must(await a.ask('battle-start', { battleId: battle.id }));
  for (const [client, deck] of seats) must(await client.command(battle.id, { control: 'play', deck, value: 1 }));
  const ears = new Ears([c, a, b]);
  await ears.join(battle.id);

  const timers = [];
  const send = (client, command) =>
    client.socket.emit('midi-command', { battleId: battle.id, playerId: client.guest.playerId, command });
  for (const [client, deck] of seats) {
    // At random times: no rhythm that could lock to the engine's.
    const move = () => {
      send(client, { control: kControls[Math.floor(Math.random() * kControls.length)], deck, value: 0.2 + 0.6 * Math.random() });
      client.hand = setTimeout(move, (Math.random() * 2000) / kMovesASecond);
    };
    move();
    // The tracks are short: back to the start before they end.
    timers.push(setInterval(() => send(client, { control: 'seek', deck, value: 0 }), 25000 + 5000 * Math.random()));
  }
  const close = async () => {
    timers.forEach(clearInterval);
    clearTimeout(a.hand);
    clearTimeout(b.hand);
    await a.ask('battle-end', { battleId: battle.id });
    ears.close();
    for (const client of [a, b, c]) client.close();
  };
  return { battle, a, b, ears, close };
}

const tick = 1 / Number(execFileSync('getconf', ['CLK_TCK']));

// Processor seconds so far of the server's threads, by name.
async function threadSeconds(pid) {
  const sums = {};
  for (const task of await readdir(`/proc/${pid}/task`)) {
    const stat = await readFile(`/proc/${pid}/task/${task}/stat`, 'utf8').catch(() => null);
    if (!stat) continue;
    const name = stat.slice(stat.indexOf('(') + 1, stat.lastIndexOf(')'));
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    sums[name] = (sums[name] ?? 0) + (Number(fields[11]) + Number(fields[12])) * tick;
  }
  return sums;
}

async function measure(server, open) {
  const pid = server.process.pid;
  for (const { ears, a, b } of open) {
    ears.begin();
    a.visuals = b.visuals = 0;
  }
  const [before, cpu, threads, start] = [await scrape(server), await cpuSeconds(pid), await threadSeconds(pid), performance.now()];
  await sleep(seconds * 1000);
  const wall = (performance.now() - start) / 1000;
  const percent = (used) => round((100 * used) / wall, 2);
  const cpuPercent = percent((await cpuSeconds(pid)) - cpu);
  const byThread = Object.fromEntries(
    Object.entries(await threadSeconds(pid)).map(([name, used]) => [name, percent(used - (threads[name] ?? 0))]).filter(([, share]) => share >= 0.1),
  );
  const visuals = Math.min(...open.flatMap(({ a, b }) => [a.visuals, b.visuals])) / wall;
  const after = await scrape(server);
  const heard = await Promise.all(open.map(({ ears }) => ears.end()));
  const grown = (name) => (after.get(name) ?? 0) - (before.get(name) ?? 0);
  const total = (field) => heard.reduce((sum, one) => sum + one[field], 0);
  const lateness = histogramBetween(before, after, 'dju_block_lateness_seconds');
  const commands = histogramBetween(before, after, 'dju_command_latency_seconds');
  const result = {
    battles: open.length,
    seconds: round(wall, 1),
    cpuPercent,
    cpuPercentPerBattle: round(cpuPercent / open.length, 2),
    byThread,
    ticks: lateness.at(-1).count,
    latenessMs: { p50: bucketQuantileMs(lateness, 0.5), p999: bucketQuantileMs(lateness, 0.999), worst: bucketQuantileMs(lateness, 1) },
    lateBlocks: grown('dju_blocks_late_total'),
    lateCauses: Object.fromEntries(['woken', 'held_up', 'work'].map((cause) => [cause, grown(`dju_blocks_late_cause_total{cause="${cause}"}`)])),
    stalls: grown('dju_engine_stalls_total'),
    mediaOverflows: grown('dju_media_overflows'),
    socketOverflows: grown('dju_socket_overflows_total'),
    packets: total('packets'),
    packetsLost: total('lost'),
    packetsLate: total('late'),
    worstPacketMs: round(Math.max(...heard.map((one) => one.worstLateMs)), 1),
    visualsASecond: round(visuals, 1),
    commands: commands.at(-1).count,
    commandMs: { p50: bucketQuantileMs(commands, 0.5), p99: bucketQuantileMs(commands, 0.99) },
  };
  const flaws = ['lateBlocks', 'stalls', 'mediaOverflows', 'socketOverflows', 'packetsLost', 'packetsLate'].filter((name) => result[name] > 0);
  if (visuals < 0.98 * kVisualsASecond) flaws.push('visualsASecond');
  return { ...result, flaws };
}

function print(step) {
  const threads = Object.entries(step.byThread).sort(([, x], [, y]) => y - x).map(([name, share]) => `${name} ${share}`).join(', ');
  console.log(
    `${String(step.battles).padStart(3)} battles: ${step.cpuPercent} % of the core, ${step.cpuPercentPerBattle} each (${threads}); ` +
      `block lateness p99.9 ${step.latenessMs.p999} ms, commands p99 ${step.commandMs.p99} ms of ${step.commands}, ` +
      `latest packet ${step.worstPacketMs} ms, ${step.visualsASecond} visuals a second; ` +
      (step.flaws.length === 0 ? 'clean' : step.flaws.map((name) => `${name} ${step[name]}`).join(', ')) +
      (step.lateBlocks > 0 ? ` (${JSON.stringify(step.lateCauses)})` : ''),
  );
}

async function main() {
  const results = { conditions: { ...conditions(), core: options.core, keylock: Boolean(keylock), kMovesASecond }, aims: kAims, steps: [] };
  const { processor, loadAverage, kernel } = results.conditions;
  console.log(`${processor}, Linux ${kernel}, load ${loadAverage.join(' ')}; server on core ${options.core} alone, clients on the others, ` +
    `loopback, no TLS; key lock ${keylock ? 'on, default voice' : 'off'}; ${seconds} s a step`);
  const others = os.cpus().map((_, core) => String(core)).filter((core) => core !== options.core);
  if (others.length > 0) pin(process.pid, others.join(','));
  const server = await Server.start();
  const open = [];
  try {
    pin(server.process.pid, options.core);
    const { tracks } = (await server.api('GET', '/tracks')).json;
    const warm = await openPlayingBattle(server, tracks); // maps the tracks, makes the tables
    open.push(warm);
    await sleep(2000);
    const resident = await residentMiB(server.process.pid);
    for (const battles of steps) {
      while (open.length < battles) open.push(await openPlayingBattle(server, tracks));
      await sleep(2000);
      const step = await measure(server, open);
      if (battles > 1) step.memoryMiBPerBattle = round(((await residentMiB(server.process.pid)) - resident) / (battles - 1), 2);
      results.steps.push(step);
      print(step);
    }
    const clean = results.steps.filter(({ flaws }) => flaws.length === 0).map(({ battles }) => battles);
    results.battles = Math.max(0, ...clean);
    const last = results.steps.at(-1);
    console.log(`largest clean step: ${results.battles} battles, ${round(results.battles / kAims.battles, 2)} of the aim of ${kAims.battles}`);
    if (last.memoryMiBPerBattle !== undefined)
      console.log(`memory a battle, tracks in common: ${last.memoryMiBPerBattle} MiB, ${round(last.memoryMiBPerBattle / kAims.memoryMiB, 2)} of the limit of ${kAims.memoryMiB}`);
    const half = results.steps.filter(({ battles }) => battles <= results.battles / 2).at(-1);
    if (half)
      console.log(`command to sound at ${half.battles} battles, p99 (at most): ${half.commandMs.p99} ms, ${round(half.commandMs.p99 / kAims.commandMs, 2)} of the limit of ${kAims.commandMs}`);
  } finally {
    for (const battle of open) await battle.close().catch(() => {});
    await server.close();
  }
  await writeResults(keylock ? 'capacity' : 'capacity-unlocked', results);
}

await main();
process.exit(0);
