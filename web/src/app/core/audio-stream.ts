// The sound of a battle: one WebRTC stream (the master, or a DJ's blend with the headphones), played
// by an <audio> element, since a remote stream that only feeds WebAudio stays silent. An AudioContext
// beside it analyses and tells the output's latency. Where UDP does not pass, Ogg Opus over HTTP.

import { Injectable, OnDestroy, signal } from '@angular/core';
import { CHANNEL_OPTIONS } from './command-channel';
import type { PlayedPacket } from './frame-clock';

/** Fast: as soon as it arrives, for hands on the decks. Smooth: later, without gaps on a bad network. */
export type Playout = 'fast' | 'smooth';
export type AudioState = 'off' | 'connecting' | 'live' | 'http' | 'failed';

export interface AudioSource {
  iceServers(): Promise<RTCIceServer[]>;
  /** Sends the offer, resolves with the answer. */
  negotiate(offer: string): Promise<string>;
  /** Takes the data channel of a new connection, or null when it ends; without this there is none. */
  channel?(channel: RTCDataChannel | null): void;
  /** Address of the stream over HTTP. */
  httpUrl(): string;
}

const CONNECT_MS = 8000;
const DISCONNECTED_MS = 2000;
/** Attempts over WebRTC before sound comes over HTTP. */
const ATTEMPTS = 3;
const VOLUME_KEY = 'dju.volume';
const PLAYOUT_KEY = 'dju.playout';
const DELAY_KEY = 'dju.outputDelay';
/** What a smooth listener's jitter buffer holds; a fast one's as little as the network allows. */
const SMOOTH_MS = 200;

/** Asks for stereo and resends: Chromium decodes mono and never asks again unless its offer says so. */
export function preferMusic(sdp: string): string {
  const opus = /a=rtpmap:(\d+) opus\/48000\/2/i.exec(sdp)?.[1];
  if (!opus) return sdp;
  const fmtp = new RegExp(`a=fmtp:${opus} ([^\r\n]*)`);
  let munged = fmtp.test(sdp)
    ? sdp.replace(fmtp, (line, parameters: string) => (parameters.includes('stereo=1') ? line : `${line};stereo=1`))
    : sdp.replace(new RegExp(`(a=rtpmap:${opus} [^\r\n]*)`), `$1\r\na=fmtp:${opus} stereo=1`);
  if (!new RegExp(`a=rtcp-fb:${opus} nack`).test(munged)) {
    munged = munged.replace(new RegExp(`(a=rtpmap:${opus} [^\r\n]*)`), `$1\r\na=rtcp-fb:${opus} nack`);
  }
  return munged;
}

@Injectable()
export class AudioStream implements OnDestroy {
  private readonly element = new Audio();
  private readonly context = new AudioContext({ latencyHint: 'interactive' });
  private readonly analyserNode = new AnalyserNode(this.context, {
    fftSize: 8192,
    minDecibels: -90,
    maxDecibels: -10,
    smoothingTimeConstant: 0.6,
  });
  private input: AudioNode | null = null;
  private peer: RTCPeerConnection | null = null;
  private source: AudioSource | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private failures = 0;
  /** Plays Ogg Opus over HTTP; its sound passes through the context, to be analysed on the way. */
  private http: HTMLAudioElement | null = null;
  private readonly state_ = signal<AudioState>('off');
  private readonly blocked_ = signal(false);
  private readonly volume_ = signal(storedNumber(VOLUME_KEY, 1, 0, 1));
  private readonly device_ = signal('');
  private readonly playout_ = signal<Playout>(stored(PLAYOUT_KEY) === 'smooth' ? 'smooth' : 'fast');
  private readonly extraDelayMs_ = signal(storedNumber(`${DELAY_KEY}.`, 0, 0, 1000));
  readonly state = this.state_.asReadonly();
  /** The browser waits for a gesture before it lets sound out. */
  readonly blocked = this.blocked_.asReadonly();
  readonly volume = this.volume_.asReadonly();
  readonly device = this.device_.asReadonly();
  readonly playout = this.playout_.asReadonly();
  /** By which the output is later than the browser says, as the tap test found. */
  readonly extraDelayMs = this.extraDelayMs_.asReadonly();
  readonly canChooseDevice = 'setSinkId' in HTMLMediaElement.prototype;
  readonly analyser = this.analyserNode;

