// The battle page: a DJ's instruments around one battle.

import { ChangeDetectionStrategy, Component, computed, effect, inject, input, signal, untracked } from '@angular/core';
import { RouterLink } from '@angular/router';
import { TranslocoDirective, TranslocoService } from '@jsverse/transloco';
import { Announcer } from '../core/announcer';
import { AudioStream } from '../core/audio-stream';
import { BattleConnection } from '../core/battle-connection';
import { BattleRoom } from '../core/battle-room';
import { SessionService } from '../core/session.service';
import { KeyboardControl } from '../core/keyboard';
import { GamepadService } from '../core/gamepad/gamepad.service';
import { Hands } from '../core/hands';
import { LibrarySelection } from '../core/library-selection';
import { MidiService } from '../core/midi/midi.service';
import { DECK_IDS, type DeckId } from '../core/model';
import { platterTurns, ScrollWaveform, Spectrum } from '../widgets';
import { DeckPanel } from './deck-panel';
import { HelpPanel } from './help-panel';
import { LibraryDrawer } from './library-drawer';
import { MixerPanel } from './mixer-panel';
import { PeoplePanel } from './people-panel';
import { Rack, type RackName } from './rack/rack';
import { ResultPanel } from './result-panel';
import { SettingsPanel } from './settings-panel';
import { StageBar } from './stage-bar';
import { TalkPanel } from './talk-panel';
import { JudgePanel } from './judge-panel';
import { JudgeStrip } from './judge-strip';
import { NameDialog } from './name-dialog';
import { laneOf } from '../core/deck-lane';
import { DeckLayers } from '../core/deck-layers';
import { FRAMES_PER_SECOND } from '../core/deck-view';
import { HeardClock } from '../core/heard-clock';

type Panel = 'chat' | 'judge' | 'people' | 'settings' | 'help';
const NOTICE_MS = 6000;

@Component({
  selector: 'dju-battle-page',
  imports: [
    DeckPanel,
    HelpPanel,
    JudgePanel,
    JudgeStrip,
    LibraryDrawer,
    MixerPanel,
    NameDialog,
    PeoplePanel,
    Rack,
    ResultPanel,
    RouterLink,
    ScrollWaveform,
    SettingsPanel,
    Spectrum,
    StageBar,
    TalkPanel,
    TranslocoDirective,
  ],
  changeDetection: ChangeDetectionStrategy.OnPush,
  providers: [
    AudioStream,
    BattleConnection,
    BattleRoom,
    DeckLayers,
    GamepadService,
    Hands,
    HeardClock,
    KeyboardControl,
    LibrarySelection,
    MidiService,
  ],
  templateUrl: './battle-page.html',
  styleUrl: './battle-page.css',
})
export class BattlePage {
  /** From the route. */
  readonly id = input.required<string>();
  readonly invite = input<string>();

  protected readonly room = inject(BattleRoom);
  protected readonly layers = inject(DeckLayers);
  protected readonly session = inject(SessionService);
  private readonly announcer = inject(Announcer);
  private readonly transloco = inject(TranslocoService);
  protected readonly panel = signal<Panel | null>(null);
  protected readonly rack = signal<RackName | null>(null);
  protected readonly refusal = inject(BattleConnection).refusal;
  protected readonly spectrum = () => this.room.visualization()?.spectrum ?? null;
  /** The decks in front, and those behind them on which something lies. */
  protected readonly lanes = computed(() => [...this.layers.front(), ...this.layers.behind().filter((deck) => deck.track())].map(laneOf));

  constructor() {
    inject(KeyboardControl).listen(() => this.show('help'));
    inject(GamepadService).listen();
    effect(() => {
      if (this.session.token()) untracked(() => this.enter());
    });
    effect((onCleanup) => {
      if (!this.room.notice()) return;
      const timer = setTimeout(() => this.room.notice.set(null), NOTICE_MS);
      onCleanup(() => clearTimeout(timer));
    });
    this.announce();
  }

  protected show(panel: Panel): void {
    this.panel.update((now) => (now === panel ? null : panel));
  }

  /** A finger on a waveform holds the record. */
  protected scrubHold({ deck, held }: { deck: string; held: boolean }): void {
    void this.room.controls.press({ control: 'jog_touch', deck: deck as DeckId }, held ? 1 : 0);
  }

  protected scrub({ deck, seconds }: { deck: string; seconds: number }): void {
    const view = this.room.deck(deck as DeckId)!;
    this.room.controls.turn({ control: 'jog', deck: view.id }, platterTurns(seconds * FRAMES_PER_SECOND * view.rate()));
  }

  private enter(): void {
    this.room.open({ battleId: this.id(), role: 'dj', ...(this.invite() ? { invite: this.invite() } : {}) });
  }

  /** What a screen reader is told: tracks that are loaded, decks that start and stop, turns. */
  private announce(): void {
    for (const id of DECK_IDS) {
      const deck = this.room.deck(id)!;
      effect(() => {
        const track = deck.track();
        if (track) this.say('loaded', { deck: deck.id, title: track.title });
      });
      effect(() => {
        const { playing, previewing } = deck.facts();
        if (untracked(deck.track) && !previewing) this.say(playing ? 'playing' : 'stopped', { deck: deck.id });
      });
    }
    const turn = computed(() => this.room.battle()?.turn ?? null);
    effect(() => {
      const seat = turn();
      if (seat) this.say(seat === untracked(this.room.seat) ? 'yourTurn' : 'theirTurn', { seat });
    });
  }

  private say(key: string, values: Record<string, string>): void {
    this.announcer.say(this.transloco.translate(`battle.announce.${key}`, values));
  }
}
