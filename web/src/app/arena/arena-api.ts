// The arena's part of docs/protocol.md, typed.

import { inject, Injectable } from '@angular/core';
import { ApiError } from '../core/api.service';
import { SessionService } from '../core/session.service';

export type Format = 'open' | 'single' | 'double' | 'swiss' | 'roundRobin';
export type Choice = 'A' | 'B' | 'tie' | 'bothBad';
export type Side = 'A' | 'B';

export interface TrackName {
  readonly id: string;
  readonly title: string;
  readonly artist: string;
}

export interface Contestant {
  readonly number?: number;
  readonly name: string;
  readonly kind: 'mixer' | 'person';
  readonly model?: string;
  readonly preset?: string | null;
  readonly owner?: { readonly playerId: string; readonly name: string };
}

export interface TournamentSummary {
  readonly id: string;
  readonly name: string;
  readonly format: Format;
  readonly state: 'preparing' | 'running' | 'ended';
  readonly creator: { readonly playerId: string; readonly name: string };
  readonly createdAt: number;
  readonly endsAt?: number;
  readonly endedAt?: number;
  readonly contestants: number;
  readonly sets: number;
  readonly votes: number;
  readonly champion?: string;
}

export interface Standing {
  readonly contestant: number;
  readonly points: number;
  readonly interval: readonly [number, number];
  readonly rank: readonly [number, number];
  readonly wins: number;
  readonly losses: number;
  readonly ties: number;
}

export interface Match {
  readonly number: number;
  readonly a: number | null;
  readonly b: number | null;
  readonly state: 'waiting' | 'open' | 'decided' | 'bye' | 'notNeeded';
  readonly votes: { readonly a: number; readonly b: number; readonly tie: number; readonly bothBad: number };
  readonly winner?: number;
  readonly decidedBy?: string;
}

export interface Round {
  readonly part: 'winners' | 'losers' | 'final' | 'round';
  readonly round: number;
  readonly matches: readonly Match[];
}

export interface Tournament
  extends Omit<TournamentSummary, 'contestants' | 'sets' | 'votes' | 'champion'> {
  readonly votesPerMatch: number;
  readonly clipSeconds: number;
  readonly sets: readonly { readonly tracks: readonly TrackName[] }[];
  readonly contestants: readonly Contestant[];
  readonly clips: {
    readonly ready: number;
    readonly failed: number;
    readonly total: number;
    readonly failures: readonly { readonly contestant: number; readonly set: number; readonly error: string }[];
  };
  readonly votes: {
    readonly total: number;
    readonly counted: number;
    readonly setAside: Readonly<Record<string, number>>;
  };
  readonly standings: readonly Standing[];
  readonly stars: readonly { readonly mean: number | null; readonly count: number }[];
  readonly participants: Participants;
  readonly meanStars: MeanStars;
  readonly flips: number | null;
  readonly bracket?: { readonly rounds: readonly Round[] };
  readonly outcome?: { readonly champion: number | null; readonly by: string };
}

export interface Ballot {
  readonly id: string;
  readonly clips: Readonly<Record<Side, { readonly url: string; readonly seconds: number }>>;
  readonly needSeconds: number;
  readonly tracks: readonly TrackName[];
  readonly heard: Readonly<Record<Side, number>>;
  readonly left: number;
}

export interface Reveal {
  readonly choice: Choice;
  readonly A: Contestant;
  readonly B: Contestant;
  readonly votes: Readonly<Record<Choice, number>>;
  readonly left: number;
}

export interface NewTournament {
  readonly name: string;
  readonly format: Format;
  readonly contestants: readonly object[];
  readonly sets: readonly (readonly [string, string])[];
  readonly votesPerMatch: number;
}

export type Interval = readonly [number, number];

/** A mean of stars, with its interval where anybody gave any. */
export interface MeanStars {
  readonly mean: number | null;
  readonly interval?: Interval;
  readonly ratings: number;
  readonly listeners: number;
}

export interface Participants {
  readonly began: number;
  readonly finished: number;
  readonly share?: number;
  readonly interval?: Interval;
}

export interface RatedMixer {
  readonly name: string;
  readonly model: string;
  readonly preset: string | null;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly tournaments: number;
  readonly points: number;
  readonly interval: Interval;
  readonly rank: Interval;
  readonly wins: number;
  readonly losses: number;
  readonly ties: number;
  readonly stars: { readonly mean: number | null; readonly count: number };
}

export interface Leaders {
  readonly votes: number;
  readonly mixers: readonly RatedMixer[];
  readonly participants: Participants;
  readonly meanStars: MeanStars;
}

export interface EvolutionSummary {
  readonly lineage: string;
  readonly state: 'preparing' | 'running' | 'closing' | 'failed' | 'ended';
  readonly error?: string;
  readonly creator: { readonly playerId: string; readonly name: string };
  readonly generation: number;
  readonly generations: number;
  readonly votesPerRound: number;
  readonly tournament: string;
  readonly counted: number;
  readonly champion?: string;
}

