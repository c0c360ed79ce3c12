// A server that exists only inside a test's browser: it answers the HTTP API and speaks enough of
// Socket.IO for one spectator, with music that is arithmetic. For checks of layout, texts and
// accessibility that need exact, unchanging states; whatever is about sound, engine or people runs
// against the real server instead.

import type { Page, Route, WebSocketRoute } from '@playwright/test';
import { VISUAL_FRAMES, visualPacket } from './visuals';

const RATE = 48000;
const SECONDS = 244;
const NOW = Date.UTC(2026, 10, 20, 21, 30);

export interface Scenario {
  /** Who one is; null for a stranger without a name. */
  readonly name?: string | null;
  readonly language?: 'en' | 'es';
  readonly battle?: 'running' | 'waiting' | 'ended';
  /** In the seat of DJ A instead of in the audience. */
  readonly dj?: boolean;
  readonly format?: 'back_to_back' | 'free';
  readonly decks?: 2 | 4;
  readonly chat?: readonly { name: string; text: string; role: string }[];
}

export interface Simulation {
  /** Commands and events that the page has sent, by event. */
  readonly sent: { event: string; payload: Record<string, unknown> }[];
  emit(event: string, payload: unknown): void;
  /** A DJ turns the high of a deck: told as a command, and from then on in every keyframe. */
  turnHigh(deck: 'A' | 'B', value: number): void;
  /** A DJ stops a deck and clears its hot cues. */
  stop(deck: 'A' | 'B'): void;
}

export async function simulate(page: Page, scenario: Scenario = {}): Promise<Simulation> {
  const { name = 'Ada Lux', language = 'en' } = scenario;
  await page.addInitScript(
    ([guest, lang]) => {
      if (guest) localStorage.setItem('dju.guest', guest);
      localStorage.setItem('dju.language', lang!);
    },
    [
      name === null ? null : JSON.stringify({ playerId: 'p1', name, token: 'test' }),
      language,
    ] as const,
  );
  await page.route('**/api/v1/**', answer);
  return socket(page, scenario);
}

const titles = ['Warehouse at Four', 'Ion Drift', 'Last Train North', 'Night Drive', 'Blue Hour'];
const artists = ['Kenta Cho', 'Ada Lux', 'Hedy M', 'Grace H'];
const genres = ['Hard techno', 'House', 'Trance', 'Drum & bass'];

export const tracks = Array.from({ length: 60 }, (_, i) => {
  const bpm = 120 + (i % 30) + 0.37;
  return {
    id: `t${i}`,
    title: `${titles[i % 5]} ${i + 1}`,
    artist: artists[i % 4],
    album: 'Demo crate',
    genre: genres[i % 4],
    durationSeconds: SECONDS,
    frames: RATE * SECONDS,
    bpm,
    grid: { anchorSeconds: 0.12, bpm, edited: i % 7 === 0 },
    key: 'A minor',
    camelot: `${(i % 12) + 1}A`,
    addedAt: NOW - i * 3_600_000,
    format: 'FLAC',
    bitrate: 912000,
    hasCover: false,
    uploader: 'p1',
    license: 'BSD-2-Clause',
    source: 'torus-trooper-data',
    analysisHash: 'x',
  };
});

