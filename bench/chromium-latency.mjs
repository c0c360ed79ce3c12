// From a DJ's hand to a DJ's ear in Chromium, on loopback: the built server, a page that joins as a DJ
// over the unmodified socket.io-client and hears its own WebRTC stream.
//   node bench/chromium-latency.mjs [TRIALS=60]     CHROMIUM=/usr/bin/chromium
//
// Command to sound: from emitting the fader's command to its tone leaving the AudioContext's output,
// by the output's own timestamps. Encoder to render: from the engine frame at which the command acted,
// as audio-sync dates it, to the decoded sample in the browser's audio thread (1 ms clocks); encoder to
// output adds what the AudioContext and the machine's sound output hold.
import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Server, dju, run } from '../tests/support/server.mjs';
import { Chromium } from './support/chromium.mjs';
import { conditions, line, round, spread, writeResults } from './support/measure.mjs';

const trials = Number(process.argv[2] ?? 60);
const kLimits = { commandToSoundMs: 90, encoderToRenderMs: 50 };
const kToneSeconds = 120;
const here = path.dirname(fileURLToPath(import.meta.url));

// Mono PCM: 500 Hz at -6 dBFS, no fade, so that the fader alone makes the onset.
function toneWav() {
  const rate = 48000;
  const frames = kToneSeconds * rate;
  const wav = Buffer.alloc(44 + 2 * frames);
  wav.write('RIFF', 0);
  wav.writeUInt32LE(36 + 2 * frames, 4);
  wav.write('WAVEfmt ', 8);
  wav.writeUInt32LE(16, 16);
  wav.writeUInt16LE(1, 20);
  wav.writeUInt16LE(1, 22);
  wav.writeUInt32LE(rate, 24);
  wav.writeUInt32LE(2 * rate, 28);
  wav.writeUInt16LE(2, 32);
  wav.writeUInt16LE(16, 34);
  wav.write('data', 36);
  wav.writeUInt32LE(2 * frames, 40);
  for (let i = 0; i < frames; ++i) wav.writeInt16LE(Math.round(16384 * Math.sin((2 * Math.PI * 500 * i) / rate)), 44 + 2 * i);
  return wav;
}

async function main() {
  const folder = await mkdtemp(path.join(tmpdir(), 'dju-chromium-latency-'));
  const results = { conditions: conditions(), limits: kLimits };
  let server;
  let browser;
  try {
    for (const file of ['index.html', 'page.js', 'onset.js']) await copyFile(path.join(here, 'chromium', file), path.join(folder, file));
    await copyFile(
      path.join(here, '../tests/node_modules/socket.io-client/dist/socket.io.esm.min.js'),
      path.join(folder, 'socket.io.esm.min.js'),
    );
    const music = path.join(folder, 'music');
    await mkdir(music);
    await writeFile(path.join(music, 'tone.wav'), toneWav());
    const dataDir = path.join(folder, 'data');
    await run(dju, ['import', music, '--data-dir', dataDir]);
    server = await Server.start({ dataDir, withTracks: false, args: ['--web-dir', folder] });
    const [track] = (await server.api('GET', '/tracks')).json.tracks;
    const guest = await server.guest('Ada');
    const battle = (await server.api('POST', '/battles', { token: guest.token, body: { name: 'Latency', format: 'back_to_back' } })).json;
    browser = await Chromium.start();
    const page = await browser.open(`${server.url}/index.html`, 'typeof measure === "function"');
    const given = { token: guest.token, playerId: guest.playerId, battleId: battle.id, trackId: track.id, trials };
    const heard = await browser.evaluate(page, `measure(${JSON.stringify(given)})`);

    Object.assign(results, heard, {
      browser: browser.version,
      trials,
      commandToSound: spread(heard.commandToSound),
      encoderToRender: spread(heard.encoderToRender),
      encoderToOutput: spread(heard.encoderToOutput),
      roundTrip: spread(heard.roundTrip),
    });
    const { processor, loadAverage } = results.conditions;
    console.log(`${processor}, load ${loadAverage.join(' ')}; ${browser.version} headless, loopback, 20 ms packets, ${trials} trials`);
    line('command to sound at the output, p50', results.commandToSound.p50, 'ms', kLimits.commandToSoundMs);
    line('command to sound at the output, p95', results.commandToSound.p95, 'ms', kLimits.commandToSoundMs);
    line('encoder to render, p50', results.encoderToRender.p50, 'ms', kLimits.encoderToRenderMs);
    line('encoder to render, p95', results.encoderToRender.p95, 'ms', kLimits.encoderToRenderMs);
    line('encoder to output, p50', results.encoderToOutput.p50, 'ms');
    line('of it: jitter buffer, mean', round(heard.jitterBufferMs, 1), 'ms');
    line('of it: output of the AudioContext', round(heard.outputLatencyMs, 1), 'ms');
    line('acknowledgement, round trip p50', results.roundTrip.p50, 'ms');
    line('interarrival jitter as the receiver reports it', round(heard.networkJitterMs, 2), 'ms');
    line('packets lost', heard.packetsLost, `of ${heard.packets + heard.packetsLost}`);
    line('concealed samples', heard.concealedSamples, '');
  } finally {
    await browser?.close();
    await server?.close();
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
  await writeResults('chromium-latency', results);
}

await main();
