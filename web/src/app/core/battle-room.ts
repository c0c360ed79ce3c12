// One battle as a page sees it: who is there, what is on the decks, what was said, and how it begins and
// ends. Takes the server's events and gives each to whom it concerns: controls, decks, the clock of what
// is heard. Provided by the page, closed with it.

import { computed, effect, inject, Injectable, OnDestroy, signal, untracked } from '@angular/core';
import { ApiService } from './api.service';
import { AudioStream } from './audio-stream';
import { BattleConnection, JoinRequest, Refusal } from './battle-connection';
import { BattleControls } from './battle-controls';
import { findControl } from './controls';
import { DeckTracks } from './deck-tracks';
import { DeckView } from './deck-view';
import { HeardClock } from './heard-clock';
import { DECK_IDS, DECK_SWITCHES, type Battle, type BattleState, type DeckId, type DeckState, type SamplerState, type Seat, type Votes } from './model';
import { JudgeDesk } from './judge-desk';
import { OneTab } from './one-tab';
import type { ChatMessage, Joined, MidiResponse, Presence, Reaction, ReactionKind, RoundVotes } from './protocol';
import { SessionService } from './session.service';
import { DECK_PLAYING, parseVisualization, type Visualization } from './visualization';

export interface Notice {
  readonly code: string;
  readonly message: string;
}

export interface Links {
  readonly invite: string;
  readonly watch: string;
}

const CHAT_KEPT = 200;
const HELD_MS = 600;

@Injectable()
export class BattleRoom implements OnDestroy {
  private readonly api = inject(ApiService);
  private readonly session = inject(SessionService);
  readonly connection = inject(BattleConnection);
  readonly audio = inject(AudioStream);
  readonly clock = inject(HeardClock);

  readonly battle = signal<Battle | null>(null);
  readonly seat = signal<Seat | null>(null);
  readonly links = signal<Links | null>(null);
  readonly presence = signal<Presence | null>(null);
  readonly chat = signal<readonly ChatMessage[]>([]);
  readonly reaction = signal<Reaction | null>(null);
  /** Of the whole battle. */
  readonly votes = signal<Votes | null>(null);
  /** Of the round that was voted on last. */
  readonly roundVotes = signal<RoundVotes | null>(null);
  readonly recordingId = computed(() => this.battle()?.recordingId ?? null);
  readonly judge = new JudgeDesk();
  readonly notice = signal<Notice | null>(null);
  /** A shared control that another hand holds. */
  readonly heldBy = signal<{ control: string; player: Seat } | null>(null);
  readonly samplers = signal<readonly SamplerState[]>([]);
  readonly status = this.connection.status;
  readonly tab = new OneTab();
  readonly isDj = computed(() => this.seat() !== null);
  /** Of both DJs; a seat's letter where nobody sits. */
  readonly names = computed((): Record<Seat, string> => {
    const name = (seat: Seat) => this.battle()?.players.find((player) => player.seat === seat)?.name ?? seat;
    return { A: name('A'), B: name('B') };
  });
  readonly controls = new BattleControls({
    battle: this.battle,
    seat: this.seat,
    connection: this.connection,
    clock: this.clock,
    playerId: () => this.session.playerId() ?? '',
    tell: (error) => this.tell(error),
  });
  private readonly allDecks = DECK_IDS.map((id) => new DeckView(id, this.clock, this.controls.value({ control: 'rate', deck: id })));
  /** As many as the battle has. */
  readonly decks = computed<readonly DeckView[]>(() => this.allDecks.slice(0, this.battle()?.decks ?? 2));

