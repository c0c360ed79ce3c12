// What is left of a long way between a DJ and the decks, and how many commands a lossy way delays beyond
// the bound of docs/protocol.md. Several ways are played at a time: hardly any of it is computing.
//
//   node bench/remote-hands.mjs [--rtt 20,80,200,400] [--jitter 10] [--loss 0.01] [--plays 200] [--few 20]
//        [--moves 3000] [--presses 1000] [--heartbeat MS] [--channel yes|no] [--network 101]
//
// Needs what tests/remote-hands.test.mjs needs (root, GStreamer). The ways are the networks 10.214.101.0/24 and
// following. What the errors are: docs/benchmarks.md.
import { parseArgs } from 'node:util';
import { cannotPlayFromAfar, farAway, playFromAfar } from '../tests/support/far-away.mjs';
import { conditions, quantile, round, writeResults } from './support/measure.mjs';

const { values } = parseArgs({
  options: Object.fromEntries(
    Object.entries({ rtt: '20,80,200,400', jitter: '10', loss: '0.01', plays: '200', few: '20', moves: '3000', presses: '1000', heartbeat: '0', channel: 'yes', network: '101' })
      .map(([name, value]) => [name, { type: 'string', default: value }]),
  ),
});
const numberOf = (name) => Number(values[name]);
// Both decks play on until the last of a round, on tracks of at most twenty minutes.
const kTrackSeconds = 1200;
const kBeginning = 180;
const whole = 4 * numberOf('plays') + 25 * numberOf('few') + 0.08 * numberOf('moves') + 0.7 * numberOf('presses');
const rounds = Math.ceil(whole / (kTrackSeconds - kBeginning));
const inRound = (name) => Math.ceil(numberOf(name) / rounds);
const counts = { plays: inRound('plays'), few: inRound('few'), moves: inRound('moves'), presses: inRound('presses'),
  heartbeatMs: numberOf('heartbeat'), channel: values.channel === 'yes' };
const crate = { genres: ['house'], seconds: Math.min(kTrackSeconds, Math.ceil(kBeginning + whole / rounds)) };

function merged(results) {
  const [first, ...others] = results;
  const join = (field) => results.flatMap((result) => field(result));
  const all = { rttMs: first.rttMs, playoutMs: first.playoutMs };
  for (const what of Object.keys(first).filter((name) => first[name]?.with)) {
    all[what] = { with: join((result) => result[what].with), without: join((result) => result[what].without) };
  }
  for (const what of ['moves', 'presses']) {
    all[what] = { late: others.reduce((sum, result) => sum + result[what].late, first[what].late), delaysMs: join((result) => result[what].delaysMs) };
  }
  return all;
}

const errors = (list) => {
  const sizes = list.map(({ errorMs }) => Math.abs(errorMs));
  return { count: sizes.length, median: round(quantile(sizes, 0.5), 1), p95: round(quantile(sizes, 0.95), 1), worst: round(quantile(sizes, 1), 1) };
};

function summary({ rttMs, playoutMs, moves, presses, ...trials }) {
  const result = { rttMs: round(rttMs, 1), playoutMs: round(playoutMs, 1) };
  for (const [what, { with: aware, without }] of Object.entries(trials)) {
    // What came beyond the bound acts on arrival and is counted apart.
    const late = aware.filter(({ timing }) => timing === 'late').length;
    result[what] = { with: errors(aware.filter(({ timing }) => timing !== 'late')), late, without: errors(without) };
  }
  for (const [what, { late, delaysMs }] of Object.entries({ moves, presses })) {
    result[what] = { count: delaysMs.length, late, p50: round(quantile(delaysMs, 0.5), 0), p99: round(quantile(delaysMs, 0.99), 0),
      p999: round(quantile(delaysMs, 0.999), 0), worst: round(quantile(delaysMs, 1), 0) };
  }
  return result;
}

function print(rtt, result) {
  console.log(`round trip ${rtt} ms (measured ${result.rttMs}), engine to ear ${result.playoutMs} ms`);
  for (const [what, figure] of Object.entries(result)) {
    if (figure.with) {
      const list = ({ count, median, p95, worst }) => `median ${median}, p95 ${p95}, worst ${worst} ms of ${count}`;
      console.log(`  ${what.padEnd(9)} ${list(figure.with)}; ${figure.late} beyond the bound; without: ${list(figure.without)}`);
    } else if (figure.count) {
      console.log(`  ${what.padEnd(9)} ${figure.late} of ${figure.count} beyond the bound; heard to acted: ` +
        `median ${figure.p50}, 99 % within ${figure.p99}, 99.9 % within ${figure.p999}, all within ${figure.worst} ms`);
    }
  }
}

async function playRound(rtt, number) {
  const steps = [];
  try {
    const way = { rtt, jitter: numberOf('jitter'), loss: numberOf('loss') };
    const battle = await farAway((step) => steps.push(step), number, way, crate);
    // Nobody reads what they are told.
    for (const client of [battle.b, battle.c]) client.socket.offAny();
    battle.link.deadlineMs = crate.seconds * 1000;
    return await playFromAfar(battle, counts);
  } finally {
    for (const step of steps.reverse()) await Promise.resolve().then(step).catch((error) => console.error(error.message));
  }
}

async function play(rtt, number) {
  const results = [];
  while (results.length < rounds) results.push(await playRound(rtt, number));
  const result = summary(merged(results));
  print(rtt, result);
  return [rtt, result];
}

const lacking = await cannotPlayFromAfar();
if (lacking) throw new Error(lacking);
const before = conditions();
console.log(`${before.processor}, load ${before.loadAverage.join(' ')}; ${values.jitter} ms jitter, ${Number(values.loss) * 100} % loss each way, heartbeat ${values.heartbeat} ms, data channel: ${values.channel}`);
const ways = await Promise.all(values.rtt.split(',').map((rtt, i) => play(Number(rtt), numberOf('network') + i)));
await writeResults(`remote-hands-${values.heartbeat}-${values.channel}`, { before, after: conditions(), way: values, byRtt: Object.fromEntries(ways) });
process.exit(0);
