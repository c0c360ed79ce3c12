// What the server's HTTP API and events carry (docs/protocol.md), as types. Nothing here computes.

export type Seat = 'A' | 'B';
export const DECK_IDS = ['A', 'B', 'C', 'D'] as const;
export type DeckId = (typeof DECK_IDS)[number];
export type BattleFormat = 'back_to_back' | 'rounds' | 'free';

export interface Grid {
  readonly anchorSeconds: number;
  readonly bpm: number;
  readonly changes?: readonly { readonly beat: number; readonly seconds: number; readonly bpm: number }[];
  readonly edited?: boolean;
  readonly locked?: boolean;
  readonly analysisHash?: string;
}

export interface Phrase {
  readonly start: number;
  readonly end: number;
  readonly bars: number;
  readonly label: string;
}

export interface Cue {
  readonly time: number;
  readonly kind: string;
  readonly label?: string;
  readonly slot?: number;
  readonly length?: number;
  readonly color?: string;
}

/** docs/analysis.md; what no analyser found is left out. */
export interface Analysis {
  readonly id: string;
  readonly analyser: number;
  readonly duration: number;
  readonly tempo?: {
    readonly bpm: number;
    readonly confidence: number;
    readonly constant: boolean;
    readonly alternatives: readonly number[];
    readonly changes: readonly { readonly time: number; readonly bpm: number; readonly beat: number }[];
  };
  readonly key?: {
    readonly name: string;
    readonly camelot?: string;
    readonly open_key?: string;
    readonly confidence: number;
    readonly tuning_cents: number;
    readonly modulations: readonly { readonly time: number; readonly key: string }[];
  };
  readonly loudness: {
    readonly integrated_lufs: number;
    readonly range_lu: number;
    readonly true_peak_dbtp: number;
    readonly replay_gain_db: number;
  };
  readonly energy?: readonly number[];
  readonly phrases?: readonly Phrase[];
  readonly cues?: readonly Cue[];
  readonly genre?: { readonly name: string; readonly confidence: number };
  readonly vocals?: readonly { readonly start: number; readonly end: number }[];
}

/** What people set of a track, and whether a step leads back or forth. */
export interface EditState {
  readonly edited: readonly ('grid' | 'key' | 'cues' | 'phrases')[];
  readonly locked: boolean;
  readonly canUndo: boolean;
  readonly canRedo: boolean;
  readonly grid: Grid;
}

/** Null takes back what people set. */
export interface TrackChange {
  readonly grid?: Grid | null;
  readonly key?: string | null;
  readonly cues?: readonly Cue[] | null;
  readonly phrases?: readonly Phrase[] | null;
  readonly locked?: boolean;
}

export interface SimilarTracks {
  readonly same: readonly { readonly track: Track; readonly likeness: number; readonly offsetSeconds: number }[];
  readonly mixable: readonly Track[];
}

export interface Track {
  readonly id: string;
  readonly title: string;
  readonly artist: string;
  readonly album: string;
  readonly genre: string;
  readonly durationSeconds: number;
  readonly frames: number;
  readonly bpm: number;
  readonly grid: Grid | null;
  readonly key?: string | null;
  readonly camelot?: string;
  readonly tempoConfidence?: number;
  readonly loudnessLufs?: number;
  readonly energy?: number;
  readonly foundGenre?: string;
  readonly addedAt: number;
  readonly format: string;
  readonly bitrate: number;
  readonly hasCover: boolean;
  readonly uploader?: string | null;
  readonly license?: string | null;
  readonly source?: string | null;
  readonly analysisHash: string;
}

export interface Crate {
  readonly id: string;
  readonly name: string;
  readonly owner: string;
  readonly tracks: readonly string[];
}

export interface Job<R = Record<string, unknown>> {
  readonly id: string;
  readonly kind: string;
  readonly state: 'queued' | 'running' | 'done' | 'failed' | 'cancelled';
  readonly progress: number;
  readonly stage?: string;
  readonly secondsLeft?: number;
  readonly error?: { code: string; message: string } | string | null;
  readonly result?: R | null;
  readonly createdAt: number;
}

export interface BattlePlayer {
  readonly seat: Seat;
  readonly playerId: string;
  readonly name: string;
  readonly connected: boolean;
}

export interface Battle {
  readonly id: string;
  readonly name: string;
  readonly format: BattleFormat;
  readonly kind: 'live' | 'replay';
  readonly state: 'waiting' | 'running' | 'ended';
  readonly visibility: 'public' | 'unlisted';
  readonly ranked: boolean;
  /** Whether both DJs are given the larger of their two delays. */
  readonly equalDelay: boolean;
  readonly createdAt: number;
  readonly startedFrame?: number | null;
  readonly rounds: number;
  readonly roundSeconds: number;
  readonly round: number | null;
  readonly turn: Seat | null;
  readonly roundEndsFrame?: number | null;
  /** Null until the recording can be asked for. */
  readonly recordingId: string | null;
  readonly players: readonly BattlePlayer[];
  readonly spectators: number;
  readonly decks: number;
  readonly sampleRate: number;
}

