// Networks of their own for tests that need one: a namespace at the other end of a virtual cable.
// WebRTC stacks other than Chromium's do not pair on 127.0.0.1, and a firewall belongs in a network
// that nobody else uses. Needs root and iproute2.
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const link = fileURLToPath(new URL('link.py', import.meta.url));

// Why this machine cannot run such a test, or false. `files` are programs by path or name.
export async function missing(programs, modules = []) {
  if (process.getuid() !== 0) return 'needs root (network namespaces)';
  for (const program of programs) {
    const found = await Promise.any(['/usr/bin', '/usr/sbin', '/sbin', '/bin'].map(async (folder) => {
      await access(`${folder}/${program}`);
    })).then(() => true, () => false);
    if (!found) return `needs ${program}`;
  }
  if (await run('ip', ['netns', 'add', `dju-probe-${process.pid}`]).then(() => false, () => true))
    return 'may not make network namespaces';
  await run('ip', ['netns', 'del', `dju-probe-${process.pid}`]);
  for (const [what, code] of modules) {
    if (await run('/usr/bin/python3', ['-c', code]).then(() => false, () => true)) return `needs ${what}`;
  }
  return false;
}

// What whep_gstreamer.py imports and uses.
export const gstreamer = ['python3-gst-1.0, gir1.2-gst-plugins-bad-1.0, gstreamer1.0-plugins-bad and gstreamer1.0-nice',
  `import gi
gi.require_version("Gst", "1.0"); gi.require_version("GstWebRTC", "1.0"); gi.require_version("GstSdp", "1.0")
from gi.repository import Gst, GstWebRTC, GstSdp
Gst.init(None)
assert all(Gst.ElementFactory.find(name) for name in ("webrtcbin", "nicesrc", "opusdec", "rtpopusdepay", "srtpdec", "dtlsdec"))`];

// What a test must undo, last first, as t.after does not; one that fails does not keep the others.
export function undoing(t) {
  const steps = [];
  t.after(async () => {
    const failures = [];
    for (const step of steps.reverse()) await Promise.resolve().then(step).catch((error) => failures.push(error));
    if (failures.length > 0) throw failures[0];
  });
  return (step) => steps.push(step);
}

// A cable between this machine (10.213.n.1) and a namespace (10.213.n.2).
export class Cable {
  // Of what runs in the namespace.
  deadlineMs = 240000;
  static async lay(number) {
    const cable = new Cable();
    cable.name = `dju${process.pid}-${number}`;
    cable.here = `10.213.${number}.1`;
    cable.there = `10.213.${number}.2`;
    const ends = [`dj${number}h${process.pid % 100000}`, `dj${number}n${process.pid % 100000}`];
    await run('ip', ['netns', 'add', cable.name]);
    await run('ip', ['link', 'add', ends[0], 'type', 'veth', 'peer', 'name', ends[1], 'netns', cable.name]);
    await run('ip', ['addr', 'add', `${cable.here}/24`, 'dev', ends[0]]);
    await run('ip', ['link', 'set', ends[0], 'up']);
    await cable.exec('ip', 'addr', 'add', `${cable.there}/24`, 'dev', ends[1]);
    await cable.exec('ip', 'link', 'set', ends[1], 'up');
    await cable.exec('ip', 'link', 'set', 'lo', 'up');
    return cable;
  }
  // Runs a program in the namespace to its end.
  exec(...command) {
    return run('ip', ['netns', 'exec', this.name, ...command], { timeout: this.deadlineMs });
  }
  spawn(...command) {
    return spawn('ip', ['netns', 'exec', this.name, ...command], { stdio: ['ignore', 'pipe', 'pipe'] });
  }
  // With the namespace goes the cable.
  cut() {
    return run('ip', ['netns', 'del', this.name]);
  }
}

// A long way (link.py) between this machine (10.214.n.1) and a namespace (10.214.n.2).
export class LongWay extends Cable {
  static async open(number, { rtt, jitter = 0, loss = 0 }) {
    const way = new LongWay();
    way.name = `dju${process.pid}-${number}`;
    way.here = `10.214.${number}.1`;
    way.there = `10.214.${number}.2`;
    await run('ip', ['netns', 'add', way.name]);
    way.carrier = spawn('/usr/bin/python3', [link, way.name, `${way.here}/24`, `${way.there}/24`,
      '--rtt', rtt, '--jitter', jitter, '--loss', loss].map(String), { stdio: ['pipe', 'pipe', 'inherit'] });
    await once(way.carrier.stdout, 'data');
    return way;
  }
  // `rtt MS`, `jitter MS`, `loss SHARE` or `cut SECONDS`, from now on.
  change(line) {
    this.carrier.stdin.write(`${line}\n`);
  }
  async close() {
    const gone = once(this.carrier, 'exit');
    this.carrier.stdin.end();
    await gone;
    await this.cut();
  }
}

// Interleaved 32-bit float stereo as [left, right].
export async function readStereo(file) {
  const bytes = await readFile(file);
  const all = new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length >> 2);
  return [0, 1].map((channel) => Float32Array.from({ length: all.length >> 1 }, (_, i) => all[2 * i + channel]));
}

export function decibels(samples) {
  let energy = 0;
  for (const x of samples) energy += x * x;
  return 10 * Math.log10(energy / samples.length + 1e-12);
}

// The share of the energy that lies at `hz`.
export function shareAt(samples, hz) {
  let re = 0;
  let im = 0;
  let energy = 0;
  samples.forEach((x, i) => {
    const phase = (2 * Math.PI * hz * i) / 48000;
    re += x * Math.cos(phase);
    im += x * Math.sin(phase);
    energy += x * x;
  });
  return (2 * (re * re + im * im)) / samples.length / energy;
}

// Levels of 10 ms each.
export function envelope(samples) {
  const levels = [];
  for (let at = 0; at + 480 <= samples.length; at += 480) {
    let energy = 0;
    for (let i = at; i < at + 480; ++i) energy += samples[i] * samples[i];
    levels.push(Math.sqrt(energy / 480));
  }
  return levels;
}

// How alike `part` and the best place of `whole` are, -1 … 1 (Pearson).
export function likeness(part, whole) {
  const mean = (list) => list.reduce((sum, x) => sum + x, 0) / list.length;
  const partMean = mean(part);
  const partEnergy = part.reduce((sum, x) => sum + (x - partMean) ** 2, 0);
  let best = -1;
  for (let at = 0; at + part.length <= whole.length; ++at) {
    const piece = whole.slice(at, at + part.length);
    const pieceMean = mean(piece);
    let product = 0;
    let energy = 0;
    piece.forEach((x, i) => {
      product += (x - pieceMean) * (part[i] - partMean);
      energy += (x - pieceMean) ** 2;
    });
    best = Math.max(best, product / Math.sqrt(energy * partEnergy + 1e-12));
  }
  return best;
}
