// One deck as hands expect it: what is on it, where it is, platter, transport, hot cues, tempo.

import { ChangeDetectionStrategy, Component, computed, inject, input, signal } from '@angular/core';
import { TranslocoDirective } from '@jsverse/transloco';
import { BattleRoom } from '../core/battle-room';
import { control } from '../core/controls';
import { DeckLayers } from '../core/deck-layers';
import { FRAMES_PER_SECOND, loopOf, type DeckView } from '../core/deck-view';
import { Language } from '../core/language';
import type { DeckId } from '../core/model';
import { deckSeat } from '../core/permissions';
import {
  BeatCounter,
  beatInBar,
  bpmAt,
  formatNumber,
  formatSigned,
  formatTime,
  camelotShifted,
  HoldButton,
  JogWheel,
  OverviewWaveform,
  platterTurns,
  TRACK_DRAG_TYPE,
} from '../widgets';
import { Plural } from '../widgets/plural';
import { BoundFader } from './bound-fader';
import { BoundToggle } from './bound-toggle';
import { BoundTrigger } from './bound-trigger';
import { GridPanel } from './grid-panel';
import { LoopStrip } from './loop-strip';
import { PadSection } from './pads/pad-section';

const WARNING_SECONDS = 30;
const NUDGE_PERCENT = 4;
const BEATS_A_BAR = 4;

@Component({
  selector: 'dju-deck-panel',
  imports: [
    BeatCounter,
    BoundFader,
    BoundToggle,
    BoundTrigger,
    GridPanel,
    HoldButton,
    JogWheel,
    LoopStrip,
    OverviewWaveform,
    PadSection,
    Plural,
    TranslocoDirective,
  ],
  changeDetection: ChangeDetectionStrategy.OnPush,
  templateUrl: './deck-panel.html',
  styleUrl: './deck-panel.css',
  host: {
    '[class.mirrored]': 'mirrored()',
    '[class.locked]': '!mine()',
    '[class.target]': 'dropping()',
    '[style.--deck]': 'colour()',
    '(dragover)': 'dragOver($event)',
    '(dragleave)': 'dropping.set(false)',
    '(drop)': 'drop($event)',
  },
})
export class DeckPanel {
  readonly view = input.required<DeckView>();

  protected readonly room = inject(BattleRoom);
  protected readonly layers = inject(DeckLayers);
  private readonly language = inject(Language);
  protected readonly ranges = control('rate_range').choices ?? [];
  protected readonly dropping = signal(false);
  protected readonly editingGrid = signal(false);

  protected readonly deck = computed(() => this.view().id);
  protected readonly mirrored = computed(() => deckSeat(this.deck()) === 'B');
  /** The other deck of this side. */
  protected readonly behind = computed(() => this.layers.behind().find(({ id }) => deckSeat(id) === deckSeat(this.deck())) ?? null);
  protected readonly colour = computed(() => `var(--dju-deck-${this.deck().toLowerCase()})`);
  protected readonly mine = computed(() => this.room.controls.mayMove({ control: 'play', deck: this.deck() }));
  /** Name of the DJ whose deck it is, where decks belong to one. */
  protected readonly owner = computed(() => {
    const battle = this.room.battle();
    if (!battle) return null;
    if (battle.format === 'free' || battle.turn) {
      return battle.turn ? (battle.players.find((p) => p.seat === battle.turn)?.name ?? null) : null;
    }
    return battle.players.find((p) => p.seat === deckSeat(this.deck()))?.name ?? null;
  });
  protected readonly range = computed(() => this.room.controls.value({ control: 'rate_range', deck: this.deck() })());
  protected readonly rate = computed(() => this.room.controls.value({ control: 'rate', deck: this.deck() })());
  protected readonly playing = computed(() => this.room.controls.value({ control: 'play', deck: this.deck() })() > 0.5);
  protected readonly bpm = computed(() => {
    const grid = this.view().grid();
    if (!grid) return '–';
    const bpm = bpmAt(grid, this.view().heard()?.position ?? 0);
    return formatNumber(bpm * (1 + this.rate() / 100), 2, this.language.active());
  });
  protected readonly tempoText = computed(() => {
    const rate = this.rate();
    return `${formatSigned(rate, 2, this.language.active())} %`;
  });
  private readonly seconds = computed(() => (this.view().heard()?.position ?? 0) / FRAMES_PER_SECOND);
  private readonly length = computed(() => (this.view().track()?.frames ?? 0) / FRAMES_PER_SECOND);
  protected readonly elapsed = computed(() => (this.loaded() ? formatTime(this.seconds(), true) : '–:––'));
  protected readonly remaining = computed(() =>
    this.loaded() ? formatTime(-Math.max(0, this.length() - this.seconds()), true) : '–:––',
  );
  protected readonly ending = computed(
    () => this.playing() && this.loaded() && this.length() - this.seconds() < WARNING_SECONDS,
  );
  protected readonly loaded = computed(() => this.view().track() !== null);
  protected readonly beat = computed(() => {
    const [grid, heard] = [this.view().grid(), this.view().heard()];
    return grid && heard && this.loaded() ? beatInBar(grid, heard.position) : null;
  });
  protected readonly atCue = computed(() => {
    const heard = this.view().heard();
    return this.loaded() && !this.playing() && !!heard && Math.abs(heard.position - this.view().facts().cueFrame) < 480;
  });

