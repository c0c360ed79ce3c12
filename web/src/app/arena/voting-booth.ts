// One pair after another: hear A and B, switch at the same place, choose, see who it was. Keys: 1 and 2 play
// A and B, space stops, the arrows move; a, b, t and n choose.

import { ChangeDetectionStrategy, Component, DestroyRef, effect, inject, input, output, signal, untracked } from '@angular/core';
import { TranslocoDirective, TranslocoService } from '@jsverse/transloco';
import { Announcer } from '../core/announcer';
import { formatTime } from '../widgets';
import { ArenaApi, type Ballot, type Choice, type Reveal, type Side } from './arena-api';
import { ClipPlayer } from './clip-player';

const STEP_SECONDS = 5;
const FRAME_MS = 100;
const PLAY_KEYS: Readonly<Record<string, Side>> = { '1': 'A', '2': 'B' };
const CHOICE_KEYS: Readonly<Record<string, Choice>> = { a: 'A', b: 'B', t: 'tie', n: 'bothBad' };

@Component({
  selector: 'dju-voting-booth',
  imports: [TranslocoDirective],
  changeDetection: ChangeDetectionStrategy.OnPush,
  templateUrl: './voting-booth.html',
  styleUrl: './voting-booth.css',
  host: { '(document:keydown)': 'press($event)' },
})
export class VotingBooth {
  readonly tournament = input.required<string>();
  readonly voted = output<void>();

  private readonly api = inject(ArenaApi);
  private readonly announcer = inject(Announcer);
  private readonly texts = inject(TranslocoService);
  protected readonly sides: readonly Side[] = ['A', 'B'];
  protected readonly choices: readonly Choice[] = ['A', 'tie', 'bothBad', 'B'];
  protected readonly starValues = [1, 2, 3, 4, 5];
  protected readonly time = formatTime;
  protected readonly ballot = signal<Ballot | null>(null);
  protected readonly reveal = signal<Reveal | null>(null);
  protected readonly heard = signal<Readonly<Record<Side, number>>>({ A: 0, B: 0 });
  protected readonly enough = signal(false);
  protected readonly stars = signal<Readonly<Record<Side, number>>>({ A: 0, B: 0 });
  protected readonly playing = signal<Side | null>(null);
  protected readonly position = signal(0);
  protected readonly ready = signal(false);
  protected readonly busy = signal(false);
  protected readonly message = signal<string | null>(null);
  private player: ClipPlayer | null = null;

  constructor() {
    effect(() => {
      this.tournament();
      untracked(() => void this.next());
    });
    const timer = setInterval(() => this.player && this.position.set(this.player.position), FRAME_MS);
    inject(DestroyRef).onDestroy(() => {
      clearInterval(timer);
      this.player?.close();
    });
  }

  /** Whole seconds that count: never more than are needed, nor the last one before it is over. */
  protected shownSeconds(side: Side, need: number): number {
    return Math.floor(Math.min(this.heard()[side], need));
  }

  protected async next(): Promise<void> {
    this.player?.close();
    this.player = null;
    this.playing.set(null);
    this.ready.set(false);
    this.reveal.set(null);
    this.stars.set({ A: 0, B: 0 });
    this.message.set(null);
    this.ballot.set(null);
    try {
      const ballot = await this.api.ballot(this.tournament());
      this.ballot.set(ballot);
      this.heard.set(ballot.heard);
      this.enough.set(this.sides.every((side) => ballot.heard[side] >= ballot.needSeconds));
      const player = new ClipPlayer(
        (side, from, to) => void this.report(ballot.id, side, from, to),
        () => this.playing.set(null),
      );
      this.player = player;
      await player.load({ A: ballot.clips.A.url, B: ballot.clips.B.url });
      this.ready.set(true);
    } catch (error) {
      this.message.set((error as Error).message);
    }
  }

  protected async play(side: Side): Promise<void> {
    if (!this.player || !this.ready()) return;
    if (this.playing() === side) this.player.stop();
    else await this.player.play(side);
    this.playing.set(this.player.playing);
  }

  protected async seek(event: Event): Promise<void> {
    await this.player?.seek(Number((event.target as HTMLInputElement).value));
  }

  protected async vote(choice: Choice): Promise<void> {
    const ballot = this.ballot();
    if (!ballot || !this.enough() || this.busy() || this.reveal()) return;
    this.player?.stop();
    this.playing.set(null);
    this.busy.set(true);
    const stars = this.stars();
    try {
      const reveal = await this.api.vote(ballot.id, choice, stars.A && stars.B ? stars : undefined);
      this.reveal.set(reveal);
      this.announcer.say(this.texts.translate('arena.vote.was', { a: reveal.A.name, b: reveal.B.name }));
      this.voted.emit();
    } catch (error) {
      this.message.set((error as Error).message);
    } finally {
      this.busy.set(false);
    }
  }

  protected rate(side: Side, stars: number): void {
    this.stars.update((before) => ({ ...before, [side]: stars }));
  }

  protected async press(event: KeyboardEvent): Promise<void> {
    const target = event.target as HTMLElement;
    if (event.ctrlKey || event.metaKey || event.altKey || target.matches('input, select, textarea')) return;
    const key = event.key.toLowerCase();
    if (this.reveal()) {
      if (key === 'enter' && !target.matches('a, button')) await this.next();
      return;
    }
    if (PLAY_KEYS[key]) await this.play(PLAY_KEYS[key]);
    else if (CHOICE_KEYS[key]) await this.vote(CHOICE_KEYS[key]);
    else if (key === ' ' && !target.matches('a, button') && this.playing()) await this.play(this.playing()!);
    else if (key === 'arrowleft' || key === 'arrowright')
      await this.player?.seek(this.position() + (key === 'arrowleft' ? -STEP_SECONDS : STEP_SECONDS));
    else return;
    event.preventDefault();
  }

  private async report(ballot: string, side: Side, from: number, to: number): Promise<void> {
    try {
      const answer = await this.api.heard(ballot, side, from, to);
      if (this.ballot()?.id !== ballot) return;
      this.heard.set(answer.heard);
      this.enough.set(answer.enough);
    } catch (error) {
      if (this.ballot()?.id === ballot && !this.reveal()) this.message.set((error as Error).message);
    }
  }
}