  private visual: Visualization | null = null;
  private request: JoinRequest | null = null;
  private joinedBefore = false;
  private heldTimer: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    effect(() => {
      const running = this.battle() !== null && this.battle()!.state !== 'ended';
      if (this.tab.elsewhere()) untracked(() => this.audio.stop());
      else if (running && this.status() === 'joined' && this.audio.state() === 'off') untracked(() => void this.listen());
    });
    const tracks = inject(DeckTracks);
    for (const deck of this.allDecks) tracks.follow(deck, (error) => this.tell(error));
  }

  open(request: JoinRequest): void {
    this.request = request;
    this.joinedBefore = false;
    this.tab.open(`${request.battleId}.${request.role ?? 'dj'}`);
    const socket = this.connection.open(request, (joined) => this.joined(joined));
    socket.on('battle-state', ({ state }) => this.takeState(state));
    socket.on('battle-start', () => void this.refreshBattle());
    socket.on('battle-end', ({ frame }) => {
      this.battle.update((battle) => battle && { ...battle, state: 'ended', turn: null });
      this.finish(frame);
    });
    socket.on('recording-ready', ({ recordingId }) => this.battle.update((battle) => battle && { ...battle, recordingId }));
    socket.on('midi-response', (response) => this.carriedOut(response));
    socket.on('deck-state-update', ({ frame, decks }) => this.clock.at(frame, () => this.takeDecks(decks, frame)));
    socket.on('visualization-data', (packet) => this.takeVisual(packet));
    socket.on('audio-sync', (sync) => this.clock.addSync(sync));
    socket.on('presence', (presence) => this.takePresence(presence));
    socket.on('held-by', (held) => this.showHeld(held));
    socket.on('round', ({ round, turn, endsFrame }) =>
      this.battle.update((battle) => battle && { ...battle, round, turn, roundEndsFrame: endsFrame }),
    );
    socket.on('chat', (message) => this.chat.update((all) => [...all, message].slice(-CHAT_KEPT)));
    socket.on('reaction', (reaction) => this.reaction.set(reaction));
    socket.on('votes', (votes) => this.takeVotes(votes));
    socket.on('transition-detected', (transition) => this.judge.takeTransition(transition));
    socket.on('score-update', (scores) => this.judge.scores.set(scores));
    socket.on('ai-feedback', (said) => this.judge.takeFeedback(said));
    socket.on('error', (error) => this.notice.set(error));
    socket.on('disconnect', () => {
      this.controls.reset();
      this.clock.disconnected();
    });
    this.clock.start(request.battleId);
  }

  /** Puts a track on a deck; the server adds its hot cues. */
  async load(deck: DeckId, trackId: string): Promise<void> {
    await this.controls.press({ control: 'load', deck }, 0, trackId);
  }

  async loadSampler(sampler: number, trackId: string): Promise<void> {
    await this.controls.press({ control: 'sampler_load', sampler }, 0, trackId);
  }

  async begin(): Promise<void> {
    await this.ask(this.connection.request('battle-start', { battleId: this.id() }));
  }

  async end(): Promise<void> {
    await this.ask(this.connection.request('battle-end', { battleId: this.id() }));
  }

  async say(text: string): Promise<boolean> {
    const sent = this.connection.request('chat', { battleId: this.id(), text, heard: this.clock.commandFrame() });
    return (await this.ask(sent)) !== null;
  }

  async react(kind: ReactionKind): Promise<void> {
    await this.ask(this.connection.request('reaction', { battleId: this.id(), kind, heard: this.clock.commandFrame() }));
  }

  async vote(
    choice: 'A' | 'B' | 'tie',
    heardIntervals: readonly (readonly [number, number])[],
    round?: number,
  ): Promise<boolean> {
    const request = { battleId: this.id(), choice, heardIntervals, heard: this.clock.commandFrame(), ...(round ? { round } : {}) };
    const reply = await this.ask(this.connection.request('vote', request));
    if (reply) this.takeVotes(reply.votes);
    return reply !== null;
  }

  private takeVotes(votes: RoundVotes): void {
    if (votes.round) this.roundVotes.set(votes);
    else this.votes.set(votes);
  }

  /** A deck of the battle. */
  deck(id: DeckId | undefined): DeckView | undefined {
    return this.allDecks.find((deck) => deck.id === id);
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
      ...(this.isDj() ? { channel: (channel) => this.controls.channel.use(channel) } : {}),
      httpUrl: () => {
        this.clock.streamEnded();
        return this.api.listenUrl(this.id());
      },
    });
  }

  private joined({ seat, battle, state }: Joined): void {
    this.seat.set(seat);
    this.links.set(battle.invite && battle.watch ? { invite: battle.invite, watch: battle.watch } : null);
    this.clock.joined();
    for (const deck of this.allDecks) deck.history.clear();
    this.takeState(state);
    // A stream lives as long as its socket: the old one has ended, or will as soon as the server notices.
    if (this.joinedBefore) void this.audio.restart();
    this.joinedBefore = true;
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
    if (ended) this.finish(state.frame);
    for (const deck of this.allDecks) {
      const now = decks.find((d) => d.deck === deck.id);
      if (!now) continue;
      const summary = state.tracks.findLast((track) => track.trackId === now.trackId);
      // Within the table the last entry of a track carries its newest grid; the same content stays the same object.
      if (JSON.stringify(summary ?? null) !== JSON.stringify(deck.track())) deck.track.set(summary ?? null);
      deck.takePosition(now, state.frame);
    }
    this.clock.at(state.frame, () => {
      this.controls.tellAll({}, state.mixer, state.frame);
      state.monitors.forEach((values, i) => this.controls.tellAll({ monitor: 'AB'[i] as Seat }, values, state.frame));
      state.deckControls.forEach((values, i) => this.controls.tellAll({ deck: DECK_IDS[i] }, values, state.frame));
      for (const { sampler, track: _track, playing: _playing, ...values } of state.samplers) {
        this.controls.tellAll({ sampler }, values, state.frame);
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
    this.visual = null;
  }

  private takeDecks(decks: readonly DeckState[], frame: number): void {
    for (const state of decks) {
      const deck = this.deck(state.deck);
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
      this.controls.tellAll({ deck: deck.id }, values, frame);
    }
  }

  private carriedOut(response: MidiResponse): void {
    const { control: id, deck: deckId, monitor, sampler, value, frame } = response;
    const deck = this.deck(deckId);
    if (deck && response.track) deck.track.set(response.track);
    if (deck && id === 'unload') deck.track.set(null);
    if (sampler) this.moveSampler(sampler, response);
    if (deck) this.moveDeck(deck, response);
    if (findControl(id)?.kind === 'relative') return;
    const address = { control: id, deck: deckId, monitor, sampler };
    this.clock.at(frame, () => this.controls.tell(address, value, frame));
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
    const tempo = 1 + (id === 'rate' ? value : untracked(this.controls.value({ control: 'rate', deck: deck.id }))) / 100;
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
    this.clock.at(visual.frame, () => {
      this.takeSamplers(visual.samplers);
      if (this.battle()?.state !== 'ended') this.visual = visual;
    });
    visual.decks.forEach((state, i) => {
      const deck = this.allDecks[i];
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

  private async ask<T>(request: Promise<T>): Promise<T | null> {
    try {
      return await request;
    } catch (error) {
      this.tell(error);
      return null;
    }
  }
}

/** The engine leaves a deck of an ended battle as it was, playing; nobody hears it. */
function stopped(state: DeckState): DeckState {
  return { ...state, playing: false, rate: 0, peak: 0 };
}