  /** The key as it sounds. */
  protected readonly key = computed(() => camelotShifted(this.view().key() ?? '', this.view().facts().keyShift));
  protected readonly loop = computed(() => loopOf(this.view().facts()));
  /** Bars until the phrase ends, counting the one that sounds. */
  protected readonly phraseBars = computed(() => {
    const [grid, seconds] = [this.view().grid(), this.seconds()];
    const phrase = this.view().marks().phrases.find(({ start, end }) => seconds >= start && seconds < end);
    if (!grid || !phrase) return null;
    const bar = (60 * BEATS_A_BAR) / bpmAt(grid, seconds * FRAMES_PER_SECOND);
    return Math.max(1, Math.ceil((phrase.end - seconds) / bar - 0.01));
  });

  /** Where a hand presses, so that it lets go there though another deck has come to the front. */
  private nudging: DeckId | null = null;
  private cueing: DeckId | null = null;

  protected readonly position = () => this.view().position();
  protected readonly turns = () => platterTurns(this.view().position());
  protected readonly progress = () => this.view().position() / (this.view().track()?.frames || 1);

  protected togglePlay(): void {
    this.room.controls.toggle({ control: 'play', deck: this.deck() });
  }

  protected cue(pressed: boolean): void {
    const deck = this.cueing ?? this.deck();
    this.cueing = pressed ? deck : null;
    void this.room.controls.press({ control: 'cue', deck }, pressed ? 1 : 0);
  }

  protected nudge(direction: number): void {
    const deck = this.nudging ?? this.deck();
    this.nudging = direction === 0 ? null : deck;
    void this.room.controls.press({ control: 'nudge', deck }, direction * NUDGE_PERCENT);
  }

  protected seek(frame: number): void {
    void this.room.controls.press({ control: 'seek', deck: this.deck() }, frame);
  }

  protected touch(held: boolean): void {
    void this.room.controls.press({ control: 'jog_touch', deck: this.deck() }, held ? 1 : 0);
  }

  protected turn(turns: number): void {
    this.room.controls.turn({ control: 'jog', deck: this.deck() }, turns);
  }

  protected chooseRange(event: Event): void {
    const percent = Number((event.target as HTMLSelectElement).value);
    void this.room.controls.press({ control: 'rate_range', deck: this.deck() }, percent);
  }

  protected eject(): void {
    void this.room.controls.press({ control: 'unload', deck: this.deck() }, 1);
  }

  protected dragOver(event: DragEvent): void {
    if (!this.mine() || !event.dataTransfer?.types.includes(TRACK_DRAG_TYPE)) return;
    event.preventDefault();
    this.dropping.set(true);
  }

  protected drop(event: DragEvent): void {
    this.dropping.set(false);
    const trackId = event.dataTransfer?.getData(TRACK_DRAG_TYPE);
    if (!trackId || !this.mine()) return;
    event.preventDefault();
    void this.room.load(this.deck(), trackId);
  }
}
