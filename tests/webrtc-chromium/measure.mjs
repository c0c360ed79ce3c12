// Opens the tone example's page in Chromium and measures what a listener gets: tone, stereo,
// concealment, jitter-buffer delay.   node measure.mjs http://127.0.0.1:32080/ [chromium]
// Speaks the DevTools protocol over a pipe, so that it needs no package.
import {spawn} from 'node:child_process';
import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';

const url = process.argv[2] ?? 'http://127.0.0.1:32080/';
const profile = mkdtempSync(join(tmpdir(), 'tone-'));
const chromium = spawn(process.argv[3] ?? '/usr/bin/chromium', [
  '--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync', '--autoplay-policy=no-user-gesture-required',
  '--remote-debugging-pipe', `--user-data-dir=${profile}`, 'about:blank',
], {stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe']});
const waiting = new Map();
let buffer = '', next = 0;
chromium.stdio[4].on('data', data => {
  buffer += data;
  for (let end; (end = buffer.indexOf('\0')) >= 0; buffer = buffer.slice(end + 1)) {
    const message = JSON.parse(buffer.slice(0, end));
    if (waiting.has(message.id)) waiting.get(message.id)(message);
    waiting.delete(message.id);
  }
});
const call = (method, params = {}, sessionId) => new Promise((resolve, reject) => {
  const id = ++next;
  waiting.set(id, m => (m.error ? reject(new Error(m.error.message)) : resolve(m.result)));
  chromium.stdio[3].write(JSON.stringify({id, method, params, sessionId}) + '\0');
});

const measure = `(async () => {
  await listen(location.search);
  const seconds = s => new Promise(done => setTimeout(done, 1000 * s));
  await new Promise((done, fail) => {
    const timer = setInterval(() => { if (pc.connectionState === 'connected') { clearInterval(timer); done(); } }, 20);
    setTimeout(() => fail(new Error('not connected: ' + pc.connectionState)), 10000);
  });
  const inbound = async () => [...(await pc.getStats()).values()].find(s => s.type === 'inbound-rtp');
  await seconds(4);
  const context = new AudioContext({sampleRate: 48000});
  const splitter = context.createChannelSplitter(2);
  context.createMediaStreamSource(stream).connect(splitter);
  const peaks = [0, 1].map(channel => {
    const analyser = new AnalyserNode(context, {fftSize: 16384, smoothingTimeConstant: 0});
    splitter.connect(analyser, channel);
    return analyser;
  });
  const before = await inbound();
  await seconds(6);
  const after = await inbound();
  const bins = peaks.map(analyser => {
    const values = new Float32Array(analyser.frequencyBinCount);
    analyser.getFloatFrequencyData(values);
    return values.indexOf(Math.max(...values)) * 48000 / 16384;
  });
  const emitted = after.jitterBufferEmittedCount - before.jitterBufferEmittedCount;
  return {left: bins[0], right: bins[1], packets: after.packetsReceived - before.packetsReceived,
          lost: after.packetsLost, concealed: after.concealedSamples - before.concealedSamples,
          jitterBufferMs: 1000 * (after.jitterBufferDelay - before.jitterBufferDelay) / emitted};
})()`;

try {
  const {targetId} = await call('Target.createTarget', {url});
  const {sessionId} = await call('Target.attachToTarget', {targetId, flatten: true});
  await new Promise(done => setTimeout(done, 1500));
  const {result, exceptionDetails} =
      await call('Runtime.evaluate', {expression: measure, awaitPromise: true, returnByValue: true}, sessionId);
  if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
  const heard = result.value;
  console.log(JSON.stringify(heard));
  const good = Math.abs(heard.left - 440) < 6 && Math.abs(heard.right - 1000) < 6 && heard.concealed === 0;
  console.log(good ? 'passed: stereo tone without concealment' : 'FAILED');
  process.exitCode = good ? 0 : 1;
} finally {
  chromium.kill();
  await new Promise(done => chromium.once('exit', done));
  rmSync(profile, {recursive: true, force: true, maxRetries: 5});
}
