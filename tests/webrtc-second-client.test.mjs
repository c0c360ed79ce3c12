// A battle as GStreamer hears it: a WebRTC implementation that shares no code with browsers or with
// ours, at the other end of a network, listens to the master while a track plays.
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Cable, decibels, envelope, gstreamer, likeness, missing, readStereo, undoing } from './support/network.mjs';
import { Server, openBattle, run } from './support/server.mjs';

const viewer = path.join(path.dirname(fileURLToPath(import.meta.url)), 'support/whep_gstreamer.py');
const skip = await missing(['ip', 'python3', 'ffmpeg'], [gstreamer]);

for (const [number, query] of [[61, 'frame=60'], [62, 'frame=20&bitrate=256']]) {
  test(`GStreamer hears the track that plays (${query})`, { skip }, async (t) => {
    const later = undoing(t);
    const cable = await Cable.lay(number);
    later(() => cable.cut());
    const folder = await mkdtemp(path.join(tmpdir(), 'dju-gst-'));
    later(() => rm(folder, { recursive: true }));
    const server = await Server.start({
      args: ['--listen', '127.0.0.1', '--listen', cable.here, '--public-address', cable.here],
    });
    later(() => server.close());
    const track = (await server.api('GET', '/tracks')).json.tracks[0];
    const { battle, a, b, c } = await openBattle(server);
    later(() => [a, b, c].forEach((client) => client.close()));
    assert.ok((await a.command(battle.id, { control: 'load', deck: 'A', trackId: track.id })).success);
    assert.ok((await a.ask('battle-start', { battleId: battle.id })).success);
    assert.ok((await a.command(battle.id, { control: 'crossfader', value: 0 })).success);
    assert.ok((await a.command(battle.id, { control: 'play', deck: 'A', value: 1 })).success);

    const file = path.join(folder, 'heard.f32');
    const url = `http://${cable.here}:${new URL(server.url).port}/api/v1/battles/${battle.id}/stream?${query}`;
    await cable.exec('/usr/bin/python3', viewer, url, '6', file);

    const original = path.join(folder, 'track.f32');
    const source = await fetch(`${server.url}/api/v1/tracks/${track.id}/audio`, {
      headers: { authorization: `Bearer ${a.guest.token}` },
    });
    assert.equal(source.status, 200);
    await writeFile(path.join(folder, 'track'), Buffer.from(await source.arrayBuffer()));
    await run('ffmpeg', ['-v', 'error', '-i', path.join(folder, 'track'), '-f', 'f32le', '-ar', '48000', '-ac', '2', original]);
    const heard = await readStereo(file);
    const played = await readStereo(original);
    for (const [channel, samples] of heard.entries()) {
      assert.ok(decibels(samples) > -40, `channel ${channel}: ${decibels(samples).toFixed(1)} dBFS`);
      // By pieces: on a busy machine a stall of the server shifts what follows it.
      const whole = envelope(played[channel]);
      const alike = Math.max(...[1, 2, 3, 4].map((second) =>
        likeness(envelope(samples.slice(48000 * second, 48000 * (second + 2))), whole)));
      t.diagnostic(`channel ${channel}: ${decibels(samples).toFixed(1)} dBFS, likeness to the track ${alike.toFixed(3)}`);
      assert.ok(alike > 0.9, `channel ${channel} is not the track: likeness ${alike}`);
    }
  });
}