/** What is heard in every track: intro, build, drop, breakdown, drop, outro; sung in the breakdown. */
function analysis(id: string) {
  const track = tracks.find((one) => one.id === id) ?? tracks[0];
  const bar = 240 / track.bpm;
  const plan: [string, number][] = [
    ['intro', 16],
    ['build', 8],
    ['drop', 32],
    ['breakdown', 16],
    ['drop', 32],
    ['outro', 16],
  ];
  let start = 0.12;
  const phrases = plan.map(([label, bars]) => {
    const phrase = { start, end: start + bars * bar, bars, label };
    start = phrase.end;
    return phrase;
  });
  const level: Record<string, number> = {
    intro: 0.35,
    build: 0.6,
    drop: 0.9,
    breakdown: 0.3,
    outro: 0.4,
  };
  return {
    id,
    analyser: 2,
    duration: SECONDS,
    tempo: {
      bpm: track.bpm,
      confidence: 0.93,
      constant: true,
      alternatives: [track.bpm / 2],
      changes: [],
    },
    key: {
      name: 'A minor',
      camelot: '8A',
      open_key: '1m',
      confidence: 0.81,
      tuning_cents: -9.2,
      modulations: [],
    },
    loudness: { integrated_lufs: -8.6, range_lu: 5.4, true_peak_dbtp: -0.3, replay_gain_db: -9.4 },
    energy: Array.from({ length: SECONDS }, (_, i) => {
      const phrase = phrases.find(({ start: from, end }) => i >= from && i < end);
      return (phrase ? level[phrase.label] : 0.2) + 0.06 * Math.sin(i);
    }),
    phrases,
    cues: [
      { time: phrases[0].start, kind: 'mix_in', label: 'Mix in' },
      { time: phrases[2].start, kind: 'drop', label: 'Drop 1', slot: 0 },
      { time: phrases[5].start, kind: 'mix_out', label: 'Mix out' },
    ],
    genre: { name: 'house', confidence: 0.72, others: [] },
    vocals: [{ start: phrases[3].start + 4, end: phrases[3].end - 4 }],
    waveform: 'w',
  };
}

function edits(
  change: { grid?: object; cues?: unknown; phrases?: unknown; locked?: boolean } = {},
) {
  const edited = ['grid', 'cues', 'phrases'].filter((part) => part in change);
  const locked = change.locked ?? false;
  const grid = { ...tracks[1].grid, ...change.grid, edited: 'grid' in change, locked };
  const canUndo = edited.length > 0 || locked;
  return { edited, locked, canUndo, canRedo: false, grid: { ...grid, analysisHash: 'y' } };
}

function battle(id: string, change: object = {}) {
  return {
    id,
    name: 'Friday warehouse',
    format: 'back_to_back',
    kind: 'live',
    state: 'running',
    visibility: 'public',
    ranked: false,
    equalDelay: false,
    createdAt: NOW,
    startedFrame: 0,
    rounds: 1,
    roundSeconds: 0,
    round: null,
    turn: null,
    recordingId: null,
    players: [
      { seat: 'A', playerId: 'p1', name: 'Ada Lux', connected: true },
      { seat: 'B', playerId: 'p2', name: 'Hedy M', connected: true },
    ],
    spectators: 128,
    decks: 2,
    sampleRate: RATE,
    ...change,
  };
}

const battles = [
  battle('b1'),
  battle('b2', {
    name: 'Rounds for beginners',
    format: 'rounds',
    rounds: 3,
    roundSeconds: 300,
    round: 2,
    turn: 'A',
    spectators: 12,
    players: [
      { seat: 'A', playerId: 'p3', name: 'Noor', connected: true },
      { seat: 'B', playerId: 'p4', name: 'Grace H', connected: true },
    ],
  }),
  battle('b3', {
    name: 'Anybody up for trance?',
    format: 'free',
    state: 'waiting',
    spectators: 0,
    players: [{ seat: 'A', playerId: 'p5', name: 'Kenta', connected: true }],
  }),
];

function recording(i: number) {
  return {
    id: `r${i}`,
    name: ['Friday warehouse', 'Sunday closing', 'First blood'][i % 3],
    format: 'back_to_back',
    createdAt: NOW - i * 86_400_000,
    durationSeconds: 1800 + i * 333,
    players: [
      { seat: 'A', name: 'Ada Lux' },
      { seat: 'B', name: 'Hedy M' },
    ],
    tracklist: tracks.slice(0, 9).map((track, k) => ({
      frame: k * RATE * 190,
      deck: k % 2 ? 'B' : 'A',
      trackId: track.id,
      title: track.title,
      artist: track.artist,
    })),
    votes: { A: 41, B: 37, tie: 6 },
    ended: true,
    hash: '9f86d081884c7d65',
    dspRevision: 1,
    bytes: 48213,
    hasArchive: true,
  };
}

