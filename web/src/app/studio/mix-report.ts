// What a mix is worth, in plain words with numbers: the whole, then each transition.

import { ChangeDetectionStrategy, Component, computed, inject, input, output } from '@angular/core';
import { TranslocoDirective } from '@jsverse/transloco';
import { headName, HEADS, points } from '../core/judge';
import { Language } from '../core/language';
import { JUDGED_PARTS, type MixReport, type TransitionReport } from '../core/mixes';
import { WordsPipe } from '../judge/words.pipe';
import { formatNumber, formatTime } from '../widgets/maths/format';
import { Plural } from '../widgets/plural';
import { type Fact, factsOf } from './model/report-words';

@Component({
  selector: 'dju-mix-report',
  imports: [Plural, TranslocoDirective, WordsPipe],
  changeDetection: ChangeDetectionStrategy.OnPush,
  templateUrl: './mix-report.html',
  styleUrl: './mix-report.css',
})
export class MixReportView {
  readonly report = input.required<MixReport>();
  /** Second of the mix from which one wants to listen. */
  readonly listen = output<number>();

  private readonly language = inject(Language);
  protected readonly points = points;
  protected readonly parts = JUDGED_PARTS;
  protected readonly heads = computed(() =>
    HEADS.filter((head) => this.report().heads[head] != null).map((head) => ({
      name: headName(head),
      value: this.report().heads[head]!,
    })),
  );
  protected readonly transitions = computed(() =>
    this.report().transitions.map((one, i) => ({
      one,
      facts: factsOf(one),
      from: this.report().tracks[i]?.title,
      to: this.report().tracks[i + 1]?.title,
    })),
  );

  protected number(value: number, decimals: number): string {
    return formatNumber(value, decimals, this.language.active());
  }

  /** Numbers of a fact as the reader writes them. */
  protected shown({ values, decimals }: Fact): Record<string, string> {
    return Object.fromEntries(
      Object.entries(values).map(([name, value]) => [name, this.number(value, decimals)]),
    );
  }

  protected span({ startSeconds, endSeconds }: TransitionReport): string {
    return `${formatTime(startSeconds)} – ${formatTime(endSeconds)}`;
  }
}