  constructor() {
    this.element.autoplay = true;
    this.element.volume = this.volume_();
  }

  async start(source: AudioSource): Promise<void> {
    this.source = source;
    this.failures = 0;
    await this.connect();
  }

  /** Tries WebRTC again, for instance after the socket came back. */
  async restart(): Promise<void> {
    this.failures = 0;
    if (this.source) await this.connect();
  }

  /** The battle is over: what is still on its way over HTTP is heard to its end, nothing is tried again. */
  finish(): void {
    if (!this.http) {
      this.stop();
      return;
    }
    this.source = null;
    this.http.onended = this.http.onerror = () => this.stop();
  }

  stop(): void {
    this.source = null;
    this.drop();
    this.element.pause();
    this.element.srcObject = null;
    this.closeHttp();
    this.state_.set('off');
  }

  /** To be called from a click. */
  async enable(): Promise<void> {
    await Promise.all([this.context.resume(), this.play()]);
  }

  setVolume(volume: number): void {
    this.volume_.set(volume);
    this.element.volume = volume;
    if (this.http) this.http.volume = volume;
    store(VOLUME_KEY, String(volume));
  }

  setPlayout(playout: Playout): void {
    this.playout_.set(playout);
    store(PLAYOUT_KEY, playout);
    if (this.peer) this.aimJitterBuffer(this.peer);
  }

  /** Of the output device in use. */
  setExtraDelay(ms: number): void {
    this.extraDelayMs_.set(ms);
    store(`${DELAY_KEY}.${this.device_()}`, String(ms));
  }

  /** Plays `count` clicks, the first after one gap; when they should be heard, performance.now() milliseconds. */
  playClicks(count: number, gapMs: number): number[] {
    const { context } = this;
    const start = context.currentTime;
    const heard = performance.now() + this.reportedLatencyMs();
    return Array.from({ length: count }, (_, i) => {
      const at = start + ((i + 1) * gapMs) / 1000;
      const [tone, level] = [new OscillatorNode(context, { frequency: 1500 }), new GainNode(context, { gain: 0 })];
      level.gain.setValueAtTime(0.5, at);
      level.gain.exponentialRampToValueAtTime(0.001, at + 0.03);
      tone.connect(level).connect(context.destination);
      tone.start(at);
      tone.stop(at + 0.04);
      return heard + (i + 1) * gapMs;
    });
  }

  /** Output devices; labels are empty until the page was allowed to know them. */
  async devices(): Promise<MediaDeviceInfo[]> {
    const all = (await navigator.mediaDevices?.enumerateDevices?.()) ?? [];
    return all.filter((device) => device.kind === 'audiooutput');
  }

  async setDevice(id: string): Promise<void> {
    await this.element.setSinkId(id);
    await (this.context as AudioContext & { setSinkId?(id: string): Promise<void> }).setSinkId?.(id);
    this.device_.set(id);
    this.extraDelayMs_.set(storedNumber(`${DELAY_KEY}.${id}`, 0, 0, 1000));
  }

  /** The packet that was handed to the output last, or null without a WebRTC stream. */
  playedPacket(): PlayedPacket | null {
    const receiver = this.peer?.getReceivers()[0];
    const latest = receiver?.getSynchronizationSources?.()[0];
    if (!latest || this.element.paused) return null;
    // Chromium counts from the epoch, the specification from the page's time origin.
    const atMs = latest.timestamp > 1e11 ? latest.timestamp - performance.timeOrigin : latest.timestamp;
    return { ssrc: latest.source, rtpTimestamp: latest.rtpTimestamp, atMs };
  }

  /** Seconds of the HTTP stream that have been played, or null. */
  httpPosition(): number | null {
    return this.http && !this.http.paused ? this.http.currentTime : null;
  }

  outputLatencyMs(): number {
    return this.reportedLatencyMs() + this.extraDelayMs_();
  }

  private reportedLatencyMs(): number {
    const { outputLatency } = this.context as AudioContext & { outputLatency?: number };
    return (outputLatency ?? this.context.baseLatency ?? 0) * 1000;
  }