async function answer(route: Route): Promise<void> {
  const request = route.request();
  const path = new URL(request.url()).pathname.replace('/api/v1', '');
  const post = request.method() === 'POST';
  const json = (body: unknown, status = 200) => route.fulfill({ status, json: body });
  if (path === '/guests')
    return json(
      { playerId: 'p9', name: (request.postDataJSON() as { name: string }).name, token: 'test' },
      201,
    );
  if (path === '/battles' && post)
    return json(
      { ...battle('b9', request.postDataJSON() as object), invite: 'i9', watch: 'w9' },
      201,
    );
  if (path === '/battles') return json({ battles });
  if (path === '/recordings') return json({ total: 4, recordings: [0, 1, 2, 3].map(recording) });
  if (path.endsWith('/verify')) {
    const result = { verified: true, sameRevision: true, marks: 18000 };
    return json(
      { id: 'j1', kind: 'verify', state: 'done', progress: 1, result, createdAt: NOW },
      202,
    );
  }
  if (/^\/recordings\/[^/]+$/.test(path)) return json(recording(0));
  if (path === '/tracks' && post) {
    const message = '"noise.mp3": no audio stream; send MP3, AAC, FLAC, WAV, AIFF, Vorbis or Opus';
    return json({ error: { code: 'unsupported', message } }, 415);
  }
  if (path === '/tracks') return json({ total: tracks.length, tracks });
  if (path.endsWith('/waveform')) {
    return route.fulfill({
      contentType: 'application/vnd.dju.waveform',
      body: waveform(RATE * SECONDS, 124.37),
    });
  }
  const part = /^\/tracks\/([^/]+)\/(analysis|edits|similar|undo|redo)$/.exec(path);
  if (part?.[2] === 'analysis') return json(analysis(part[1]));
  if (part?.[2] === 'similar')
    return json({
      same: [{ track: tracks[30], likeness: 0.97, offsetSeconds: 0.02 }],
      mixable: tracks.slice(5, 9),
    });
  if (part) return json(edits((request.postDataJSON() as object | null) ?? {}));
  if (path === '/crates') {
    return json({
      crates: [
        { id: 'c1', name: 'Warm-up', owner: 'p1', tracks: ['t1', 't2'] },
        { id: 'c2', name: 'Peak time', owner: 'p1', tracks: ['t3'] },
      ],
    });
  }
  if (path === '/ice') return json({ iceServers: [] });
  return json({ error: { code: 'not_found', message: `${path}: nothing here` } }, 404);
}

/** A blob as docs/waveform.md describes it: a kick a beat, hats between, a breakdown every 64 beats. */
function waveform(frames: number, bpm: number): Buffer {
  const sizes = [256, 1024, 4096, 16384, Math.ceil(frames / 1200)];
  const columns = sizes.map((size, i) => (i === 4 ? 1200 : Math.ceil(frames / size)));
  const head = 16 + sizes.length * 12;
  const blob = Buffer.alloc(head + columns.reduce((sum, n) => sum + n * 4, 0));
  blob.write('DJUW');
  blob[4] = 1;
  blob[5] = sizes.length;
  blob.writeBigUInt64LE(BigInt(frames), 8);
  const beat = (RATE * 60) / bpm;
  let at = head;
  sizes.forEach((size, level) => {
    blob.writeUInt32LE(size, 16 + level * 12);
    blob.writeUInt32LE(columns[level], 20 + level * 12);
    blob.writeUInt32LE(at, 24 + level * 12);
    for (let c = 0; c < columns[level]; ++c) {
      const frame = (c + 0.5) * size;
      const phase = size > 6000 ? 0.05 : ((((frame - 0.12 * RATE) / beat) % 1) + 1) % 1;
      const noise = ((Math.imul(c + 3, 2654435761) >>> 16) & 255) / 255;
      const low = Math.floor(frame / beat / 64) % 4 === 2 ? 30 : 240 * Math.exp(-phase * 5);
      const mid = 90 + 80 * noise * (0.5 + 0.5 * Math.sin(frame / beat / 8));
      const high = 40 + 150 * Math.exp(-((phase + 0.5) % 1) * 9) + 30 * noise;
      for (const value of [low, mid, high, Math.max(low, mid, high)]) blob[at++] = value;
    }
  });
  return blob;
}

