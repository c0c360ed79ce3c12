// A mix as a person is putting it together: records in order, what is asked of the mixer, and the
// transitions written by hand. Pure; nothing is changed in place.

import type {
  Genome,
  MixParameters,
  MixPlan,
  MixPreset,
  MixRequest,
  PlaceShift,
} from '../../core/mixes';
import type { Track } from '../../core/model';

export interface Draft {
  readonly name: string;
  readonly model: string;
  /** Whose parameters these still are, or null once one was moved. */
  readonly preset: string | null;
  readonly parameters: MixParameters;
  readonly tracks: readonly Track[];
  /** Genomes by the pair of records they lead between, so that they survive another order. */
  readonly edits: Readonly<Record<string, Genome>>;
  /** Likewise where their transitions were moved to. */
  readonly shifts: Readonly<Record<string, PlaceShift>>;
}

/** Ids of presets that this browser keeps begin so; the server does not know them. */
export const OWN_PRESET = 'own:';
/** How many records a mix may have. */
export const MOST_TRACKS = 50;

function pairKey(outgoing: string, incoming: string): string {
  return `${outgoing} ${incoming}`;
}

/** Key of a plan's transition. */
export function keyAt({ turns }: Pick<MixPlan, 'turns'>, number: number): string {
  return pairKey(turns[number].trackId, turns[number + 1].trackId);
}

/** At the end, or before the record at `at`. A record is in a mix once. */
export function withTrack(draft: Draft, track: Track, at = draft.tracks.length): Draft {
  if (draft.tracks.length >= MOST_TRACKS || draft.tracks.some(({ id }) => id === track.id))
    return draft;
  return { ...draft, tracks: [...draft.tracks.slice(0, at), track, ...draft.tracks.slice(at)] };
}

export function withoutTrack(draft: Draft, id: string): Draft {
  return { ...draft, tracks: draft.tracks.filter((track) => track.id !== id) };
}

/** Who moves a record by hand has taken the order over. */
export function withMoved(draft: Draft, from: number, to: number): Draft {
  if (from === to || to < 0 || to >= draft.tracks.length) return draft;
  const tracks = [...draft.tracks];
  tracks.splice(to, 0, ...tracks.splice(from, 1));
  return { ...draft, tracks, parameters: { ...draft.parameters, order: 'given' } };
}

export function withParameter<K extends keyof MixParameters>(
  draft: Draft,
  name: K,
  value: MixParameters[K],
): Draft {
  if (draft.parameters[name] === value) return draft;
  const preset = name === 'order' ? draft.preset : null;
  return { ...draft, preset, parameters: { ...draft.parameters, [name]: value } };
}

/** The order is a matter of this set, not of a preset. */
export function withPreset(
  draft: Draft,
  { id, parameters }: Pick<MixPreset, 'id' | 'parameters'>,
): Draft {
  return { ...draft, preset: id, parameters: { ...parameters, order: draft.parameters.order } };
}

export function withGenome(draft: Draft, key: string, genome: Genome): Draft {
  return { ...draft, edits: { ...draft.edits, [key]: genome } };
}

/** As the model would have it. */
export function withoutGenome(draft: Draft, key: string): Draft {
  const [edits, shifts] = [{ ...draft.edits }, { ...draft.shifts }];
  delete edits[key];
  delete shifts[key];
  return { ...draft, edits, shifts };
}

/** Moved on by so many bars from where the plan has it now. */
export function withShift(draft: Draft, key: string, from: PlaceShift, by: PlaceShift): Draft {
  const shift = {
    exitBars: from.exitBars + by.exitBars,
    entryBars: from.entryBars + by.entryBars,
  };
  return { ...draft, shifts: { ...draft.shifts, [key]: shift } };
}

/** The records in the plan's order; the same draft where it already was. */
export function inOrderOf(draft: Draft, plan: MixPlan): Draft {
  const found = plan.turns.map((turn) => draft.tracks.find(({ id }) => id === turn.trackId));
  const complete =
    found.length === draft.tracks.length && found.every((track) => track !== undefined);
  if (!complete || found.every((track, i) => track === draft.tracks[i])) return draft;
  return { ...draft, tracks: found };
}

/** What applies to this order, by number of the transition. */
function byNumber<T>(draft: Draft, changes: Readonly<Record<string, T>>): Record<string, T> {
  const transitions: Record<string, T> = {};
  for (let i = 0; i + 1 < draft.tracks.length; ++i) {
    const changed = changes[pairKey(draft.tracks[i].id, draft.tracks[i + 1].id)] as T | undefined;
    if (changed) transitions[i] = changed;
  }
  return transitions;
}

/** In exactly this order. */
export function requestOf(draft: Draft): MixRequest {
  const { model, preset, parameters, tracks } = draft;
  return {
    tracks: tracks.map(({ id }) => id),
    model,
    ...(preset && !preset.startsWith(OWN_PRESET) ? { preset } : {}),
    parameters: { ...parameters, order: 'given' },
    transitions: byNumber(draft, draft.edits),
    shifts: byNumber(draft, draft.shifts),
  };
}

/** For an order to be found: by number, transitions could only be named afterwards. */
export function orderRequestOf(draft: Draft): MixRequest {
  return { ...requestOf(draft), parameters: draft.parameters, transitions: {}, shifts: {} };
}
