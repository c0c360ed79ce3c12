// The audience's page: the mix is heard, both decks and the mixer are seen moving at the frame that is
// being heard, one writes, reacts, and votes at the end. Everything shown comes from the commands and
// the keyframe each second; the spectrum is computed from the received sound.

import {
  afterNextRender,
  ChangeDetectionStrategy,
  Component,
  computed,
  DestroyRef,
  effect,
  inject,
  input,
  signal,
  untracked,
  viewChild,
} from '@angular/core';
import { RouterLink } from '@angular/router';
import { TranslocoDirective, TranslocoService } from '@jsverse/transloco';
import { AudioStream } from '../core/audio-stream';
import { BattleConnection } from '../core/battle-connection';
import { BattleRoom } from '../core/battle-room';
import { laneOf } from '../core/deck-lane';
import type { DeckView as RoomDeck } from '../core/deck-view';
import { HeardClock } from '../core/heard-clock';
import type { DeckId, Seat } from '../core/model';
import { crossfaderSide, deckSeat } from '../core/permissions';
import { SessionService } from '../core/session.service';
import { NetworkTable } from '../battle/network-table';
import { LiveJudge } from '../judge/live-judge';
import { GuestName } from '../lobby/guest-name';
import { BANDS } from '../widgets/maths/bands';
import { SAMPLE_RATE } from '../widgets/maths/beat-grid';
import { formatTime } from '../widgets/maths/format';
import { HeardIntervals, type Interval } from '../widgets/maths/heard-intervals';
import { Fader } from '../widgets/fader/fader';
import { ScrollWaveform } from '../widgets/scroll-waveform/scroll-waveform';
import { Spectrum } from '../widgets/spectrum/spectrum';
import { ChatPanel } from './chat-panel';
import { Reactions, type ReactionKind } from './reactions';
import { SoundPanel } from './sound-panel';
import { VotePanel, type Choice } from './vote-panel';
import { WatchDeck, type DeckView } from './watch-deck';

const HEAR_INTERVAL_MS = 250;
/** A fader below this, or a crossfader wholly to the other side, is silence. */
const AUDIBLE = 0.02;

@Component({
  selector: 'dju-watch',
  imports: [
    ChatPanel,
    Fader,
    GuestName,
    LiveJudge,
    NetworkTable,
    Reactions,
    RouterLink,
    ScrollWaveform,
    SoundPanel,
    Spectrum,
    TranslocoDirective,
    VotePanel,
    WatchDeck,
  ],
  providers: [AudioStream, BattleConnection, BattleRoom, HeardClock],
  changeDetection: ChangeDetectionStrategy.OnPush,
  templateUrl: './watch.html',
  styleUrl: './watch.css',
})
export class Watch {
  /** From the route. */
  readonly id = input.required<string>();
  /** The secret of a link to an unlisted battle. */
  readonly watch = input<string>();

  protected readonly room = inject(BattleRoom);
  protected readonly connection = inject(BattleConnection);
  protected readonly session = inject(SessionService);
  private readonly transloco = inject(TranslocoService);
  private readonly reactions = viewChild(Reactions);
  /** Known once the route has told which battle it is. */
  private heard = new HeardIntervals();

  protected readonly heardFrames = signal(0);
  protected readonly seconds = signal(8);
  protected readonly spectrumMode = signal<'bins' | 'bands'>('bins');
  protected readonly voted = signal<Choice | null>(null);
  protected readonly voting = signal(false);
  /** The vote was one too many, of the network or in so short a time. */
  protected readonly voteTooMany = signal(false);
  /** The first two; others once something lies on them. */
  private readonly shown = computed(() => this.room.decks().filter((deck, i) => i < 2 || deck.track()));
  protected readonly decks = computed(() => this.shown().map((deck) => this.view(deck)));
  protected readonly crossfader = this.room.controls.value({ control: 'crossfader' });
  protected readonly ended = computed(() => this.room.battle()?.state === 'ended');
  protected readonly roundLeft = computed(() => {
    const [ends, now] = [this.room.battle()?.roundEndsFrame, this.room.clock.heard()];
    return ends == null || now === null ? null : formatTime(Math.max(0, ends - now) / SAMPLE_RATE);
  });
  /** In rounds, the round that has just ended may be voted on while the next is played. */
  protected readonly votableRound = computed(() => {
    const battle = this.room.battle();
    if (battle?.format !== 'rounds' || battle.state === 'waiting') return null;
    return battle.state === 'ended' ? null : (battle.round ?? 1) > 1 ? battle.round! - 1 : null;
  });
  /** Of what is voted on. */
  protected readonly tally = computed(() => {
    const round = this.votableRound();
    if (round === null) return this.room.votes();
    return this.room.roundVotes()?.round === round ? this.room.roundVotes() : null;
  });
  protected readonly lanes = computed(() => this.shown().map(laneOf));

