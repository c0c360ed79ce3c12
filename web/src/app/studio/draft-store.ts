// The mix that is being put together, with undo and redo; kept in this browser, so that it can be left
// and come back to. Provided by the studio's page.

import { computed, effect, inject, Injectable, signal } from '@angular/core';
import { TranslocoService } from '@jsverse/transloco';
import { Announcer } from '../core/announcer';
import type { Genome, MixerInfo, MixParameters, MixPreset, PlaceShift } from '../core/mixes';
import type { Track } from '../core/model';
import * as drafts from './model/draft';
import type { Draft } from './model/draft';
import * as history from './model/history';
import type { Wish } from './model/wish';

const STORAGE_KEY = 'dju.studio';

@Injectable()
export class DraftStore {
  private readonly announcer = inject(Announcer);
  private readonly transloco = inject(TranslocoService);
  private readonly steps = signal<history.History<Draft> | null>(null);

  /** Null until the server has said what there is to ask for. */
  readonly draft = computed(() => this.steps()?.present ?? null);
  readonly tracks = computed<readonly Track[]>(() => this.draft()?.tracks ?? []);
  readonly canUndo = computed(() => (this.steps()?.past.length ?? 0) > 0);
  readonly canRedo = computed(() => (this.steps()?.future.length ?? 0) > 0);

  constructor() {
    effect(() => {
      const draft = this.draft();
      if (draft) store(draft);
    });
  }

  /** Where one left off, or an empty mix with the mixer's own parameters. */
  begin(mixer: MixerInfo): void {
    const known = mixer.parameters.map(({ name, default: value }) => [name, value]);
    const parameters = Object.fromEntries(
      known.filter(([, value]) => value !== null),
    ) as unknown as MixParameters;
    const fresh: Draft = {
      name: '',
      model: mixer.models[0],
      preset: null,
      parameters,
      tracks: [],
      edits: {},
      shifts: {},
    };
    const draft = { ...fresh, ...stored() };
    this.steps.set(
      history.begin(mixer.models.includes(draft.model) ? draft : { ...draft, model: fresh.model }),
    );
  }

  add(track: Track, at?: number): void {
    const before = this.tracks().length;
    this.change((draft) => drafts.withTrack(draft, track, at));
    this.say(this.tracks().length > before ? 'added' : 'notAdded', track);
  }

  remove(track: Track): void {
    this.change((draft) => drafts.withoutTrack(draft, track.id));
    this.say('removed', track);
  }

  move(from: number, to: number): void {
    const track = this.tracks()[from];
    this.change((draft) => drafts.withMoved(draft, from, to));
    if (this.tracks()[to] === track)
      this.say('moved', track, { place: to + 1, count: this.tracks().length });
  }

  /** Values that follow each other within one movement of a hand are one step. */
  set<K extends keyof MixParameters>(
    name: K,
    value: MixParameters[K],
    gesture: string | null = null,
  ): void {
    this.change((draft) => drafts.withParameter(draft, name, value), gesture);
  }

  draw(energyCurve: readonly number[], gesture: string | null = null): void {
    const drawn = (draft: Draft) => drafts.withParameter(draft, 'energyCurve', energyCurve);
    this.change((draft) => drafts.withParameter(drawn(draft), 'energy', 'drawn'), gesture);
  }

  choose(preset: Pick<MixPreset, 'id' | 'parameters'>): void {
    this.change((draft) => drafts.withPreset(draft, preset));
  }

  rename(name: string): void {
    this.change((draft) => ({ ...draft, name }), 'name');
  }

  /** What a link asks for, over where one left off; a step that can be undone. */
  wish({ model, preset, parameters }: Wish): void {
    if (!model && !preset && Object.keys(parameters).length === 0) return;
    this.change((draft) => {
      const begun = preset ? drafts.withPreset(draft, preset) : draft;
      return {
        ...begun,
        model: model ?? begun.model,
        preset: Object.keys(parameters).length > 0 ? null : begun.preset,
        parameters: { ...begun.parameters, ...parameters },
      };
    });
  }

  mixBy(model: string): void {
    this.change((draft) => ({ ...draft, model }));
  }

  edit(key: string, genome: Genome, gesture: string | null = null): void {
    this.change((draft) => drafts.withGenome(draft, key, genome), gesture);
  }

  shift(key: string, from: PlaceShift, by: PlaceShift): void {
    this.change((draft) => drafts.withShift(draft, key, from, by));
  }

  reset(key: string): void {
    this.change((draft) => drafts.withoutGenome(draft, key));
  }

  clear(): void {
    this.change((draft) => ({ ...draft, name: '', tracks: [], edits: {}, shifts: {} }));
  }

  /** The hand has let go: what follows is another step. */
  settle(): void {
    this.steps.update((steps) => steps && history.settle(steps));
  }

  undo(): void {
    this.steps.update((steps) => steps && history.undo(steps));
  }

  redo(): void {
    this.steps.update((steps) => steps && history.redo(steps));
  }

  /** The server has found an order: what was asked for, so no step of its own. */
  arrange(draft: Draft): void {
    this.steps.update((steps) => steps && history.amend(steps, draft));
  }

  private change(act: (draft: Draft) => Draft, gesture: string | null = null): void {
    this.steps.update((steps) => steps && history.advance(steps, act(steps.present), gesture));
  }

  private say(what: string, { title }: Track, more: object = {}): void {
    this.announcer.say(this.transloco.translate(`studio.said.${what}`, { title, ...more }));
  }
}

function store(draft: Draft): void {
  try {
    localStorage.setItem(STORAGE_KEY, JSON.stringify(draft));
  } catch {
    return; // Refused in some private modes; the draft then lasts as long as the page.
  }
}

function stored(): Partial<Draft> {
  try {
    return (JSON.parse(localStorage.getItem(STORAGE_KEY) ?? '{}') as Partial<Draft> | null) ?? {};
  } catch {
    return {};
  }
}