export interface LineageMixer {
  readonly id: string;
  readonly name: string;
  readonly generation: number;
  readonly birth: 'founder' | 'mutation' | 'cross' | 'merge';
  readonly parents: readonly string[];
  readonly heardIn: readonly number[];
  readonly rating?: { readonly points: number; readonly interval: Interval };
}

export interface LineageRound {
  readonly generation: number;
  readonly tournament: string;
  readonly votes: number;
  readonly champion: string;
  readonly coverage: number;
  readonly mergesTried: number;
  readonly mergesKept: number;
  readonly winners: Readonly<Record<string, number>>;
}

export interface Evolution extends EvolutionSummary {
  readonly sets: readonly { readonly tracks: readonly TrackName[] }[];
  readonly rounds: readonly LineageRound[];
  readonly mixers: readonly LineageMixer[];
  readonly open: readonly string[];
}

export interface MyTaste {
  readonly votes: number;
  readonly leanings: readonly {
    readonly trait: string;
    readonly logOdds: number;
    readonly interval: Interval;
    readonly sure: boolean;
  }[];
  readonly sentences: readonly { readonly key: string; readonly en: string; readonly es: string }[];
  readonly ranking: readonly {
    readonly name: string;
    readonly model: string;
    readonly preset: string | null;
    readonly parameters: Readonly<Record<string, unknown>>;
    readonly worth: number;
    readonly interval: Interval;
  }[];
  readonly recommended?: { readonly parameters: Readonly<Record<string, unknown>>; readonly worth: number };
}

export interface Offer {
  readonly id: string;
  readonly clip: { readonly url: string; readonly seconds: number };
  readonly needSeconds: number;
  readonly heard: number;
  readonly tracks: readonly TrackName[];
}

export interface Trial {
  readonly global: MeanStars & { readonly assigned: number };
  readonly personal: MeanStars & { readonly assigned: number };
  readonly difference?: number;
  readonly interval?: Interval;
}

@Injectable({ providedIn: 'root' })
export class ArenaApi {
  private readonly session = inject(SessionService);

  async tournaments(): Promise<readonly TournamentSummary[]> {
    return (await this.ask<{ tournaments: TournamentSummary[] }>('GET', '/tournaments')).tournaments;
  }

  tournament(id: string): Promise<Tournament> {
    return this.ask('GET', `/tournaments/${id}`);
  }

  create(tournament: NewTournament): Promise<Tournament> {
    return this.ask('POST', '/tournaments', tournament);
  }

  end(id: string): Promise<Tournament> {
    return this.ask('POST', `/tournaments/${id}/end`, {});
  }

  ballot(tournament: string): Promise<Ballot> {
    return this.ask('POST', `/tournaments/${tournament}/ballots`, {});
  }

  heard(ballot: string, side: Side, from: number, to: number): Promise<{ heard: Record<Side, number>; enough: boolean }> {
    return this.ask('POST', `/ballots/${ballot}/heard`, { side, from, to });
  }

  vote(ballot: string, choice: Choice, stars?: Readonly<Record<Side, number>>): Promise<Reveal> {
    return this.ask('POST', `/ballots/${ballot}/vote`, { choice, ...(stars ? { stars } : {}) });
  }

  leaders(): Promise<Leaders> {
    return this.ask('GET', '/leaderboard');
  }

  async evolutions(): Promise<readonly EvolutionSummary[]> {
    return (await this.ask<{ evolutions: EvolutionSummary[] }>('GET', '/evolutions')).evolutions;
  }

  evolution(lineage: string): Promise<Evolution> {
    return this.ask('GET', `/evolutions/${lineage}`);
  }

  closeRound(lineage: string): Promise<EvolutionSummary> {
    return this.ask('POST', `/evolutions/${lineage}/close`, {});
  }

  mine(): Promise<object> {
    return this.ask('GET', '/me');
  }

  forget(): Promise<void> {
    return this.ask('DELETE', '/me');
  }

  taste(): Promise<MyTaste> {
    return this.ask('GET', '/me/taste');
  }

  offer(): Promise<Offer> {
    return this.ask('POST', '/offers', {});
  }

  offerHeard(offer: string, from: number, to: number): Promise<{ heard: number; enough: boolean }> {
    return this.ask('POST', `/offers/${offer}/heard`, { from, to });
  }

  rateOffer(offer: string, stars: number): Promise<{ stars: number }> {
    return this.ask('POST', `/offers/${offer}/rating`, { stars });
  }

  trial(): Promise<Trial> {
    return this.ask('GET', '/trial');
  }

  private async ask<T>(method: string, path: string, body?: object): Promise<T> {
    const token = this.session.token();
    const response = await fetch(`/api/v1/arena${path}`, {
      method,
      headers: {
        ...(token ? { Authorization: `Bearer ${token}` } : {}),
        ...(body ? { 'Content-Type': 'application/json' } : {}),
      },
      body: body && JSON.stringify(body),
    });
    const answer = (await response.json().catch(() => null)) as T & {
      error?: { code?: string; message?: string };
    };
    if (response.ok) return answer;
    const error = answer?.error;
    throw new ApiError(error?.code ?? 'internal', error?.message ?? `HTTP ${response.status}`, response.status);
  }
}
