// The coach's newest sentence, told politely to screen readers in the reader's language.

import { ChangeDetectionStrategy, Component, input } from '@angular/core';
import { TranslocoDirective } from '@jsverse/transloco';
import type { Feedback } from '../core/judge';
import type { Seat } from '../core/model';
import { WordsPipe } from './words.pipe';

@Component({
  selector: 'dju-feedback-line',
  imports: [TranslocoDirective, WordsPipe],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <p *transloco="let t; prefix: 'judge'" role="status">
      @if (said(); as one) {
        <span class="mark {{ one.tone }}" [attr.aria-label]="t('tone.' + one.tone)">{{ marks[one.tone] }}</span>
        <b class="{{ one.player }}">{{ names()[one.player] }}</b>
        {{ one.text | words }}
      } @else {
        <span class="quiet">{{ t('listening') }}</span>
      }
    </p>
  `,
  styles: `
    p {
      display: flex;
      flex-wrap: wrap;
      gap: 2px 8px;
      align-items: baseline;
    }
    .A {
      color: var(--dju-deck-a);
    }
    .B {
      color: var(--dju-deck-b);
    }
    .praise {
      color: var(--dju-ok);
    }
    .advice {
      color: var(--dju-warn);
    }
    .note,
    .quiet {
      color: var(--dju-text-dim);
    }
  `,
})
export class FeedbackLine {
  readonly said = input.required<Feedback | undefined>();
  readonly names = input.required<Readonly<Record<Seat, string>>>();
  protected readonly marks = { praise: '★', advice: '▸', note: '•' } as const;
}
