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
