// The lineage of mixers that evolve: a picture by generation with parents and the champions' line, a table of the same
// beside it, what each round came to, and the mixes of whoever is chosen.

import { ChangeDetectionStrategy, Component, computed, DestroyRef, effect, ElementRef, inject, signal, untracked, viewChild } from '@angular/core';
import { toSignal } from '@angular/core/rxjs-interop';
import { ActivatedRoute, RouterLink } from '@angular/router';
import { TranslocoDirective } from '@jsverse/transloco';
import { Language } from '../core/language';
import { SessionService } from '../core/session.service';
import { formatSigned } from '../widgets/maths/format';
import { Plural } from '../widgets/plural';
import { ArenaApi, type Evolution, type LineageRound, type Tournament, type TrackName } from './arena-api';
import { type LineageNode, neighbour, NODE_HEIGHT, NODE_WIDTH, picture } from './lineage-layout';

const REFRESH_MS = 5000;
const TELLING = 0.05;
const MOST_TRAITS = 4;

interface Clip {
  readonly url: string;
  readonly tracks: readonly TrackName[];
}

@Component({
  selector: 'dju-lineage',
  imports: [Plural, RouterLink, TranslocoDirective],
  changeDetection: ChangeDetectionStrategy.OnPush,
  templateUrl: './lineage.html',
  styleUrls: ['./table.css', './lineage.css'],
})
export class LineagePage {
  private readonly api = inject(ArenaApi);
  private readonly session = inject(SessionService);
  private readonly language = inject(Language);
  private readonly route = toSignal(inject(ActivatedRoute).paramMap);
  private readonly graph = viewChild<ElementRef<HTMLElement>>('graph');
  protected readonly nodeWidth = NODE_WIDTH;
  protected readonly nodeHeight = NODE_HEIGHT;
  protected readonly evolution = signal<Evolution | null>(null);
  protected readonly error = signal<string | null>(null);
  protected readonly chosen = signal<string | null>(null);
  /** Null: not known yet, or not to be heard before the round has ended. */
  protected readonly clips = signal<readonly Clip[] | null>(null);
  protected readonly drawn = computed(() => picture(this.evolution() ?? { mixers: [], rounds: [] }));
  protected readonly node = computed(() => this.drawn().nodes.find(({ mixer }) => mixer.id === this.chosen()) ?? null);
  protected readonly mine = computed(() => this.evolution()?.creator.playerId === this.session.playerId());
  private readonly known = new Map<string, Promise<Tournament>>();

  constructor() {
    void this.refresh();
    const timer = setInterval(() => {
      if (document.visibilityState === 'visible') void this.refresh();
    }, REFRESH_MS);
    inject(DestroyRef).onDestroy(() => clearInterval(timer));
    effect(() => {
      this.chosen();
      untracked(() => void this.listClips());
    });
  }

  protected short(id: string): string {
    return id.slice(0, 5);
  }

  /** What winners have more or less of than the others, the most telling first. */
  protected winners(round: LineageRound): readonly (readonly [string, number])[] {
    return Object.entries(round.winners)
      .filter(([, difference]) => Math.abs(difference) >= TELLING)
      .sort(([, x], [, y]) => Math.abs(y) - Math.abs(x))
      .slice(0, MOST_TRAITS);
  }

  protected signed(value: number): string {
    return formatSigned(value, 2, this.language.active());
  }

  /** One node is in the order of tabs: the chosen one, else the first. */
  protected tabIndex(node: LineageNode): number {
    return node === (this.node() ?? this.drawn().nodes[0]) ? 0 : -1;
  }

  protected walk(event: KeyboardEvent, node: LineageNode): void {
    if (!event.key.startsWith('Arrow')) return;
    event.preventDefault();
    const next = neighbour(this.drawn().nodes, node, event.key);
    this.chosen.set(next.mixer.id);
    this.graph()?.nativeElement.querySelector<HTMLElement>(`[data-mixer="${next.mixer.id}"]`)?.focus();
  }

  protected async close(): Promise<void> {
    try {
      await this.api.closeRound(this.evolution()!.lineage);
      await this.refresh();
    } catch (error) {
      this.error.set((error as Error).message);
    }
  }

  private async refresh(): Promise<void> {
    try {
      this.evolution.set(await this.api.evolution(this.route()?.get('name') ?? ''));
      this.error.set(null);
    } catch (error) {
      this.error.set((error as Error).message);
    }
  }

  /** Of the last round in which the chosen one was heard and which has ended. */
  private async listClips(): Promise<void> {
    const evolution = this.evolution();
    const mixer = this.node()?.mixer;
    this.clips.set(null);
    if (!evolution || !mixer) return;
    const heard = evolution.rounds.filter(({ generation }) => mixer.heardIn.includes(generation)).at(-1);
    if (!heard) return;
    try {
      if (!this.known.has(heard.tournament)) this.known.set(heard.tournament, this.api.tournament(heard.tournament));
      const tournament = await this.known.get(heard.tournament)!;
      if (this.chosen() !== mixer.id) return;
      const number = tournament.contestants.findIndex(({ model }) => model === mixer.name);
      const failed = new Set(tournament.clips.failures.filter(({ contestant }) => contestant === number).map(({ set }) => set));
      this.clips.set(
        tournament.sets
          .map(({ tracks }, set) => ({ url: `/api/v1/arena/tournaments/${tournament.id}/clips/${number}-${set}.opus`, tracks, set }))
          .filter(({ set }) => number >= 0 && !failed.has(set)),
      );
    } catch (error) {
      this.known.delete(heard.tournament);
      this.error.set((error as Error).message);
    }
  }
}
