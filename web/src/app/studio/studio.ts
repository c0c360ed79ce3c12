// The mixer studio: records are chosen and ordered, a model plans, transitions are changed by hand and
// listened to, and the mix is made.

import {
  ChangeDetectionStrategy,
  Component,
  computed,
  effect,
  inject,
  resource,
  signal,
  untracked,
} from '@angular/core';
import { ActivatedRoute } from '@angular/router';
import { TranslocoDirective, TranslocoService } from '@jsverse/transloco';
import { Announcer } from '../core/announcer';
import { ApiService } from '../core/api.service';
import { MixApi } from '../core/mix-api';
import type { Mix, MixPlan, MixRequest, TrackOrder } from '../core/mixes';
import { SessionService } from '../core/session.service';
import { PreviewPlayer } from '../library/preview-player';
import { TrackList } from '../library/track-list';
import { GuestName } from '../lobby/guest-name';
import { formatTime } from '../widgets/maths/format';
import { TrackBrowser } from '../widgets/track-browser/track-browser';
import { DraftStore } from './draft-store';
import { EnergyCurve } from './energy-curve';
import { MixJobs } from './mix-jobs';
import { type BoxShift, MixTimeline } from './mix-timeline';
import { keyAt, requestOf } from './model/draft';
import { restyled } from './model/genome';
import { wishFrom } from './model/wish';
import { MyMixes } from './my-mixes';
import { ParameterSliders } from './parameter-sliders';
import { Planner } from './planner';
import { PresetChips } from './preset-chips';
import { RecordShelf } from './record-shelf';
import { SetList } from './set-list';
import { type GenomeChange, TransitionEditor } from './transition-editor';
import { TransitionPreview } from './transition-preview';

/** How far a mix may be from the length that is wanted before the page says so. */
const NEAR_SECONDS = 15;

@Component({
  selector: 'dju-studio',
  imports: [
    EnergyCurve,
    GuestName,
    MixTimeline,
    MyMixes,
    ParameterSliders,
    PresetChips,
    SetList,
    TrackBrowser,
    TransitionEditor,
    TranslocoDirective,
  ],
  providers: [
    DraftStore,
    MixJobs,
    Planner,
    PreviewPlayer,
    RecordShelf,
    TrackList,
    TransitionPreview,
  ],
  changeDetection: ChangeDetectionStrategy.OnPush,
  host: { '(document:keydown)': 'key($event)' },
  templateUrl: './studio.html',
  styleUrl: './studio.css',
})
export class Studio {
  protected readonly store = inject(DraftStore);
  protected readonly planner = inject(Planner);
  protected readonly list = inject(TrackList);
  protected readonly listen = inject(PreviewPlayer);
  protected readonly shelf = inject(RecordShelf);
  protected readonly heard = inject(TransitionPreview);
  protected readonly jobs = inject(MixJobs);
  protected readonly session = inject(SessionService);
  private readonly api = inject(ApiService);
  private readonly mixApi = inject(MixApi);
  private readonly route = inject(ActivatedRoute);
  private readonly announcer = inject(Announcer);
  private readonly transloco = inject(TranslocoService);

  protected readonly mixer = resource({ loader: () => this.mixApi.mixer() });
  protected readonly orders: readonly TrackOrder[] = ['given', 'fixedEnds', 'free'];
  protected readonly chosen = signal<string | null>(null);
  protected readonly opened = signal<number | null>(null);
  protected readonly making = signal(false);
  protected readonly error = signal<string | null>(null);
  /** A mix that is being made although there is one of the same songs from other files. */
  protected readonly alike = signal<{ request: MixRequest; mix: Mix } | null>(null);
  protected readonly position = () => this.heard.position();
  /** The last plan, with what a hand is moving as it stands now. */
  protected readonly plan = computed<MixPlan | null>(() => {
    const plan = this.planner.plan();
    const edits = this.store.draft()?.edits ?? {};
    if (!plan) return null;
    const transitions = plan.transitions.map((one, i) => ({
      ...one,
      genome: edits[keyAt(plan, i)] ?? one.genome,
    }));
    return { ...plan, transitions };
  });
  /** Numbers of the transitions that people wrote. */
  protected readonly edited = computed<ReadonlySet<number>>(() => {
    const plan = this.plan();
    const edits = this.store.draft()?.edits ?? {};
    const shifts = this.store.draft()?.shifts ?? {};
    return new Set(
      plan?.transitions
        .map((_, i) => i)
        .filter((i) => keyAt(plan, i) in edits || keyAt(plan, i) in shifts),
    );
  });
  /** Records are only so long, and each is to be heard. */
  protected readonly missedLength = computed(() => {
    const plan = this.planner.plan();
    const wanted = plan?.parameters.targetMinutes;
    if (!plan || !wanted || Math.abs(plan.totalSeconds - 60 * wanted) <= NEAR_SECONDS) return null;
    return plan.totalSeconds > 60 * wanted ? 'atLeast' : 'atMost';
  });
  protected readonly open = computed(() => {
    const number = this.opened();
    return number !== null && number < (this.plan()?.transitions.length ?? 0) ? number : null;
  });

