// One's mixes: those under way with stage and time left, finished ones to listen to.

import { ChangeDetectionStrategy, Component, inject } from '@angular/core';
import { RouterLink } from '@angular/router';
import { TranslocoDirective, TranslocoService } from '@jsverse/transloco';
import { Language } from '../core/language';
import type { Mix } from '../core/mixes';
import { formatTime } from '../widgets/maths/format';
import { Plural } from '../widgets/plural';
import { isUnderWay, MixJobs } from './mix-jobs';

@Component({
  selector: 'dju-my-mixes',
  imports: [Plural, RouterLink, TranslocoDirective],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <ng-container *transloco="let t; prefix: 'studio.mixes'">
      @if (jobs.error(); as message) {
        <p class="error" role="alert">{{ message }}</p>
      }
      <ul>
        @for (mix of jobs.mixes(); track mix.id) {
          <li>
            <span class="what">
              @if (mix.state === 'done') {
                <a [routerLink]="['/mixes', mix.id]">{{ mix.name }}</a>
              } @else {
                <b>{{ mix.name }}</b>
              }
              <small
                >{{ date(mix) }} · {{ mix.tracks.length | plural: 'studio.mixes.tracks' }} ·
                {{ mix.model }}</small
              >
            </span>
            @if (underWay(mix)) {
              <span class="way">
                <progress
                  [value]="mix.progress ?? 0"
                  [attr.aria-label]="t('progressOf', { name: mix.name })"
                ></progress>
                <small>{{ stage(mix) }}</small>
              </span>
            } @else if (mix.state === 'done') {
              <span class="time">{{ time(mix.durationSeconds ?? 0) }}</span>
            } @else {
              <span class="error">{{ mix.error ?? t('state.' + mix.state) }}</span>
            }
            <button
              type="button"
              (click)="remove(mix)"
              [attr.aria-label]="t(underWay(mix) ? 'cancelOf' : 'removeOf', { name: mix.name })"
            >
              {{ t(underWay(mix) ? 'cancel' : 'remove') }}
            </button>
          </li>
        } @empty {
          <li class="none">{{ t('none') }}</li>
        }
      </ul>
      @if (jobs.mixes().length < jobs.total()) {
        <button type="button" (click)="jobs.more()">{{ t('more') }}</button>
      }
    </ng-container>
  `,
  styles: `
    ul {
      margin: 0 0 8px;
      padding: 0;
      list-style: none;
      display: grid;
      gap: 6px;
    }
    li {
      display: grid;
      grid-template-columns: minmax(0, 1fr) minmax(120px, 280px) auto;
      gap: 6px 16px;
      align-items: center;
      padding: 8px 12px;
      border-radius: var(--dju-radius);
      background: var(--dju-surface);
    }
    .what,
    .way {
      display: grid;
      min-width: 0;
    }
    a,
    b {
      overflow: hidden;
      text-overflow: ellipsis;
      white-space: nowrap;
    }
    a {
      font-weight: 650;
    }
    small,
    .none {
      color: var(--dju-text-dim);
    }
    progress {
      width: 100%;
      accent-color: var(--dju-accent);
    }
    .time {
      text-align: right;
      font-variant-numeric: tabular-nums;
    }
    .error {
      color: #ff9a9a;
      font-size: 14px;
      overflow-wrap: anywhere;
    }
    @media (max-width: 560px) {
      li {
        grid-template-columns: minmax(0, 1fr) auto;
      }
      .what {
        grid-column: 1 / -1;
      }
      .time {
        text-align: left;
      }
    }
  `,
})
export class MyMixes {
  protected readonly jobs = inject(MixJobs);
  private readonly language = inject(Language);
  private readonly transloco = inject(TranslocoService);
  protected readonly underWay = isUnderWay;

  protected time(seconds: number): string {
    return formatTime(seconds);
  }

  protected date(mix: Mix): string {
    return new Intl.DateTimeFormat(this.language.active(), {
      dateStyle: 'medium',
      timeStyle: 'short',
    }).format(mix.createdAt);
  }

  /** What is being done and how long it will still take. */
  protected stage({ state, stage, secondsLeft }: Mix): string {
    const what = this.transloco.translate(
      state === 'queued' ? 'studio.mixes.state.queued' : `studio.mixes.stage.${stage || 'mix'}`,
    );
    if (secondsLeft == null) return what;
    return `${what} · ${this.transloco.translate('studio.mixes.left', { time: formatTime(Math.ceil(secondsLeft)) })}`;
  }

  protected remove(mix: Mix): void {
    const question = this.transloco.translate('studio.mixes.reallyRemove', { name: mix.name });
    if (isUnderWay(mix) || confirm(question)) void this.jobs.remove(mix);
  }
}
