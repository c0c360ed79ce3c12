// Both DJs' scores side by side, a row a head; a row opens to say why.

import { ChangeDetectionStrategy, Component, computed, input, signal } from '@angular/core';
import { TranslocoDirective } from '@jsverse/transloco';
import { HEADS, headName, points, type DjScore, type HeadScore, type Words } from '../core/judge';
import type { Seat } from '../core/model';
import { HeadExplanation } from './head-explanation';
import { WordsPipe } from './words.pipe';

/** A DJ as the board shows it, live or afterwards. */
export type BoardSide = DjScore & { readonly styleName?: Words };

/** Less is no trend that anybody sees. */
const TREND = 0.02;

@Component({
  selector: 'dju-score-board',
  imports: [HeadExplanation, TranslocoDirective, WordsPipe],
  changeDetection: ChangeDetectionStrategy.OnPush,
  templateUrl: './score-board.html',
  styleUrl: './score-board.css',
})
export class ScoreBoard {
  readonly sides = input.required<readonly BoardSide[]>();
  readonly names = input.required<Readonly<Record<Seat, string>>>();
  readonly recording = input<string | null>(null);

  protected readonly open = signal<string | null>(null);
  protected readonly points = points;
  protected readonly headName = headName;
  protected readonly rows = computed(() =>
    HEADS.map((head) => {
      const scores = this.sides().map((side) => side.heads.find((score) => score.head === head && score.source !== 'audio'));
      return { head, scores, proxy: scores.some((score) => score?.proxy) };
    }).filter(({ scores }) => scores.some((score) => score?.value != null)),
  );

  protected toggle(head: string): void {
    this.open.update((now) => (now === head ? null : head));
  }

  protected trend(score: HeadScore | undefined): 'up' | 'down' | null {
    const trend = score?.trend ?? 0;
    return Math.abs(trend) < TREND ? null : trend > 0 ? 'up' : 'down';
  }

  protected hands(side: BoardSide): string {
    return points(side.byHand);
  }
}
