// One recording in a list: what, when, who, how long, and how the vote went.

import { ChangeDetectionStrategy, Component, computed, inject, input } from '@angular/core';
import { RouterLink } from '@angular/router';
import { TranslocoDirective, TranslocoService } from '@jsverse/transloco';
import type { Recording } from '../core/model';
import { formatTime } from '../widgets/maths/format';

@Component({
  selector: 'dju-recording-row',
  imports: [RouterLink, TranslocoDirective],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <a *transloco="let t; prefix: 'replay'" [routerLink]="['/recordings', recording().id]">
      <span class="name">{{ recording().name }}</span>
      <span class="players">{{ players() }}</span>
      <span class="votes">{{ t('votes', votes()) }}</span>
      <span class="date">{{ date() }}</span>
      <span class="time">{{ time() }}</span>
    </a>
  `,
  styles: `
    a {
      display: grid;
      grid-template-columns: minmax(0, 2fr) minmax(0, 2fr) minmax(0, 1.4fr) auto 64px;
      gap: 16px;
      align-items: center;
      padding: 12px 16px;
      border-radius: 10px;
      border: 1px solid var(--dju-line, #262b35);
      background: var(--dju-surface, #14171d);
      color: var(--dju-text, #e8ebf0);
      text-decoration: none;
    }
    a:hover {
      border-color: var(--dju-accent, #35c6dd);
    }
    span {
      overflow: hidden;
      text-overflow: ellipsis;
      white-space: nowrap;
    }
    .name {
      font-weight: 700;
    }
    .players,
    .votes,
    .date {
      color: var(--dju-text-dim, #a2a9b6);
      font-size: 14px;
    }
    .time {
      text-align: right;
      font-variant-numeric: tabular-nums;
    }
    @media (max-width: 720px) {
      a {
        grid-template-columns: minmax(0, 1fr) auto;
        gap: 4px 12px;
      }
      .votes {
        display: none;
      }
    }
  `,
})
export class RecordingRow {
  readonly recording = input.required<Recording>();
  private readonly transloco = inject(TranslocoService);

  protected readonly players = computed(() =>
    this.recording()
      .players.map((player) => player.name)
      .join(' – '),
  );
  protected readonly votes = computed(() => ({ ...this.recording().votes }));
  protected readonly time = computed(() => formatTime(this.recording().durationSeconds));

  protected date(): string {
    return new Intl.DateTimeFormat(this.transloco.getActiveLang(), {
      dateStyle: 'medium',
      timeStyle: 'short',
    }).format(this.recording().createdAt);
  }
}
