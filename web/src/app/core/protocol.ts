// The event protocol of docs/protocol.md, typed for socket.io: one interface a direction.

import type { Feedback, JudgeTransition, ScoreUpdate } from './judge';
import type { Battle, BattleState, DeckId, DeckState, Seat, ServerError, TrackSummary, Votes } from './model';

export type Ack<T = object> = ({ success: true } & T) | { success: false; error: string; code: string };

/** A command in the readable form of the protocol. */
export interface Command {
  readonly control: string;
  readonly deck?: DeckId;
  readonly monitor?: Seat;
  /** 1–8. */
  readonly sampler?: number;
  readonly value: number;
  readonly trackId?: string;
}

export interface Joined {
  readonly role: 'dj' | 'spectator';
  readonly seat: Seat | null;
  /** DJs get the secrets of the two links with it. */
  readonly battle: Battle & { readonly invite?: string; readonly watch?: string };
  readonly state: BattleState;
}

export interface CarriedOut {
  readonly frame: number;
  readonly seq: number;
  readonly value: number;
  /** heard: it did what it would have done when it was made; late: too long ago for that. */
  readonly timing: 'arrival' | 'heard' | 'late' | 'beat';
}

export interface MidiResponse {
  readonly seq: number;
  readonly frame: number;
  readonly player: Seat | null;
  readonly control: string;
  readonly deck?: DeckId;
  readonly monitor?: Seat;
  readonly sampler?: number;
  readonly value: number;
  /** Track frames, where the command placed the deck. */
  readonly position?: number;
  readonly timing?: 'late';
  readonly track?: TrackSummary;
}

export interface AudioSync {
  readonly rtpTimestamp: number;
  readonly ssrc: number;
  readonly frame: number;
  readonly serverTime: number;
  readonly codecDelaySamples: number;
}

export interface Presence {
  readonly spectators: number;
  readonly players: readonly {
    readonly seat: Seat;
    readonly name: string;
    readonly connected: boolean;
    /** Of the socket, as the server measures it; null while it has not. */
    readonly rttMs: number | null;
    readonly jitterMs: number | null;
    /** Share of the stream's packets, 0 … 1. */
    readonly loss: number | null;
    readonly playoutMs: number | null;
    /** From what is heard to what the engine does about it. */
    readonly delayMs: number | null;
    /** Added, so that both DJs have the same. */
    readonly holdMs: number;
  }[];
}

export interface ChatMessage {
  readonly name: string;
  readonly text: string;
  readonly frame: number;
  readonly role: 'A' | 'B' | 'spectator' | string;
}

export type ReactionKind = 'fire' | 'heart' | 'clap' | 'wow';

export interface Reaction {
  readonly kind: ReactionKind;
  readonly frame: number;
  readonly count: number;
}

export interface BeatSync {
  readonly frame: number;
  readonly decks: readonly {
    readonly deck: DeckId;
    readonly bpm: number;
    readonly nextBeatFrame: number | null;
    readonly beatInBar: number;
    readonly beatPhase: number;
  }[];
}

/** Without a round they are of the whole battle. */
export interface RoundVotes extends Votes {
  readonly round?: number;
}

export interface ServerEvents {
  'battle-state': (message: { state: BattleState }) => void;
  'battle-start': (message: { battleId: string; frame: number }) => void;
  'battle-end': (message: { battleId: string; frame: number; hash: string }) => void;
  'recording-ready': (message: { battleId: string; recordingId: string }) => void;
  'midi-response': (message: MidiResponse) => void;
  'deck-state-update': (message: { frame: number; decks: readonly DeckState[] }) => void;
  'visualization-data': (packet: ArrayBuffer) => void;
  'audio-sync': (message: AudioSync) => void;
  'beat-sync': (message: BeatSync) => void;
  'ice-candidate': (message: { candidate: string; sdpMid: string | null }) => void;
  presence: (message: Presence) => void;
  'held-by': (message: { control: string; player: Seat }) => void;
  round: (message: { round: number; turn: Seat; endsFrame: number }) => void;
  chat: (message: ChatMessage) => void;
  reaction: (message: Reaction) => void;
  votes: (message: RoundVotes) => void;
  'transition-detected': (message: JudgeTransition) => void;
  'score-update': (message: ScoreUpdate) => void;
  'ai-feedback': (message: readonly Feedback[]) => void;
  error: (message: ServerError) => void;
}

export interface ClientEvents {
  'join-battle': (
    request: { battleId: string; playerId?: string; role?: 'dj' | 'spectator'; invite?: string; watch?: string },
    ack: (reply: Ack<Joined>) => void,
  ) => void;
  'leave-battle': (request: { battleId: string }, ack: (reply: Ack) => void) => void;
  'battle-state': (request: { battleId: string }, ack: (reply: Ack<{ state: BattleState }>) => void) => void;
  'midi-command': (
    request: { battleId: string; playerId: string; command: Command; sent: number; heard: number; number: number },
    ack: (reply: Ack<CarriedOut>) => void,
  ) => void;
  'battle-start': (request: { battleId: string }, ack: (reply: Ack) => void) => void;
  'battle-end': (request: { battleId: string }, ack: (reply: Ack) => void) => void;
  ping: (request: { timestamp: number }, ack: (reply: Ack<{ serverTime: number; frame?: number }>) => void) => void;
  'request-audio-stream': (
    request: { battleId: string; offer: string; frame?: 20 | 60; bitrate?: number },
    ack: (reply: Ack<{ answer: string }>) => void,
  ) => void;
  'latency-report': (
    request: { battleId: string; playoutMs: number },
    ack: (reply: Ack) => void,
  ) => void;
  chat: (request: { battleId: string; text: string; heard: number }, ack: (reply: Ack) => void) => void;
  reaction: (request: { battleId: string; kind: ReactionKind; heard: number }, ack: (reply: Ack) => void) => void;
  vote: (
    request: {
      battleId: string;
      choice: 'A' | 'B' | 'tie';
      round?: number;
      heardIntervals: readonly (readonly [number, number])[];
      heard: number;
    },
    ack: (reply: Ack<{ votes: RoundVotes }>) => void,
  ) => void;
}
