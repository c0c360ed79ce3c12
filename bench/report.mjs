// The eight figures that the platform promises, each with the end points between which it is measured,
// from what the other benchmarks left in build/bench. What has not been run says so.
//   node bench/report.mjs
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { resultsFolder } from './support/measure.mjs';

async function read(name) {
  try {
    return JSON.parse(await readFile(path.join(resultsFolder, `${name}.json`), 'utf8'));
  } catch (error) {
    if (error.code === 'ENOENT') return null;
    throw error;
  }
}

const [latency, chromium, viewers] = await Promise.all(['latency', 'chromium-latency', 'viewers'].map(read));
// viewers.json: {runs: [{battles, viewers, frameMs, cpuPercent, lossPercent}]}.
const viewerRuns = viewers?.runs ?? [];
const crowd = viewerRuns.find(({ battles, frameMs }) => battles === 1 && frameMs === 20);
const manyBattles = latency?.clockwork?.find(({ battles }) => battles >= 10);
const percent = (part, whole) => (100 * part) / whole;

// `value` in the limit's unit; below it is good unless `atLeast`.
const rows = [
  {
    metric: 'audio latency',
    from: 'sample handed to the encoder → rendered in Chromium, loopback, p50',
    value: chromium?.encoderToRender.p50,
    limit: 50,
    unit: 'ms',
  },
  {
    metric: 'command latency',
    from: "command's bytes received → first affected sample queued for encoding, p99",
    value: latency?.command.toSoundMs.p99,
    limit: 20,
    unit: 'ms',
  },
  {
    metric: 'jitter',
    from: 'interarrival jitter (RFC 3550) of the packets at Chromium, loopback',
    value: chromium?.networkJitterMs,
    limit: 5,
    unit: 'ms',
  },
  {
    metric: 'loss',
    from: crowd ? 'packets that did not reach the viewers of a full battle' : 'packets sent by the server, not received by Chromium, loopback',
    value: crowd?.lossPercent ?? (chromium && percent(chromium.packetsLost, chromium.packets + chromium.packetsLost)),
    limit: 0.1,
    unit: '%',
  },
  {
    metric: 'CPU',
    from: `whole server, ${manyBattles?.battles ?? 10} battles, two decks playing and a listener each; of one core`,
    value: manyBattles?.cpuPercent,
    limit: 80,
    unit: '%',
  },
  {
    metric: 'memory a battle',
    from: `growth of resident memory over ${latency?.memory?.battles ?? 20} battles, tracks in common`,
    value: latency?.memory?.perBattleMiB,
    limit: 4096,
    unit: 'MiB',
  },
  {
    metric: 'battles a server',
    from: 'battles played at a time with less than 0.1 % of blocks late',
    value: manyBattles && (percent(manyBattles.lateBlocks, manyBattles.ticks) < 0.1 ? manyBattles.battles : 0),
    limit: 10,
    unit: 'battles',
    atLeast: true,
  },
  {
    metric: 'spectators a battle',
    from: 'DTLS viewers with event sockets on one battle, 20 ms packets',
    value: crowd?.viewers,
    limit: 1000,
    unit: 'viewers',
    atLeast: true,
  },
];

function shown({ value, limit, unit, atLeast }) {
  if (value === undefined || value === null) return ['not run', ''];
  const good = atLeast ? value >= limit : value < limit;
  return [`${Number(value.toFixed(3))} ${unit}`, good ? 'within' : 'MISSED'];
}

console.log('| metric | measured | limit | | between |');
console.log('|---|---|---|---|---|');
for (const row of rows) {
  const [value, verdict] = shown(row);
  console.log(`| ${row.metric} | ${value} | ${row.atLeast ? '≥' : '<'} ${row.limit} ${row.unit} | ${verdict} | ${row.from} |`);
}
for (const [name, results] of Object.entries({ latency, 'chromium-latency': chromium, viewers })) {
  const conditions = results?.conditions;
  if (!results) console.log(`\n${name}: not run`);
  else if (conditions) console.log(`\n${name}: ${conditions.date ?? ''}, ${conditions.processor ?? ''}, load ${conditions.loadAverage?.join(' ') ?? 'unknown'}`);
}
