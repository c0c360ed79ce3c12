// One battle as a page sees it: who is there, what is on the decks, what every control shows, which
// frame is heard, and the hands that move things. Provided by the page, closed with it. The server's
// news wait until the frame at which they are heard, so that a fader moves when its sound does.

import { computed, effect, inject, Injectable, OnDestroy, signal, Signal, untracked } from '@angular/core';
import { ApiService } from './api.service';
import { AudioStream } from './audio-stream';
import { BattleConnection, JoinRequest, Refusal } from './battle-connection';
import { Coalescer } from './coalescer';
import { ControlStore } from './control-store';
import { Address, addressKey, clampToControl, control, findControl } from './controls';
import { DeckView } from './deck-view';
import { FrameClock } from './frame-clock';
import { DECK_SWITCHES, type Battle, type BattleState, type DeckId, type DeckState, type SamplerState, type Seat, type Votes } from './model';
import { OneTab } from './one-tab';
import { mayMove } from './permissions';
import type { ChatMessage, Joined, JudgeEvent, MidiResponse, Presence, Reaction, ReactionKind } from './protocol';
import { ServerClock, PROBES } from './server-clock';
import { SessionService } from './session.service';
import { Timeline } from './timeline';
import { marksOf } from './track-marks';
import { DECK_PLAYING, parseVisualization, type Visualization } from './visualization';
import { NO_MARKS } from '../widgets/maths/marks';
import { WaveformCache } from './waveform-cache';

export interface Notice {
  readonly code: string;
  readonly message: string;
}

export interface Links {
  readonly invite: string;
  readonly watch: string;
}

const CHAT_KEPT = 200;
const HEARD_INTERVAL_MS = 33;
const PROBE_GAP_MS = 120;
const ROUND_MS = 5000;
const HELD_MS = 600;

@Injectable()
export class BattleRoom implements OnDestroy {
  private readonly api = inject(ApiService);
  private readonly session = inject(SessionService);
  private readonly waveforms = inject(WaveformCache);
  readonly connection = inject(BattleConnection);
  readonly audio = inject(AudioStream);

  readonly battle = signal<Battle | null>(null);
  readonly seat = signal<Seat | null>(null);
  readonly links = signal<Links | null>(null);
  readonly presence = signal<Presence | null>(null);
  readonly chat = signal<readonly ChatMessage[]>([]);
  readonly reaction = signal<Reaction | null>(null);
  readonly votes = signal<Votes | null>(null);
  readonly recordingId = signal<string | null>(null);
  /** Newest first. Empty while no judge listens. */
  readonly feedback = signal<readonly { event: string; data: JudgeEvent }[]>([]);
  readonly notice = signal<Notice | null>(null);
  /** A shared control that another hand holds. */
  readonly heldBy = signal<{ control: string; player: Seat } | null>(null);
  readonly rttMs = signal<number | null>(null);
  readonly playoutMs = signal<number | null>(null);
  /** Own moves that came too late to act as they were heard. */
  readonly lateMoves = signal(0);
  /** Frame that is heard, refreshed with the decks' `heard`. */
  readonly heardFrame = signal<number | null>(null);
  readonly decks: readonly DeckView[] = [new DeckView('A'), new DeckView('B')];
  readonly samplers = signal<readonly SamplerState[]>([]);
  readonly status = this.connection.status;
  readonly tab = new OneTab();
  readonly isDj = computed(() => this.seat() !== null);

