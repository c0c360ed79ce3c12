// Listening through TURN, as behind a firewall that lets no UDP to the server through: coturn
// relays, and the network between viewer and server drops everything else.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Cable, decibels, gstreamer, missing, readStereo, shareAt, undoing } from './support/network.mjs';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const viewer = path.join(root, 'tests/support/whep_gstreamer.py');
const tone = process.env.DJU_TONE ?? path.join(root, 'build/tone');
const skip = existsSync(tone) ? await missing(['ip', 'nft', 'turnserver', 'python3'], [gstreamer]) : `needs ${tone}`;
const kHttp = 32480;
const kMedia = 32490;
const kTurn = 32478;

// A program that runs until the test ends.
async function background(later, program, args, ready) {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  later(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill();
    await gone;
  });
  let output = '';
  await new Promise((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (text) => {
        output += text;
        if (ready.test(output)) resolve();
      });
    }
    child.on('error', reject);
    child.on('exit', (code) => reject(new Error(`${program} exited with ${code}: ${output}`)));
  });
}

// Until a TCP port takes connections; coturn opens its UDP port with it.
async function listening(host, port) {
  for (;;) {
    const socket = connect(port, host);
    const open = await new Promise((resolve) => {
      socket.on('connect', () => resolve(true));
      socket.on('error', () => resolve(false));
    });
    socket.destroy();
    if (open) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

for (const [number, transport] of [[71, 'udp'], [72, 'tcp']]) {
  test(`a viewer hears the tone through TURN over ${transport}`, { skip }, async (t) => {
    const later = undoing(t);
    const cable = await Cable.lay(number);
    later(() => cable.cut());
    const folder = await mkdtemp(path.join(tmpdir(), 'dju-turn-'));
    later(() => rm(folder, { recursive: true }));
    await background(later, tone, [String(kHttp), String(kMedia), cable.here], /http:/);
    await background(later, 'turnserver', [
      '-n', '--listening-ip', cable.here, '--relay-ip', cable.here, '--listening-port', String(kTurn),
      '--min-port', '32500', '--max-port', '32599', '--lt-cred-mech', '--realm', 'dju', '--user', 'dj:secret',
      '--no-tls', '--no-dtls', '--no-cli', '--allow-loopback-peers', '--no-multicast-peers', '--log-file', 'stdout',
      '--simple-log', '--db', path.join(folder, 'turn.db'), '--pidfile', path.join(folder, 'turn.pid'),
    ], /auth thread/);
    await listening(cable.here, kTurn);
    // From the viewer's side: HTTP and TURN, nothing else.
    const rules = [
      'add table inet wall',
      'add chain inet wall out { type filter hook output priority 0; policy drop; }',
      'add rule inet wall out oif lo accept',
      `add rule inet wall out tcp dport ${kHttp} accept`,
      `add rule inet wall out ${transport} dport ${kTurn} accept`,
    ].join('\n');
    await cable.exec('nft', rules);

    const file = path.join(folder, 'heard.f32');
    const url = `http://${cable.here}:${kHttp}/whep?frame=20`;
    const turn = `turn://dj:secret@${cable.here}:${kTurn}?transport=${transport}`;
    await cable.exec('/usr/bin/python3', viewer, url, '4', file, turn);
    const [left, right] = (await readStereo(file)).map((samples) => samples.slice(-48000));
    t.diagnostic(`left ${decibels(left).toFixed(1)} dBFS, ${shareAt(left, 440).toFixed(4)} of it at 440 Hz; ` +
      `right ${decibels(right).toFixed(1)} dBFS, ${shareAt(right, 1000).toFixed(4)} at 1 kHz`);
    assert.ok(Math.abs(decibels(left) + 10.97) < 1, `left ${decibels(left)} dBFS, not that of a tone of 0.4`);
    assert.ok(shareAt(left, 440) > 0.98 && shareAt(right, 1000) > 0.98);

    // The wall stands: without TURN nothing comes.
    await assert.rejects(cable.exec('timeout', '8', '/usr/bin/python3', viewer, url, '1', file));
  });
}