/** What hands have changed. */
interface Hands {
  readonly high: Record<'A' | 'B', number>;
  readonly stopped: Set<string>;
}

/** Engine.IO 4 and Socket.IO 5 packets as text: open, connect, events, acknowledgements, pings. */
async function socket(page: Page, scenario: Scenario): Promise<Simulation> {
  const sent: Simulation['sent'] = [];
  const hands: Hands = { high: { A: 0.5, B: 0.5 }, stopped: new Set() };
  let wire: WebSocketRoute | null = null;
  let now = () => 0;
  const emit = (event: string, payload: unknown) =>
    wire?.send(`42/battle,${JSON.stringify([event, payload])}`);
  await page.routeWebSocket(/\/socket\.io\//, (ws) => {
    wire = ws;
    const born = Date.now();
    let joined = false;
    const frame = () => 60 * RATE + (Date.now() - born) * 48;
    now = frame;
    ws.send(
      `0${JSON.stringify({ sid: 's', upgrades: [], pingInterval: 25000, pingTimeout: 20000, maxPayload: 65536 })}`,
    );
    const timer = setInterval(
      () => emit('battle-state', { state: state(frame(), scenario, hands) }),
      1000,
    );
    const visuals = setInterval(() => {
      if (!scenario.dj || !joined) return;
      const at = frame();
      // A binary event: its name with a place to fill, then the bytes.
      ws.send('451-/battle,["visualization-data",{"_placeholder":true,"num":0}]');
      ws.send(visualPacket(at, state(at, scenario, hands).decks));
    }, (1000 * VISUAL_FRAMES) / RATE);
    ws.onClose(() => {
      clearInterval(timer);
      clearInterval(visuals);
    });
    ws.onMessage((message) => {
      const text = String(message);
      if (text.startsWith('40/battle')) ws.send('40/battle,{"sid":"s1"}');
      const event = /^42\/battle,(\d*)(\[.*)$/s.exec(text);
      if (!event) return;
      const [name, payload] = JSON.parse(event[2]) as [string, Record<string, unknown>];
      sent.push({ event: name, payload });
      if (event[1])
        ws.send(
          `43/battle,${event[1]}${JSON.stringify([reply(name, payload, frame(), scenario, hands)])}`,
        );
      if (name === 'join-battle') joined = true;
      if (name === 'join-battle')
        for (const line of scenario.chat ?? []) emit('chat', { ...line, frame: 0 });
    });
  });
  const turnHigh = (id: 'A' | 'B', value: number) => {
    hands.high[id] = value;
    emit('midi-response', {
      seq: 1,
      frame: Math.round(now()),
      player: id,
      control: 'eq_high',
      deck: id,
      value,
    });
  };
  const stop = (id: 'A' | 'B') => {
    hands.stopped.add(id);
    emit('battle-state', { state: state(now(), scenario, hands) });
  };
  return { sent, emit, turnHigh, stop };
}

function reply(
  event: string,
  payload: Record<string, unknown>,
  frame: number,
  scenario: Scenario,
  hands: Hands,
): object {
  switch (event) {
    case 'join-battle':
      if (payload['battleId'] === 'gone') {
        return {
          success: false,
          code: 'not_found',
          error: 'battle gone: no such battle; see GET /api/v1/battles',
        };
      }
      return {
        success: true,
        role: scenario.dj ? 'dj' : 'spectator',
        seat: scenario.dj ? 'A' : null,
        battle: state(frame, scenario, hands).battle,
        state: state(frame, scenario, hands),
      };
    case 'ping':
      return { success: true, serverTime: Date.now(), frame };
    case 'midi-command': {
      const { value } = payload['command'] as { value: number };
      return { success: true, frame, seq: 1, value };
    }
    case 'vote':
      return { success: true, votes: { A: 42, B: 37, tie: 6, total: 85 } };
    case 'request-audio-stream':
      return { success: false, code: 'unavailable', error: 'no sound in this test' };
    default:
      return { success: true };
  }
}