  constructor() {
    afterNextRender(() => void this.open());
    const timer = setInterval(() => this.hear(), HEAR_INTERVAL_MS);
    const leave = () => storeIntervals(this.id(), this.heard.intervals());
    addEventListener('pagehide', leave);
    inject(DestroyRef).onDestroy(() => {
      clearInterval(timer);
      removeEventListener('pagehide', leave);
      leave();
    });
    effect(() => {
      const reaction = this.room.reaction();
      if (reaction) untracked(() => this.reactions()?.show(reaction.kind, reaction.count));
    });
    effect(() => {
      this.votableRound();
      untracked(() => this.voted.set(null));
    });
  }

  protected bandNames(): string[] {
    return BANDS.map(({ id }) => this.transloco.translate(`watch.band.${id}`));
  }

  protected say(text: string): void {
    void this.room.say(text);
  }

  protected react(kind: ReactionKind): void {
    void this.room.react(kind);
  }

  protected async vote(choice: Choice): Promise<void> {
    this.voting.set(true);
    this.voteTooMany.set(false);
    const taken = await this.room.vote(
      choice,
      this.heard.intervals(),
      this.votableRound() ?? undefined,
    );
    if (taken) this.voted.set(choice);
    else if (this.room.notice()?.code === 'too_many') {
      this.room.notice.set(null);
      this.voteTooMany.set(true);
    }
    this.voting.set(false);
  }

  /** A name was given: the page joins anew under it; what was heard is kept. */
  protected named(): void {
    location.reload();
  }

  private async open(): Promise<void> {
    this.heard = new HeardIntervals(storedIntervals(this.id()));
    try {
      if (!this.session.token()) await this.session.rename(this.strangersName());
    } catch (error) {
      this.room.tell(error);
      return;
    }
    this.room.open({ battleId: this.id(), role: 'spectator', watch: this.watch() });
  }

  /** One who only wants to listen is not asked for a name first; it can be changed at any time. */
  private strangersName(): string {
    return this.transloco.translate('watch.stranger', {
      number: 1000 + Math.floor(Math.random() * 9000),
    });
  }

  private hear(): void {
    const sounds =
      this.room.clock.hearing() && this.room.audio.volume() > 0 && !this.room.audio.blocked();
    if (sounds && this.room.battle()?.state === 'running') this.heard.hear(this.room.clock.commandFrame());
    else this.heard.pause();
    this.heardFrames.set(this.heard.totalFrames());
  }

  private player(seat: Seat): string | null {
    return this.room.battle()?.players.find((player) => player.seat === seat)?.name ?? null;
  }

  /** Who plays a deck: its DJ back to back, whose turn it is in rounds. */
  private playerOf(deck: RoomDeck): string | null {
    const battle = this.room.battle();
    if (battle?.format === 'rounds') return battle.turn && this.player(battle.turn);
    return this.player(deckSeat(deck.id));
  }

  private view(deck: RoomDeck): DeckView {
    const { id } = deck;
    const value = (control: string) => this.room.controls.value({ control, deck: id })();
    const [facts, track, heard] = [deck.facts(), deck.track(), deck.heard()];
    const seconds = (heard?.position ?? 0) / SAMPLE_RATE;
    const playing = heard?.playing ?? facts.playing;
    return {
      deck: id,
      player: this.playerOf(deck),
      title: track?.title ?? '',
      artist: track?.artist ?? '',
      loaded: facts.loaded,
      playing,
      onAir: playing && value('volume') > AUDIBLE && this.letThrough(id),
      elapsed: seconds,
      remaining: Math.max(0, (track?.frames ?? 0) / SAMPLE_RATE - seconds),
      bpm: deck.bpmAt(1 + value('rate') / 100),
      rate: value('rate'),
      rateRange: facts.rateRange,
      eq: { high: value('eq_high'), mid: value('eq_mid'), low: value('eq_low') },
      kills: {
        high: value('kill_high') > 0.5,
        mid: value('kill_mid') > 0.5,
        low: value('kill_low') > 0.5,
      },
      trim: value('trim'),
      volume: value('volume'),
      hotCues: facts.hotCues.map((cue) => cue !== null),
    };
  }

  /** Whether the crossfader lets the deck through. */
  private letThrough(deck: DeckId): boolean {
    const side = crossfaderSide(deck, this.room.controls.value({ control: 'crossfader_side', deck })());
    const reverse = this.room.controls.value({ control: 'crossfader_reverse' })() > 0.5;
    const at = this.crossfader() * (reverse ? -1 : 1);
    return side === 'thru' || (side === 'right' ? at > -1 + AUDIBLE : at < 1 - AUDIBLE);
  }
}

/** Kept for as long as the tab: a reload does not take a listener's vote away. */
function storedIntervals(battleId: string): Interval[] {
  try {
    return JSON.parse(sessionStorage.getItem(`dju.heard.${battleId}`) ?? '[]') as Interval[];
  } catch {
    return [];
  }
}

function storeIntervals(battleId: string, intervals: readonly Interval[]): void {
  try {
    sessionStorage.setItem(`dju.heard.${battleId}`, JSON.stringify(intervals));
  } catch {
    return;
  }
}