  private readonly store = new ControlStore();
  private readonly clock = new FrameClock();
  private readonly serverClock = new ServerClock();
  private readonly timeline = new Timeline();
  private readonly coalescer = new Coalescer((key, value) => this.sendKey(key, value));
  private readonly addresses = new Map<string, Address>();
  private visual: Visualization | null = null;
  private visuals: Visualization[] = [];
  private request: JoinRequest | null = null;
  private joinedBefore = false;
  private httpStartFrame: number | null = null;
  private frameRequest = 0;
  private lastHeardMs = 0;
  private probing: ReturnType<typeof setTimeout> | undefined;
  private heldTimer: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    effect(() => {
      const running = this.battle() !== null && this.battle()!.state !== 'ended';
      if (this.tab.elsewhere()) untracked(() => this.audio.stop());
      else if (running && this.status() === 'joined' && this.audio.state() === 'off') untracked(() => void this.listen());
    });
    for (const deck of this.decks) {
      const trackKey = computed(() => {
        const track = deck.track();
        return track && `${track.trackId} ${track.analysisHash ?? ''}`;
      });
      effect((onCleanup) => {
        const id = trackKey()?.split(' ')[0];
        deck.waveform.set(null);
        deck.marks.set(NO_MARKS);
        deck.key.set(null);
        if (!id) return;
        let current = true;
        onCleanup(() => (current = false));
        this.waveforms.get(id).then(
          (waveform) => current && deck.waveform.set(waveform),
          (error: Error) => current && this.tell(error),
        );
        // Without its marks a deck plays as well: what fails here is told by the waveform above.
        this.api.analysis(id).then(
          (analysis) => {
            if (!current) return;
            deck.marks.set(marksOf(analysis));
            deck.key.set(analysis?.key?.camelot ?? null);
          },
          () => undefined,
        );
      });
    }
  }

  open(request: JoinRequest): void {
    this.request = request;
    this.joinedBefore = false;
    this.tab.open(`${request.battleId}.${request.role ?? 'dj'}`);
    const socket = this.connection.open(request, (joined) => this.joined(joined));
    socket.on('battle-state', ({ state }) => this.takeState(state));
    socket.on('battle-start', () => void this.refreshBattle());
    socket.on('battle-end', ({ recordingId, frame }) => {
      this.recordingId.set(recordingId);
      this.battle.update((battle) => battle && { ...battle, state: 'ended', turn: null });
      this.finish(frame);
    });
    socket.on('midi-response', (response) => this.carriedOut(response));
    socket.on('deck-state-update', ({ frame, decks }) => this.timeline.at(frame, () => this.takeDecks(decks, frame)));
    socket.on('visualization-data', (packet) => this.takeVisual(packet));
    socket.on('audio-sync', (sync) => this.clock.addSync(sync));
    socket.on('presence', (presence) => this.takePresence(presence));
    socket.on('held-by', (held) => this.showHeld(held));
    socket.on('round', ({ round, turn, endsFrame }) =>
      this.battle.update((battle) => battle && { ...battle, round, turn, roundEndsFrame: endsFrame }),
    );
    socket.on('chat', (message) => this.chat.update((all) => [...all, message].slice(-CHAT_KEPT)));
    socket.on('reaction', (reaction) => this.reaction.set(reaction));
    socket.on('votes', (votes) => this.votes.set(votes));
    for (const event of ['transition-detected', 'score-update', 'ai-feedback'] as const) {
      socket.on(event, (data) => this.feedback.update((all) => [{ event, data }, ...all].slice(0, 50)));
    }
    socket.on('error', (error) => this.notice.set(error));
    socket.on('disconnect', () => {
      this.store.reset();
      clearTimeout(this.probing);
    });
    cancelAnimationFrame(this.frameRequest);
    this.tick(performance.now());
  }

  /** What a control shows now. */
  value(address: Address): Signal<number> {
    return this.store.value(addressKey(address), control(address.control).default);
  }

  mayMove(address: Address): boolean {
    return mayMove(this.battle(), this.seat(), address);
  }

  /** A position that a hand sets: shown at once, sent at most 60 times a second. */
  move(address: Address, value: number): void {
    if (!this.mayMove(address)) return;
    const key = this.remember(address);
    const clamped = clampToControl(address.control, value);
    this.store.move(key, clamped);
    this.coalescer.put(key, clamped);
  }

  /** A hand takes or leaves a control. */
  hold(address: Address, held: boolean): void {
    if (!this.mayMove(address) && held) return;
    const key = this.remember(address);
    if (!held) this.coalescer.flush(key);
    this.store.hold(key, held);
  }

  /** A movement that adds up: the jog wheel. */
  turn(address: Address, by: number): void {
    if (this.mayMove(address)) this.coalescer.put(this.remember(address), by, 'add');
  }

  /** A switch, a button or an action: sent at once. Resolves when the engine has done it, or to false when it was refused. */
  async press(address: Address, value: number, trackId?: string): Promise<boolean> {
    if (!this.mayMove(address)) return false;
    const key = this.remember(address);
    if (control(address.control).kind === 'toggle') {
      this.store.move(key, value);
      this.store.sent(key);
    }
    return this.send(key, value, trackId);
  }

  toggle(address: Address): void {
    void this.press(address, untracked(this.value(address)) > 0.5 ? 0 : 1);
  }

  /** Puts a track on a deck; the server adds its hot cues. */
  async load(deck: DeckId, trackId: string): Promise<void> {
    await this.press({ control: 'load', deck }, 0, trackId);
  }

  async loadSampler(sampler: number, trackId: string): Promise<void> {
    await this.press({ control: 'sampler_load', sampler }, 0, trackId);
  }

  async begin(): Promise<void> {
    await this.ask(this.connection.request('battle-start', { battleId: this.id() }));
  }

  async end(): Promise<void> {
    await this.ask(this.connection.request('battle-end', { battleId: this.id() }));
  }

  async say(text: string): Promise<boolean> {
    const sent = this.connection.request('chat', { battleId: this.id(), text, heard: this.heardNow() });
    return (await this.ask(sent)) !== null;
  }

  async react(kind: ReactionKind): Promise<void> {
    await this.ask(this.connection.request('reaction', { battleId: this.id(), kind, heard: this.heardNow() }));
  }

  async vote(
    choice: 'A' | 'B' | 'tie',
    heardIntervals: readonly (readonly [number, number])[],
    round?: number,
  ): Promise<boolean> {
    const request = { battleId: this.id(), choice, heardIntervals, heard: this.heardNow(), ...(round ? { round } : {}) };
    const reply = await this.ask(this.connection.request('vote', request));
    if (reply) this.votes.set(reply.votes);
    return reply !== null;
  }

  /** Engine frame that is heard now; 0 while nothing is known. */
  heardNow(): number {
    return Math.max(0, Math.round(this.clock.heardFrame(performance.now()) ?? 0));
  }

  /** Whether the heard frame is known from the sound itself. */
  hearing(): boolean {
    return this.clock.fromSound(performance.now());
  }

  /** Frame that the server renders now, for countdowns. */
  serverFrame(): number | null {
    return this.serverClock.frameAt(performance.now());
  }

  /** Position of a deck as it is heard, track frames; for canvases, each animation frame. */
  positionOf(deck: DeckView): number {
    const frame = this.clock.heardFrame(performance.now());
    return (frame === null ? deck.history.newest() : deck.history.at(frame))?.position ?? 0;
  }

  rateOf(deck: DeckView): number {
    const frame = this.clock.heardFrame(performance.now());
    const rate = (frame === null ? deck.history.newest() : deck.history.at(frame))?.rate ?? 0;
    // A stopped deck is drawn at the tempo that it would play at.
    return rate !== 0 && !deck.facts().scratching ? rate : 1 + this.value({ control: 'rate', deck: deck.id })() / 100;
  }

  /** Levels and spectrum as they are heard; null for spectators and before the first packet. */
  visualization(): Visualization | null {
    return this.visual;
  }

  /** dBFS of the louder side of the master. */
  masterDb(): number {
    return Math.max(...(this.visual?.masterPeakDb ?? [-Infinity]));
  }

  /** Shows what went wrong. */
  tell(error: unknown): void {
    const { code = 'internal', message } = error as Partial<Refusal>;
    this.notice.set({ code, message: message ?? String(error) });
  }

  ngOnDestroy(): void {
    cancelAnimationFrame(this.frameRequest);
    clearTimeout(this.probing);
    clearTimeout(this.heldTimer);
    this.tab.close();
    this.audio.stop();
    this.connection.close();
  }

  private id(): string {
    return this.request?.battleId ?? '';
  }

  private listen(): Promise<void> {
    return this.audio.start({
      iceServers: () => this.api.iceServers(),
      negotiate: async (offer) => {
        this.clock.streamEnded();
        const frame = this.isDj() ? 20 : 60;
        const request = { battleId: this.id(), offer, frame: frame as 20 | 60 };
        return (await this.connection.request('request-audio-stream', request)).answer;
      },
      httpUrl: () => {
        this.httpStartFrame = null;
        return this.api.listenUrl(this.id());
      },
    });
  }

  private joined({ seat, battle, state }: Joined): void {
    this.seat.set(seat);
    this.links.set(battle.invite && battle.watch ? { invite: battle.invite, watch: battle.watch } : null);
    this.timeline.clear();
    for (const deck of this.decks) deck.history.clear();
    this.takeState(state);
    // A stream lives as long as its socket: the old one has ended, or will as soon as the server notices.
    if (this.joinedBefore) void this.audio.restart();
    this.joinedBefore = true;
    void this.probe();
  }

  private async refreshBattle(): Promise<void> {
    const reply = await this.ask(this.connection.request('battle-state', { battleId: this.id() }));
    if (reply) this.takeState(reply.state);
  }

  private takeState(state: BattleState): void {
    this.battle.set(state.battle);
    if (state.votes) this.votes.set(state.votes);
    const ended = state.battle.state === 'ended';
    const decks = ended ? state.decks.map(stopped) : state.decks;
    if (ended) {
      this.recordingId.set(state.battle.kind === 'replay' ? null : state.battle.id);
      this.finish(state.frame);
    }
    for (const deck of this.decks) {
      const now = decks.find((d) => d.deck === deck.id);
      if (!now) continue;
      const summary = state.tracks.findLast((track) => track.trackId === now.trackId);
      // Within the table the last entry of a track carries its newest grid; the same content stays the same object.
      if (JSON.stringify(summary ?? null) !== JSON.stringify(deck.track())) deck.track.set(summary ?? null);
      deck.takePosition(now, state.frame);
    }
    this.timeline.at(state.frame, () => {
      this.tellAll('', state.mixer, state.frame);
      state.monitors.forEach((values, i) => this.tellAll('AB'[i], values, state.frame));
      state.deckControls.forEach((values, i) => this.tellAll('ABCD'[i], values, state.frame));
      for (const { sampler, track: _track, playing: _playing, ...values } of state.samplers) {
        this.tellAll(String(sampler), values, state.frame);
      }
      this.samplers.set(state.samplers);
      // Last, since the engine turns switches off itself.
      this.takeDecks(decks, state.frame);
    });
  }

  /** The engine renders no more: the sound ends here, and everything that is drawn stands still. */
  private finish(frame: number): void {
    this.clock.endAt(frame);
    this.audio.finish();
    this.visuals = [];
    this.visual = null;
  }

  private tellAll(owner: string, values: Readonly<Record<string, number>>, frame: number): void {
    for (const [id, value] of Object.entries(values)) this.store.tell(`${owner}.${id}`, value, frame);
  }

  private takeDecks(decks: readonly DeckState[], frame: number): void {
    for (const state of decks) {
      const deck = this.decks.find((d) => d.id === state.deck);
      if (!deck) continue;
      deck.takeFacts(state);
      const values: Record<string, number> = {
        play: state.playing && !state.previewing ? 1 : 0,
        rate: state.pitch,
        rate_range: state.rateRange,
        trim: state.trim,
        volume: state.volume,
        eq_high: state.eq.high,
        eq_mid: state.eq.mid,
        eq_low: state.eq.low,
        kill_high: state.kills.high ? 1 : 0,
        kill_mid: state.kills.mid ? 1 : 0,
        kill_low: state.kills.low ? 1 : 0,
      };
      for (const id of DECK_SWITCHES) values[id] = state.switches[id] ? 1 : 0;
      this.tellAll(deck.id, values, frame);
    }
  }

  private carriedOut(response: MidiResponse): void {
    const { control: id, deck: deckId, monitor, sampler, value, frame } = response;
    const deck = this.decks.find((d) => d.id === deckId);
    if (deck && response.track) deck.track.set(response.track);
    if (deck && id === 'unload') deck.track.set(null);
    if (sampler) this.moveSampler(sampler, response);
    if (deck) this.moveDeck(deck, response);
    if (findControl(id)?.kind === 'relative') return;
    const key = addressKey({ control: id, deck: deckId, monitor, sampler });
    this.timeline.at(frame, () => this.store.tell(key, value, frame));
  }

  private moveSampler(sampler: number, { control: id, track }: MidiResponse): void {
    const change = id === 'sampler_load' && track ? { track } : null;
    if (change) this.samplers.update((all) => all.map((one, i) => (i === sampler - 1 ? { ...one, ...change } : one)));
  }

  /** Spectators get a deck's position once a second; commands tell what happens between. */
  private moveDeck(deck: DeckView, { control: id, value, frame, position }: MidiResponse): void {
    if (this.isDj()) return;
    const now = deck.history.at(frame);
    if (!now) return;
    const tempo = 1 + (id === 'rate' ? value : untracked(this.value({ control: 'rate', deck: deck.id }))) / 100;
    let { rate, playing } = now;
    if (id === 'play') [rate, playing] = value > 0 ? [tempo, true] : [0, false];
    else if (id === 'rate' && playing) rate = tempo;
    else if (id === 'load' || id === 'unload') [rate, playing] = [0, false];
    else if (position === undefined) return;
    const at = position ?? (id === 'load' ? 0 : now.position);
    deck.history.add({ ...now, frame, position: at, rate, playing, bpm: deck.bpmAt(rate) });
  }

  private takeVisual(packet: ArrayBuffer): void {
    const visual = parseVisualization(packet);
    this.timeline.at(visual.frame, () => this.takeSamplers(visual.samplers));
    this.visuals.push(visual);
    if (this.visuals.length > 64) this.visuals.shift();
    visual.decks.slice(0, this.decks.length).forEach((state, i) => {
      const deck = this.decks[i];
      deck.history.add({
        frame: visual.frame,
        position: state.position,
        rate: state.rate,
        bpm: deck.bpmAt(state.rate),
        playing: (state.flags & DECK_PLAYING) !== 0,
        peakDb: state.peakDb,
      });
    });
  }

  /** One bit a sampler: whether it sounds. */
  private takeSamplers(bits: number): void {
    const playing = (n: number) => ((bits >> (n - 1)) & 1) === 1;
    if (this.samplers().every((one) => one.playing === playing(one.sampler))) return;
    this.samplers.update((all) => all.map((one) => ({ ...one, playing: playing(one.sampler) })));
  }

  private takePresence(presence: Presence): void {
    this.presence.set(presence);
    this.battle.update((battle) => {
      if (!battle) return battle;
      const players = battle.players.map((player) => {
        const now = presence.players.find((p) => p.seat === player.seat);
        return now ? { ...player, connected: now.connected } : player;
      });
      return { ...battle, players, spectators: presence.spectators };
    });
  }

  private showHeld(held: { control: string; player: Seat }): void {
    this.heldBy.set(held);
    clearTimeout(this.heldTimer);
    this.heldTimer = setTimeout(() => this.heldBy.set(null), HELD_MS);
  }

  private remember(address: Address): string {
    const key = addressKey(address);
    const { control: id, deck, monitor, sampler } = address;
    if (!this.addresses.has(key)) {
      const target = { ...(deck ? { deck } : {}), ...(monitor ? { monitor } : {}), ...(sampler ? { sampler } : {}) };
      this.addresses.set(key, { control: id, ...target });
    }
    return key;
  }

  private sendKey(key: string, value: number): void {
    this.store.sent(key);
    void this.send(key, value);
  }

  private async send(key: string, value: number, trackId?: string): Promise<boolean> {
    const address = this.addresses.get(key)!;
    const optimistic = ['continuous', 'choice', 'toggle'].includes(control(address.control).kind);
    const nowMs = performance.now();
    try {
      const done = await this.connection.request('midi-command', {
        battleId: this.id(),
        playerId: this.session.playerId() ?? '',
        command: { ...address, value, ...(trackId ? { trackId } : {}) },
        sent: Math.round(this.serverClock.timeAt(nowMs) ?? Date.now()),
        heard: this.heardNow(),
      });
      if (done.timing === 'late') this.lateMoves.update((count) => count + 1);
      if (optimistic) this.store.accepted(key, done.value, done.frame);
      return true;
    } catch (error) {
      if (optimistic) this.store.refused(key);
      // A lost connection is shown by itself; another hand on a shared control where it happens, by held-by.
      if (this.status() !== 'joined') return false;
      if ((error as Refusal).code !== 'conflict' || this.battle()?.state === 'ended') this.tell(error);
      return false;
    }
  }

  private async ask<T>(request: Promise<T>): Promise<T | null> {
    try {
      return await request;
    } catch (error) {
      this.tell(error);
      return null;
    }
  }

  /** Five pings, a pause, again: the server's clock and the way to it. */
  private async probe(): Promise<void> {
    clearTimeout(this.probing);
    for (let i = 0; i < PROBES; ++i) {
      const sentMs = performance.now();
      try {
        const reply = await this.connection.request('ping', { timestamp: sentMs });
        const receivedMs = performance.now();
        this.serverClock.add({ sentMs, receivedMs, serverTime: reply.serverTime, frame: reply.frame });
      } catch {
        break;
      }
      const now = performance.now();
      const frame = this.serverClock.frameAt(now);
      if (frame !== null) this.clock.setServerFrame(frame, now);
      await new Promise((resolve) => setTimeout(resolve, PROBE_GAP_MS));
    }
    this.rttMs.set(this.serverClock.rttMs());
    this.playoutMs.set(this.clock.playoutDelayMs());
    if (this.status() !== 'joined') return;
    if (this.hearing()) {
      const playoutMs = Math.round(this.clock.playoutDelayMs());
      void this.connection.request('latency-report', { battleId: this.id(), playoutMs }).catch(() => undefined);
    }
    this.probing = setTimeout(() => void this.probe(), ROUND_MS);
  }

  private tick(nowMs: number): void {
    this.frameRequest = requestAnimationFrame((next) => this.tick(next));
    this.measure();
    const heard = this.clock.heardFrame(performance.now());
    this.timeline.advance(heard ?? Infinity);
    if (heard !== null) {
      while (this.visuals.length > 0 && this.visuals[0].frame <= heard) this.visual = this.visuals.shift()!;
    }
    if (nowMs - this.lastHeardMs < HEARD_INTERVAL_MS) return;
    this.lastHeardMs = nowMs;
    this.heardFrame.set(heard);
    for (const deck of this.decks) {
      deck.heard.set(heard === null ? deck.history.newest() : deck.history.at(heard));
    }
  }

  private measure(): void {
    const packet = this.audio.playedPacket();
    if (packet) {
      this.clock.measure(packet, this.audio.outputLatencyMs());
      return;
    }
    const seconds = this.audio.httpPosition();
    if (seconds === null || seconds === 0) return;
    const now = performance.now();
    // The first sound over HTTP is the frame that was rendered when the stream was asked for.
    this.httpStartFrame ??= (this.serverClock.frameAt(now) ?? 0) - seconds * 48000;
    this.clock.measureElement(this.httpStartFrame + seconds * 48000, now, this.audio.outputLatencyMs());
  }
}

/** The engine leaves a deck of an ended battle as it was, playing; nobody hears it. */
function stopped(state: DeckState): DeckState {
  return { ...state, playing: false, rate: 0, peak: 0 };
}
