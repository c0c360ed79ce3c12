// The report of a battle that has ended, at its own address, for whoever gets the link: who was better and
// why, along time, with every moment to be heard again.

import { ChangeDetectionStrategy, Component, computed, inject, input, resource } from '@angular/core';
import { Router, RouterLink } from '@angular/router';
import { TranslocoDirective } from '@jsverse/transloco';
import { ApiService } from '../core/api.service';
import { certainty, soundScores, type Ruling } from '../core/judge';
import { Language } from '../core/language';
import type { Seat } from '../core/model';
import { CopyLink } from '../lobby/copy-link';
import { formatNumber } from '../widgets/maths/format';
import { Moment } from './moment';
import { ScoreBoard, type BoardSide } from './score-board';
import { ScoreChart } from './score-chart';
import { TransitionCards } from './transition-cards';
import { WordsPipe } from './words.pipe';

/** Nearer to a half is called even. */
const EVEN = 0.55;

@Component({
  selector: 'dju-report',
  imports: [CopyLink, Moment, RouterLink, ScoreBoard, ScoreChart, TransitionCards, TranslocoDirective, WordsPipe],
  changeDetection: ChangeDetectionStrategy.OnPush,
  templateUrl: './report.html',
  styleUrl: './report.css',
})
export class Report {
  /** From the route. */
  readonly id = input.required<string>();

  private readonly api = inject(ApiService);
  private readonly router = inject(Router);
  private readonly language = inject(Language);
  protected readonly recording = resource({ params: () => this.id(), loader: ({ params }) => this.api.recording(params) });
  protected readonly report = resource({ params: () => this.id(), loader: ({ params }) => this.api.verdict(params) });
  protected readonly certainty = certainty;
  protected readonly link = computed(() => `${location.origin}/report/${this.id()}`);
  protected readonly names = computed((): Record<Seat, string> => {
    const name = (seat: Seat) => this.recording.value()?.players.find((player) => player.seat === seat)?.name ?? seat;
    return { A: name('A'), B: name('B') };
  });
  protected readonly sides = computed(() => this.boardOf(this.report.value()?.battle));

  protected boardOf(ruling: Ruling | undefined): BoardSide[] {
    return (ruling?.scores ?? []).map(({ style, sound, ...side }) => ({
      ...side,
      ...(style ? { styleName: style.name } : {}),
      heads: [...side.heads, ...(sound ? soundScores(sound) : [])],
    }));
  }

  /** The better one, "even", or null where nobody is compared. */
  protected winner({ verdictA }: Ruling): Seat | 'even' | null {
    if (verdictA === null) return null;
    if (Math.max(verdictA, 1 - verdictA) < EVEN) return 'even';
    return verdictA > 0.5 ? 'A' : 'B';
  }

  protected percent(share: number): string {
    return formatNumber(100 * share, 0, this.language.active());
  }

  protected replay(frame: number): void {
    void this.router.navigate(['/recordings', this.id()], { queryParams: { at: frame } });
  }
}
