// A DJ far away, as a program: hears the stream by GStreamer, knows by the page's own clocks which
// frame that is, and acts upon it. Runs in the namespace at the far end; prints its results as JSON.
//
//   remote-dj.mjs URL TOKEN PLAYER-ID BATTLE-ID TRACK-ID '{"plays": …, "few": …, "moves": …, "presses": …}'
//
// `plays` and `few` of each with and without remote hands; `moves` of a hand that moves on, and single
// `presses`. `heartbeatMs`: a message every so often that keeps the way to the server in use;
// `channel`: whether copies of the commands go over a data channel.
import { spawn } from 'node:child_process';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { io } from 'socket.io-client';

const here = path.dirname(fileURLToPath(import.meta.url));
const web = path.join(here, '../../web');
const BUFFER_MS = 60;
const SETTLE_MS = 5000;
// web/src/app/core/heard-clock.ts
const PROBE_GAP_MS = 120;
const ROUND_MS = 5000;

export const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
// The monotonic clock, which the ears use too.
export const nowMs = () => Number(process.hrtime.bigint()) / 1e6;

// The page's own source, as it runs in the browser.
async function page(file) {
  const { build } = await import(pathToFileURL(path.join(web, 'node_modules/esbuild/lib/main.js')));
  const { outputFiles } = await build({
    entryPoints: [path.join(web, 'src/app/core', file)], bundle: true, format: 'esm', write: false,
  });
  return import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString('base64')}`);
}

class RemoteDj {
  static async join(url, token, playerId, battleId, { heartbeatMs, channel }) {
    const dj = new RemoteDj();
    Object.assign(dj, { playerId, battleId, heartbeatMs, useChannel: channel, latest: null, responses: new Map(), decks: [] });
    const { FrameClock, frameOfPacket } = await page('frame-clock.ts');
    const { ServerClock, PROBES } = await page('server-clock.ts');
    const { CommandChannel } = await page('command-channel.ts');
    dj.copies = new CommandChannel();
    Object.assign(dj, { clock: new FrameClock(), serverClock: new ServerClock(), frameOfPacket, probes: PROBES, syncs: [] });
    dj.socket = io(`${url}/battle`, { transports: ['websocket'], auth: { token }, reconnection: false });
    await new Promise((resolve, reject) => {
      dj.socket.on('connect', resolve);
      dj.socket.on('connect_error', reject);
    });
    dj.socket.on('audio-sync', (sync) => {
      dj.clock.addSync(sync);
      dj.syncs.push(sync);
    });
    dj.socket.on('midi-response', (response) => dj.responses.set(response.seq, response));
    dj.socket.on('deck-state-update', (update) => {
      dj.decks.push(update);
      if (dj.decks.length > 300) dj.decks.shift();
    });
    dj.joined = await dj.ask('join-battle', { battleId, role: 'dj' });
    await dj.listen();
    await dj.settle();
    return dj;
  }

  ask(event, payload) {
    return new Promise((resolve, reject) => {
      this.socket.timeout(10000).emit(event, payload, (error, answer) => (error ? reject(error) : resolve(answer)));
    });
  }

  async listen() {
    this.ears = spawn('/usr/bin/python3', [path.join(here, 'dj_ears.py'), String(BUFFER_MS)], { stdio: ['pipe', 'pipe', 'inherit'] });
    createInterface({ input: this.ears.stdout }).on('line', (line) => {
      const heard = JSON.parse(line);
      if (heard.offer) return void this.negotiate(heard.offer);
      this.clock.measure({ ssrc: heard.ssrc, rtpTimestamp: heard.rtp, atMs: heard.atMs }, 0);
      this.latest = heard;
    });
  }

  async negotiate(offer) {
    const { answer } = await this.ask('request-audio-stream', { battleId: this.battleId, offer, frame: 20 });
    this.ears.stdin.write(`${JSON.stringify({ answer })}\n`);
    if (!this.useChannel) return;
    this.copies.use({ readyState: 'open', bufferedAmount: 0, send: (say) => this.ears.stdin.write(`${JSON.stringify({ say })}\n`) });
  }

  async settle() {
    void this.measure();
    if (this.heartbeatMs) this.beating = setInterval(() => this.socket.emit('ping', 0), this.heartbeatMs);
    while (!this.latest) await wait(50);
    await wait(SETTLE_MS);
    await this.report();
  }

  // As the page does: five pings, a pause, again; what it measures is reported.
  async measure() {
    while (this.socket.connected) {
      for (let i = 0; i < this.probes; ++i) {
        await this.probe();
        await wait(PROBE_GAP_MS);
      }
      if (this.latest) await this.report();
      await wait(ROUND_MS);
    }
  }

  async probe() {
    const sentMs = nowMs();
    const reply = await this.ask('ping', { timestamp: sentMs }).catch(() => null);
    if (!reply) return;
    this.serverClock.add({ sentMs, receivedMs: nowMs(), serverTime: reply.serverTime, frame: reply.frame });
    const now = nowMs();
    const frame = this.serverClock.frameAt(now);
    if (frame !== null) this.clock.setServerFrame(frame, now);
  }

  report() {
    return this.ask('latency-report', { battleId: this.battleId, playoutMs: this.clock.playoutDelayMs() }).catch(() => null);
  }

  // What the page believes to be heard.
  heard() {
    return Math.round(this.clock.heardFrame(nowMs()));
  }
  // What the sink plays in truth: the newest packet, carried on.
  truth(atMs = nowMs()) {
    const own = this.syncs.filter((sync) => sync.ssrc === this.latest.ssrc);
    return this.frameOfPacket(own, this.latest.rtp) + (atMs - this.latest.atMs) * 48;
  }
  // Returns when `frame` is heard; what is heard then in truth.
  async hear(frame) {
    for (;;) {
      const left = (frame - this.truth()) / 48;
      if (left <= 0) return this.truth();
      if (left > 3) await wait(left - 2);
    }
  }

  // A command at this moment, with or without what is heard; as the engine carried it out.
  async act(command, { aware }) {
    const heard = this.truth();
    const claimed = this.heard();
    const sent = nowMs();
    const copied = this.copies.send({ command, ...(aware ? { heard: claimed } : {}) });
    const answer = await this.ask('midi-command', { battleId: this.battleId, playerId: this.playerId, ...copied });
    if (!answer.success) throw new Error(`${JSON.stringify(command)}: ${answer.error}`);
    while (!this.responses.has(answer.seq)) await wait(1);
    return { heard, claimed, ...answer, position: this.responses.get(answer.seq).position, tripMs: nowMs() - sent };
  }

  // Of a steady deck: the next beat that is heard at least `afterMs` from now.
  nextBeat(grid, afterMs, deck = 1) {
    const { frame, decks } = this.decks.at(-1);
    const { positionFrames, rate } = decks[deck];
    const beatFrames = (60 * 48000) / grid.bpm;
    const position = positionFrames + (this.truth() + afterMs * 48 - frame) * rate;
    const beat = Math.ceil((position - grid.anchorSeconds * 48000) / beatFrames);
    return frame + (grid.anchorSeconds * 48000 + beat * beatFrames - positionFrames) / rate;
  }

  // A figure of the decks at `frame`, between the updates before and after.
  at(frame, figure) {
    const after = this.decks.findIndex((update) => update.frame >= frame);
    if (after < 1) return figure(this.decks.at(after < 0 ? -1 : 0));
    const [a, b] = [this.decks[after - 1], this.decks[after]];
    return figure(a) + ((frame - a.frame) / (b.frame - a.frame)) * (figure(b) - figure(a));
  }
  // How far A is ahead of B, in ms, at `frame`.
  lead(frame) {
    return this.at(frame, ({ decks }) => decks[0].positionFrames - decks[1].positionFrames) / 48;
  }
  // How far from its nearest beat a deck is at `frame`, in ms of its track.
  async offBeat(grid, deck, frame) {
    while (this.decks.at(-1).frame < frame) await wait(20);
    const beatFrames = (60 * 48000) / grid.bpm;
    const beats = (this.at(frame, ({ decks }) => decks[deck].positionFrames) - grid.anchorSeconds * 48000) / beatFrames;
    return Math.abs(beats - Math.round(beats)) * (beatFrames / 48);
  }
  async leadNow() {
    const { frame } = this.decks.at(-1);
    while (this.decks.at(-1).frame < frame + 4800) await wait(20);
    return this.lead(frame + 4000);
  }

  leave() {
    clearInterval(this.beating);
    this.ears.stdin.end();
    this.socket.disconnect();
  }
}

// Presses play upon the heard beat. The error: how far the deck is from where it would be, had it
// started at that frame.
async function plays(dj, grid, count, how) {
  const results = [];
  for (let i = 0; i < count; ++i) {
    await dj.act({ control: 'cue', deck: 'A', value: 1 }, { aware: false });
    await dj.act({ control: 'cue', deck: 'A', value: 0 }, { aware: false });
    const cue = grid.anchorSeconds * 48000;
    const beat = dj.nextBeat(grid, 150);
    await dj.hear(beat);
    const done = await dj.act({ control: 'play', deck: 'A', value: 1 }, how);
    const meant = cue + (done.frame - done.heard);
    results.push({
      errorMs: ((done.position ?? cue) - meant) / 48, placedMs: ((done.position ?? cue) - cue - (done.frame - done.claimed)) / 48,
      handMs: (done.heard - beat) / 48, timing: done.timing, tripMs: done.tripMs,
      lateMs: (done.frame - done.heard) / 48,
    });
  }
  return results;
}

// Nudges until 12 ms more are heard, and lets go. The error: what was gained beyond that.
async function nudges(dj, count, how) {
  const results = [];
  for (let i = 0; i < count; ++i) {
    const value = i % 2 === 0 ? 4 : -4;
    const before = await dj.leadNow();
    await dj.act({ control: 'nudge', deck: 'A', value }, how);
    while (Math.abs(dj.lead(dj.truth()) - before) < 12) await wait(4);
    const heard = dj.lead(dj.truth()) - before;
    await dj.act({ control: 'nudge', deck: 'A', value: 0 }, how);
    await wait(1200);
    results.push({ errorMs: (await dj.leadNow()) - before - heard });
  }
  return results;
}

// Corrects the tempo by 1 %. The error: the way that the correction missed.
async function pitches(dj, count, how) {
  const results = [];
  for (let i = 0; i < count; ++i) {
    const value = i % 2 === 0 ? 1 : 0;
    const before = await dj.leadNow();
    const from = dj.decks.at(-1).frame;
    const done = await dj.act({ control: 'rate', deck: 'A', value }, how);
    await wait(1200);
    const until = dj.decks.at(-1).frame;
    const slope = value === 1 ? [0, 0.01] : [0.01, 0];
    const meant = ((done.heard - from) * slope[0] + (until - done.heard) * slope[1]) / 48;
    const start = dj.lead(from);
    results.push({ errorMs: dj.lead(until) - start - meant, before });
  }
  return results;
}

// Cuts upon the heard beat of a deck. The error: how far from a beat the engine carried them out; waitMs:
// how long after what was heard.
async function cuts(dj, grid, count, deck, command, beats) {
  await dj.act({ control: 'mix_quantize', monitor: 'A', value: beats }, { aware: false });
  const results = [];
  for (let i = 0; i < count; ++i) {
    await dj.hear(dj.nextBeat(grid, 150, deck));
    const done = await dj.act({ ...command, value: (i + 1) % 2 }, { aware: true });
    const waitMs = (done.frame - done.heard) / 48;
    const offMs = await dj.offBeat(grid, deck, done.frame);
    results.push({ errorMs: beats > 0 ? offMs : waitMs, waitMs, timing: done.timing });
  }
  return results;
}

// Moves of a hand that change nothing: how many come too late to act as heard, and after how long they
// act.
async function moves(dj, count, everyMs) {
  const under = [];
  for (let i = 0; i < count; ++i) {
    under.push(dj.act({ control: 'nudge', deck: 'A', value: 0 }, { aware: true }));
    await wait(everyMs);
  }
  const done = await Promise.all(under);
  return {
    late: done.filter((move) => move.timing === 'late').length,
    delaysMs: done.map((move) => (move.frame - move.heard) / 48).sort((a, b) => a - b),
  };
}

const [url, token, playerId, battleId, trackId, counts] = process.argv.slice(2);
const { plays: many, few, moves: hands, presses, ...how } = JSON.parse(counts);
const dj = await RemoteDj.join(url, token, playerId, battleId, how);
const track = dj.joined.state.tracks.find((entry) => entry.trackId === trackId);
const { grid } = track;
await dj.act({ control: 'load', deck: 'A', value: 0, trackId }, { aware: false });
await dj.act({ control: 'seek', deck: 'A', value: grid.anchorSeconds * 48000 }, { aware: false });
await dj.act({ control: 'cue', deck: 'A', value: 1 }, { aware: false });
await dj.act({ control: 'cue', deck: 'A', value: 0 }, { aware: false });
const aware = { aware: true };
const bass = { control: 'kill_low', deck: 'A' };
const fader = { control: 'crossfader' };
const blind = { aware: false };
const result = {
  play: { with: await plays(dj, grid, many, aware), without: await plays(dj, grid, few, blind) },
  nudge: { with: await nudges(dj, few, aware), without: await nudges(dj, few, blind) },
  pitch: { with: await pitches(dj, few, aware), without: await pitches(dj, few, blind) },
  bassSwap: { with: await cuts(dj, grid, few, 0, bass, 1), without: await cuts(dj, grid, few, 0, bass, 0) },
  cut: { with: await cuts(dj, grid, few, 1, fader, 1), without: await cuts(dj, grid, few, 1, fader, 0) },
  // As a hand at a fader, and as single presses.
  moves: await moves(dj, hands, 60),
  presses: await moves(dj, presses, 600),
  rttMs: dj.serverClock.rttMs(),
  playoutMs: dj.clock.playoutDelayMs(),
};
dj.leave();
console.log(JSON.stringify(result));
