// A moment of a battle: a link that replays it from the recording, and before there is one, its time.

import { ChangeDetectionStrategy, Component, computed, input } from '@angular/core';
import { RouterLink } from '@angular/router';
import { TranslocoDirective } from '@jsverse/transloco';
import { SAMPLE_RATE } from '../widgets/maths/beat-grid';
import { formatTime } from '../widgets/maths/format';

/** Heard before the moment itself, to know where one is. */
const LEAD_SECONDS = 4;

@Component({
  selector: 'dju-moment',
  imports: [RouterLink, TranslocoDirective],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <ng-container *transloco="let t; prefix: 'judge'">
      @if (recording(); as id) {
        <a
          [routerLink]="['/recordings', id]"
          [queryParams]="{ at: from() }"
          [attr.aria-label]="t('replayAt', { time: time() })"
          >▶ {{ time() }}</a
        >
      } @else {
        <span [title]="t('replayLater')">{{ time() }}</span>
      }
    </ng-container>
  `,
  styles: `
    a,
    span {
      font-variant-numeric: tabular-nums;
      white-space: nowrap;
    }
    a {
      display: inline-block;
      min-height: 24px;
    }
    span {
      color: var(--dju-text-dim);
    }
  `,
})
export class Moment {
  readonly frame = input.required<number>();
  /** Null while the battle is played. */
  readonly recording = input<string | null>(null);
  protected readonly time = computed(() => formatTime(this.frame() / SAMPLE_RATE));
  protected readonly from = computed(() => Math.max(0, this.frame() - LEAD_SECONDS * SAMPLE_RATE));
}