/** With the two secrets, as its DJs see it. */
export interface CreatedBattle extends Battle {
  readonly invite: string;
  readonly watch: string;
}

export interface Votes {
  readonly A: number;
  readonly B: number;
  readonly tie: number;
  readonly total?: number;
}

export interface Recording {
  readonly id: string;
  readonly name: string;
  readonly format: BattleFormat;
  readonly createdAt: number;
  readonly durationSeconds: number;
  readonly players: readonly { seat: Seat; playerId?: string; name: string }[];
  readonly tracklist: readonly { frame: number; deck: DeckId; trackId: string; title: string; artist: string }[];
  readonly votes: Votes;
  readonly ended: boolean;
  readonly hash: string;
  readonly dspRevision: number;
  readonly bytes: number;
  readonly hasArchive: boolean;
  readonly marks?: number;
}

export interface VerifyResult {
  readonly verified: boolean;
  readonly sameRevision: boolean;
  readonly marks: number;
  readonly firstDifference?: number | null;
}

export interface DeckState {
  readonly deck: DeckId;
  readonly isPlaying: boolean;
  readonly playing: boolean;
  readonly previewing: boolean;
  readonly scratching: boolean;
  readonly atEnd: boolean;
  readonly loaded: boolean;
  readonly trackId: string | null;
  readonly title: string | null;
  readonly artist: string | null;
  readonly frames: number | null;
  /** Heard BPM: the grid's times the rate; 0 without a grid. */
  readonly bpm: number;
  /** The tempo fader, percent. */
  readonly pitch: number;
  readonly rateRange: number;
  readonly volume: number;
  /** Seconds. */
  readonly position: number;
  readonly positionFrames: number;
  /** Real playback rate: 1 as recorded, 0 stopped, negative backwards. */
  readonly rate: number;
  readonly eq: { readonly high: number; readonly mid: number; readonly low: number };
  readonly kills: { readonly high: boolean; readonly mid: boolean; readonly low: boolean };
  readonly hotcues: readonly { readonly active: boolean; readonly position: number }[];
  readonly beatPhase: number;
  readonly barBeat: number;
  readonly cueFrame: number;
  readonly trim: number;
  /** Linear. */
  readonly peak: number;
  readonly audibleShare: number;
  readonly faderGain: number;
  readonly crossfaderGain: number;
  /** Switches of the transport as the engine has them; it turns some off itself. */
  readonly switches: Readonly<Record<DeckSwitch, boolean>>;
  /** Whether others follow this deck. */
  readonly leader: boolean;
  /** Slowing down, or coming up to speed. */
  readonly braking: boolean;
  /** Track frames; where nothing is set, −1. */
  readonly loopIn: number;
  readonly loopOut: number;
  /** Size of the loop, or of the one that a loop would have. */
  readonly loopBeats: number;
  /** Where the deck would be without slip's detour, track frames. */
  readonly slipFrame: number;
  /** Semitones by which it sounds shifted. */
  readonly keyShift: number;
  /** Auto gain that is applied. */
  readonly autoGainDb: number;
}

export const DECK_SWITCHES = ['sync', 'quantize', 'slip', 'reverse', 'loop', 'keylock', 'fader_start', 'auto_gain'] as const;
export type DeckSwitch = (typeof DECK_SWITCHES)[number];

/** With the values of its controls by name. */
export interface SamplerState {
  /** 1–8. */
  readonly sampler: number;
  readonly track: TrackSummary | null;
  readonly playing: boolean;
}

export interface TrackSummary {
  readonly trackId: string;
  readonly title: string;
  readonly artist: string;
  readonly durationSeconds?: number;
  readonly frames: number;
  readonly bpm?: number;
  readonly grid?: Grid | null;
  readonly analysisHash?: string;
}

export interface BattleState {
  readonly battle: Battle;
  readonly frame: number;
  readonly serverTime: number;
  readonly decks: readonly DeckState[];
  /** What every control of each deck shows. */
  readonly deckControls: readonly Readonly<Record<string, number>>[];
  readonly samplers: readonly SamplerState[];
  readonly mixer: Readonly<Record<string, number>>;
  readonly monitors: readonly Readonly<Record<string, number>>[];
  readonly held: { readonly crossfader: Seat | null };
  readonly tracks: readonly TrackSummary[];
  readonly votes?: Votes;
}

export interface ServerError {
  readonly code: string;
  readonly message: string;
}