  /** Those that are offered, and the one that a link has named. */
  protected readonly models = computed(() => {
    const offered = this.mixer.hasValue() ? this.mixer.value().models : [];
    const own = this.store.draft()?.model;
    return own && !offered.includes(own) ? [...offered, own] : offered;
  });

  constructor() {
    effect(() => {
      const mixer = this.mixer.hasValue() ? this.mixer.value() : null;
      if (!mixer) return;
      untracked(() => {
        this.store.begin(mixer);
        this.store.wish(wishFrom(this.route.snapshot.queryParamMap, mixer));
      });
    });
    effect(() => {
      if (this.session.token()) untracked(() => void this.jobs.refresh());
    });
  }

  protected time(seconds: number): string {
    return formatTime(seconds);
  }

  protected add(id: string, at?: number): Promise<void> {
    return this.attempt(async () => {
      const known = this.list.tracks().find((track) => track.id === id);
      this.store.add(known ?? (await this.api.track(id)), at);
    });
  }

  protected preview(number: number): void {
    const plan = this.plan();
    const draft = this.store.draft();
    this.listen.stop();
    if (this.heard.transition() === number) this.heard.stop();
    else if (plan && draft) void this.heard.play(requestOf(draft), plan, number);
  }

  protected change(number: number, { genome, gesture }: GenomeChange): void {
    const plan = this.plan();
    if (plan) this.store.edit(keyAt(plan, number), genome, gesture);
  }

  /** From where the transition really lies: a record may have had no room for all that was wanted. */
  protected shift({ number, by }: BoxShift): void {
    const plan = this.planner.plan();
    if (!plan) return;
    this.store.shift(keyAt(plan, number), plan.transitions[number].shift, by);
    const bars = by.exitBars || by.entryBars;
    const way = `studio.said.${by.exitBars ? 'exit' : 'entry'}${bars > 0 ? 'Later' : 'Earlier'}`;
    this.announcer.say(this.transloco.translate(way, { number: number + 1, bars: Math.abs(bars) }));
  }

  protected restyle(number: number, style: string): Promise<void> {
    return this.attempt(async () => {
      const [draft, plan] = [this.store.draft(), this.plan()];
      if (!draft || !plan) return;
      const { transitionBars, effects } = draft.parameters;
      const made = await this.mixApi.genome(style, transitionBars, effects);
      this.store.edit(keyAt(plan, number), restyled(plan.transitions[number].genome, made));
    });
  }

  protected reset(number: number): void {
    const plan = this.plan();
    if (plan) this.store.reset(keyAt(plan, number));
  }

  protected make(): Promise<void> {
    return this.attempt(async () => {
      const draft = this.store.draft();
      if (!draft) return;
      this.making.set(true);
      try {
        const name = draft.name.trim();
        const request = { ...requestOf(draft), ...(name ? { name } : {}) };
        const { mix, alike } = await this.mixApi.create(request);
        this.alike.set(alike && mix.state !== 'done' ? { request, mix } : null);
        await this.jobs.refresh();
      } finally {
        this.making.set(false);
      }
    });
  }

  /** What is there of the same songs will do. */
  protected takeAlike(): Promise<void> {
    return this.attempt(async () => {
      const found = this.alike();
      if (!found) return;
      this.alike.set(null);
      await this.mixApi.create({ ...found.request, encoding: 'any' });
      await this.mixApi.remove(found.mix.id);
      await this.jobs.refresh();
    });
  }

  /** Where a text is not being written, whose own undo comes first. */
  protected key(event: KeyboardEvent): void {
    if (!(event.ctrlKey || event.metaKey) || event.altKey || isText(event.target)) return;
    const key = event.key.toLowerCase();
    if (key === 'z' && !event.shiftKey) this.store.undo();
    else if (key === 'y' || key === 'z') this.store.redo();
    else return;
    event.preventDefault();
  }

  private async attempt(act: () => Promise<void>): Promise<void> {
    this.error.set(null);
    try {
      await act();
    } catch (error) {
      this.error.set((error as Error).message);
    }
  }
}

function isText(target: EventTarget | null): boolean {
  return target instanceof HTMLInputElement && ['text', 'search', 'number'].includes(target.type);
}