  ngOnDestroy(): void {
    this.stop();
    void this.context.close();
  }

  private async connect(): Promise<void> {
    const source = this.source;
    if (!source) return;
    this.drop();
    this.state_.set('connecting');
    try {
      const peer = new RTCPeerConnection({ iceServers: await source.iceServers().catch(() => []) });
      this.peer = peer;
      peer.addTransceiver('audio', { direction: 'recvonly' });
      source.channel?.(peer.createDataChannel('commands', CHANNEL_OPTIONS));
      this.aimJitterBuffer(peer);
      peer.ontrack = ({ track }) => this.attach(new MediaStream([track]));
      peer.onconnectionstatechange = () => this.changed(peer);
      this.timer = setTimeout(() => this.lost(peer), CONNECT_MS);
      const offer = await peer.createOffer();
      const sdp = preferMusic(offer.sdp ?? '');
      await peer.setLocalDescription({ type: 'offer', sdp });
      const answer = await source.negotiate(sdp);
      if (this.peer === peer) await peer.setRemoteDescription({ type: 'answer', sdp: answer });
    } catch {
      if (this.peer) this.lost(this.peer);
    }
  }

  private aimJitterBuffer(peer: RTCPeerConnection): void {
    for (const receiver of peer.getReceivers()) {
      (receiver as RTCRtpReceiver & { jitterBufferTarget?: number | null }).jitterBufferTarget =
        this.playout_() === 'smooth' ? SMOOTH_MS : null;
    }
  }

  private changed(peer: RTCPeerConnection): void {
    if (peer !== this.peer) return;
    clearTimeout(this.timer);
    switch (peer.connectionState) {
      case 'connected':
        this.failures = 0;
        this.state_.set('live');
        break;
      case 'failed':
        this.lost(peer);
        break;
      case 'disconnected':
        this.timer = setTimeout(() => this.lost(peer), DISCONNECTED_MS);
        break;
      default:
        this.timer = setTimeout(() => this.lost(peer), CONNECT_MS);
    }
  }

  private lost(peer: RTCPeerConnection): void {
    if (peer !== this.peer) return;
    this.drop();
    this.failures += 1;
    if (this.failures < ATTEMPTS) this.timer = setTimeout(() => void this.connect(), 300 * this.failures);
    else this.listenOverHttp();
  }

  private listenOverHttp(): void {
    const source = this.source;
    if (!source) return;
    this.closeHttp();
    const http = new Audio(source.httpUrl());
    http.volume = this.volume_();
    http.onerror = () => this.state_.set('failed');
    const node = this.context.createMediaElementSource(http);
    this.http = http;
    this.feed(node);
    node.connect(this.context.destination);
    this.state_.set('http');
    void this.play();
  }

  private closeHttp(): void {
    if (!this.http) return;
    this.http.onended = this.http.onerror = null;
    this.http.pause();
    this.http.removeAttribute('src');
    this.http.load();
    this.http = null;
  }

  private attach(stream: MediaStream): void {
    this.closeHttp();
    this.element.srcObject = stream;
    this.feed(this.context.createMediaStreamSource(stream));
    void this.play();
  }

  private feed(node: AudioNode): void {
    this.input?.disconnect();
    this.input = node;
    node.connect(this.analyserNode);
  }

  private async play(): Promise<void> {
    try {
      await (this.http ?? this.element).play();
      this.blocked_.set(false);
      if (this.context.state === 'suspended') void this.context.resume();
    } catch (error) {
      if ((error as DOMException).name === 'NotAllowedError') this.blocked_.set(true);
    }
  }

  private drop(): void {
    clearTimeout(this.timer);
    const peer = this.peer;
    this.peer = null;
    this.source?.channel?.(null);
    peer?.close();
  }
}

function stored(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

function storedNumber(key: string, otherwise: number, low: number, high: number): number {
  const number = Number(stored(key) ?? otherwise);
  return number >= low && number <= high ? number : otherwise;
}

function store(key: string, value: string): void {
  try {
    localStorage.setItem(key, value);
  } catch {
    return; // a private window keeps nothing
  }
}