function state(frame: number, { battle: phase = 'running', format = 'back_to_back', decks = 2 }: Scenario, hands: Hands) {
  return {
    battle: battle('b1', { state: phase, format, decks, recordingId: phase === 'ended' ? 'b1' : null }),
    frame,
    serverTime: Date.now(),
    decks: [
      deck('A', tracks[4], frame, 0.9, hands),
      deck('B', tracks[5], frame + 31 * RATE, 0.7, hands),
      ...(decks > 2 ? [deck('C', tracks[6], frame + 60 * RATE, 0.4, hands), deck('D', tracks[7], frame + 90 * RATE, 0, hands)] : []),
    ],
    mixer: { crossfader: -0.2, crossfader_curve: 0, crossfader_reverse: 0, master_volume: 0.8 },
    deckControls: [{ fx_on_1: 1, fx_type_1: 2, fx_mix_1: 0.7, filter: -0.3 }, { fx_type_1: 7, filter: 0 }],
    samplers: Array.from({ length: 8 }, (_, i) => ({
      sampler: i + 1,
      track: i < 3 ? { ...tracks[i], trackId: tracks[i].id } : null,
      playing: i === 1,
      sampler_volume: 0.8,
      sampler_mode: i % 3,
      sampler_sync: 0,
    })),
    monitors: [],
    held: { crossfader: null },
    tracks: tracks.slice(4, 8).map(({ id, ...track }) => ({ trackId: id, ...track })),
    votes: { A: 41, B: 37, tie: 6 },
  };
}

function deck(
  id: 'A' | 'B' | 'C' | 'D',
  track: (typeof tracks)[number],
  position: number,
  volume: number,
  { high, stopped }: Hands,
) {
  const playing = !stopped.has(id);
  return {
    deck: id,
    isPlaying: playing,
    playing,
    previewing: false,
    scratching: false,
    atEnd: false,
    loaded: true,
    trackId: track.id,
    title: track.title,
    artist: track.artist,
    frames: track.frames,
    bpm: track.bpm,
    pitch: id === 'A' ? 0 : -0.8,
    rateRange: 8,
    volume,
    position: position / RATE,
    positionFrames: position,
    rate: id === 'A' ? 1 : 0.992,
    eq: { high: high[id as 'A' | 'B'] ?? 0.5, mid: id === 'A' ? 0.5 : 0.35, low: id === 'A' ? 0.62 : 0 },
    kills: { high: false, mid: false, low: false },
    hotcues: Array.from({ length: 8 }, (_, i) => ({ active: playing && i < 3, position: 30 * (i + 1) })),
    beatPhase: 0,
    barBeat: 0,
    cueFrame: 5760,
    trim: 0,
    peak: 0.5,
    audibleShare: 0.5,
    faderGain: volume,
    crossfaderGain: 1,
    switches: {
      sync: id === 'B',
      quantize: true,
      slip: id === 'A',
      reverse: false,
      loop: id === 'A',
      keylock: true,
      fader_start: false,
      auto_gain: true,
    },
    leader: id === 'A',
    braking: false,
    loopIn: id === 'A' ? loopAt(position, track.bpm) : -1,
    loopOut: id === 'A' ? loopAt(position, track.bpm) + (4 * 60 * RATE) / track.bpm : -1,
    loopBeats: 4,
    slipFrame: id === 'A' ? position + RATE : position,
    keyShift: id === 'A' ? 2 : 0,
    autoGainDb: -2.4,
  };
}

/** A bar that goes round under the playhead. */
function loopAt(position: number, bpm: number): number {
  const bar = (4 * 60 * RATE) / bpm;
  return Math.floor((position - 0.12 * RATE) / bar) * bar + 0.12 * RATE;
}
