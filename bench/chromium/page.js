// A DJ's page without a picture: joins, hears its stream as the web client does, opens the fader of a
// deck that plays a steady tone, and notes when the tone comes out.
import { io } from './socket.io.esm.min.js';

const kSilence = 0;
const kTone = 1;
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

// As web/src/app/core/audio-stream.ts asks for its stream: stereo, and resends.
function preferMusic(sdp) {
  const opus = /a=rtpmap:(\d+) opus\/48000\/2/i.exec(sdp)[1];
  return sdp
    .replace(new RegExp(`a=fmtp:${opus} ([^\r\n]*)`), (line) => (line.includes('stereo=1') ? line : `${line};stereo=1`))
    .replace(new RegExp(`(a=rtpmap:${opus} [^\r\n]*)`), `$1\r\na=rtcp-fb:${opus} nack`);
}

class Listener {
  // The instrument's own output as short as the browser makes it: the client plays through its <audio>
  // element, and Chromium gives WebRTC its low-latency output there.
  context = new AudioContext({ latencyHint: 0 });

  async start(socket, battleId) {
    await this.context.audioWorklet.addModule('onset.js');
    await this.context.resume();
    this.node = new AudioWorkletNode(this.context, 'onset', { channelCount: 1, channelCountMode: 'explicit' });
    this.node.connect(this.context.destination);
    this.peer = new RTCPeerConnection();
    this.peer.addTransceiver('audio', { direction: 'recvonly' });
    this.peer.ontrack = ({ track }) => {
      const stream = new MediaStream([track]);
      // A remote stream that only feeds WebAudio stays silent.
      document.querySelector('audio').srcObject = stream;
      this.context.createMediaStreamSource(stream).connect(this.node);
    };
    const offer = preferMusic((await this.peer.createOffer()).sdp);
    await this.peer.setLocalDescription({ type: 'offer', sdp: offer });
    const { answer, success, error } = await socket.emitWithAck('request-audio-stream', { battleId, offer });
    if (!success) throw new Error(error);
    this.ssrc = Number(/a=ssrc:(\d+)/.exec(answer)[1]);
    await this.peer.setRemoteDescription({ type: 'answer', sdp: answer });
  }

  /** The next message of the worklet that has `name`. */
  heard(name) {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`nothing heard of: ${name}`)), 5000);
      const listen = ({ data }) => {
        if (data[name] === undefined) return;
        clearTimeout(timer);
        this.node.port.removeEventListener('message', listen);
        resolve(data[name]);
      };
      this.node.port.addEventListener('message', listen);
      this.node.port.start();
    });
  }

  /** When the output plays what has this time in the context, by performance.now(). */
  playedAt(contextSeconds) {
    const { contextTime, performanceTime } = this.context.getOutputTimestamp();
    return performanceTime + (contextSeconds - contextTime) * 1000;
  }

  async jitterBuffer() {
    const inbound = [...(await this.peer.getStats()).values()].find(({ type }) => type === 'inbound-rtp');
    return { delay: inbound.jitterBufferDelay, emitted: inbound.jitterBufferEmittedCount, concealed: inbound.concealedSamples, lost: inbound.packetsLost, received: inbound.packetsReceived, jitter: inbound.jitter };
  }
}

// Milliseconds since the epoch at which the server made an engine frame, by the sync points of our
// stream; both clocks are the machine's.
function serverTimeOf(syncs, frame) {
  const sync = syncs.filter((point) => point.frame <= frame).at(-1) ?? syncs[0];
  return sync.serverTime + (frame - sync.frame) / 48;
}

export async function measure({ token, playerId, battleId, trackId, trials }) {
  const socket = io('/battle', { transports: ['websocket'], auth: { token } });
  await new Promise((resolve, reject) => socket.on('connect', resolve).on('connect_error', reject));
  const ask = async (event, payload) => {
    const answer = await socket.emitWithAck(event, { battleId, ...payload });
    if (!answer.success) throw new Error(`${event}: ${answer.error}`);
    return answer;
  };
  const command = (control, more) => ask('midi-command', { playerId, command: { control, deck: 'A', ...more } });
  const allSyncs = [];
  socket.on('audio-sync', (point) => allSyncs.push(point));
  await ask('join-battle', { role: 'dj' });
  const listener = new Listener();
  await listener.start(socket, battleId);
  await command('load', { trackId });
  await ask('battle-start', {});
  await command('volume', { value: kSilence });
  await command('play', { value: 1 });
  await sleep(4000); // the jitter buffer settles
  const before = await listener.jitterBuffer();
  const commandToSound = [];
  const encoderToRender = [];
  const encoderToOutput = [];
  const roundTrip = [];
  for (let i = 0; i < trials; ++i) {
    await sleep(Math.random() * 50);
    const onset = listener.heard('onset');
    const sent = performance.now();
    const { frame } = await command('volume', { value: kTone });
    roundTrip.push(performance.now() - sent);
    const { time, renderedAt } = await onset;
    const played = listener.playedAt(time);
    commandToSound.push(played - sent);
    const ours = allSyncs.filter(({ ssrc }) => ssrc === listener.ssrc);
    const made = serverTimeOf(ours, frame);
    encoderToRender.push(renderedAt - made);
    encoderToOutput.push(performance.timeOrigin + played - made);
    const silent = listener.heard('silent');
    await command('volume', { value: kSilence });
    await silent;
  }
  const after = await listener.jitterBuffer();
  const { context } = listener;
  return {
    commandToSound,
    encoderToRender,
    encoderToOutput,
    roundTrip,
    jitterBufferMs: (1000 * (after.delay - before.delay)) / (after.emitted - before.emitted),
    networkJitterMs: after.jitter * 1000,
    concealedSamples: after.concealed - before.concealed,
    packets: after.received - before.received,
    packetsLost: after.lost - before.lost,
    baseLatencyMs: context.baseLatency * 1000,
    outputLatencyMs: context.outputLatency * 1000,
    contextRate: context.sampleRate,
  };
}

globalThis.measure = measure;
