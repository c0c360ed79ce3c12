// A new tournament in three clicks: what it is between, its format, and make. Pairs of tracks are chosen from the
// library: neighbours in tempo, so that they can be mixed.

import { ChangeDetectionStrategy, Component, computed, inject, resource, signal } from '@angular/core';
import { Router } from '@angular/router';
import { TranslocoDirective, TranslocoService } from '@jsverse/transloco';
import { ApiService } from '../core/api.service';
import { MixApi } from '../core/mix-api';
import type { Recording, Track } from '../core/model';
import { SessionService } from '../core/session.service';
import { ArenaApi, type Format, type NewTournament } from './arena-api';

type Between = 'mixers' | 'people' | 'both';

const MIXERS = [
  { model: 'rules@1' },
  { model: 'rules@1', preset: 'chill' },
  { model: 'rules@1', preset: 'peak-time' },
  { model: 'linear@1' },
];
/** Those above, and one that everybody hears to be bad: the arena's own known pair has it. */
const NOT_OFFERED = new Set(['rules@1', 'linear@1', 'sum@1']);
const MOST_SETS = 4;
const MOST_TRACKS = 200;
const MOST_RECORDINGS = 50;

@Component({
  selector: 'dju-create-tournament',
  imports: [TranslocoDirective],
  changeDetection: ChangeDetectionStrategy.OnPush,
  templateUrl: './create-tournament.html',
  styleUrl: '../lobby/create-battle.css',
})
export class CreateTournament {
  private readonly api = inject(ArenaApi);
  private readonly library = inject(ApiService);
  private readonly mixers = inject(MixApi);
  private readonly router = inject(Router);
  private readonly texts = inject(TranslocoService);
  private readonly session = inject(SessionService);

  protected readonly kinds: readonly Between[] = ['mixers', 'people', 'both'];
  protected readonly formats: readonly Format[] = ['open', 'single', 'double', 'swiss', 'roundRobin'];
  protected readonly between = signal<Between>('mixers');
  protected readonly recordings = signal<readonly Recording[]>([]);
  protected readonly chosen = signal<ReadonlySet<string>>(new Set());
  /** Others that the server offers: evolved ones, learned ones. */
  private readonly catalogue = resource({ loader: () => this.mixers.mixer() });
  protected readonly others = computed(() =>
    this.catalogue.hasValue() ? this.catalogue.value().models.filter((model) => !NOT_OFFERED.has(model)) : [],
  );
  protected readonly busy = signal(false);
  protected readonly error = signal<string | null>(null);
  protected readonly named = computed(() => !!this.session.name());

  protected async choose(between: Between): Promise<void> {
    this.between.set(between);
    if (between === 'mixers' || this.recordings().length > 0) return;
    try {
      const { recordings } = await this.library.recordings(MOST_RECORDINGS, 0);
      this.recordings.set(recordings.filter((each) => tracksOf(each).length >= 2));
    } catch (error) {
      this.error.set((error as Error).message);
    }
  }

  protected toggle(id: string): void {
    this.chosen.update((before) => {
      const after = new Set(before);
      if (!after.delete(id)) after.add(id);
      return after;
    });
  }

  protected async create(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const form = new FormData(event.target as HTMLFormElement);
    this.busy.set(true);
    this.error.set(null);
    try {
      const made = await this.api.create(await this.wanted(form));
      await this.router.navigate(['/arena', made.id]);
    } catch (error) {
      this.error.set((error as Error).message);
    } finally {
      this.busy.set(false);
    }
  }

  private async wanted(form: FormData): Promise<NewTournament> {
    const people = this.between() === 'mixers' ? [] : this.recordings().filter(({ id }) => this.chosen().has(id));
    const others = this.others().filter((model) => this.chosen().has(model));
    const mixers = this.between() === 'people' ? [] : [...MIXERS, ...others.map((model) => ({ model }))];
    if (this.between() !== 'mixers' && people.length === 0)
      throw new Error(this.texts.translate('arena.create.noRecordings'));
    return {
      name: String(form.get('name')).trim() || this.texts.translate('arena.create.nameExample'),
      format: String(form.get('format')) as Format,
      votesPerMatch: Number(form.get('votes')),
      contestants: [...people.map(({ id }) => ({ recordings: [id] })), ...mixers],
      sets: people.length > 0 ? setsOf(people) : await this.librarySets(),
    };
  }

  private async librarySets(): Promise<[string, string][]> {
    const { tracks } = await this.library.tracks({ sort: 'bpm', limit: MOST_TRACKS });
    if (tracks.length < 2) throw new Error(this.texts.translate('arena.create.noTracks'));
    return neighbours(tracks);
  }
}

function tracksOf(recording: Recording): string[] {
  return [...new Set(recording.tracklist.map(({ trackId }) => trackId))];
}

/** The passages that people played, each once. */
function setsOf(recordings: readonly Recording[]): [string, string][] {
  const sets = new Map<string, [string, string]>();
  for (const recording of recordings) {
    const [first, second] = tracksOf(recording);
    sets.set(`${first} ${second}`, [first, second]);
  }
  return [...sets.values()].slice(0, MOST_SETS);
}

/** Tracks beside each other in tempo, from all over the library. */
function neighbours(tracks: readonly Track[]): [string, string][] {
  const count = Math.min(MOST_SETS, tracks.length - 1);
  return Array.from({ length: count }, (_, i) => {
    const at = Math.floor((i * (tracks.length - 1)) / count);
    return [tracks[at].id, tracks[at + 1].id];
  });
}
