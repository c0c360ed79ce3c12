// All recordings, newest first, a page at a time.

import { ChangeDetectionStrategy, Component, inject, signal } from '@angular/core';
import { RouterLink } from '@angular/router';
import { TranslocoDirective } from '@jsverse/transloco';
import { ApiService } from '../core/api.service';
import type { Recording } from '../core/model';
import { RecordingRow } from './recording-row';

const PAGE = 50;

@Component({
  selector: 'dju-recordings',
  imports: [RecordingRow, RouterLink, TranslocoDirective],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <div class="page" *transloco="let t; prefix: 'replay'">
      <h1>{{ t('title') }}</h1>
      <p class="lead">
        {{ t('lead') }} <a routerLink="/listen">{{ t('judgeHere') }}</a>
      </p>
      @if (error(); as message) {
        <p class="error" role="alert">{{ message }}</p>
      }
      @if (total() === 0) {
        <p class="empty">{{ t('none') }}</p>
      }
      <ul>
        @for (recording of recordings(); track recording.id) {
          <li><dju-recording-row [recording]="recording" /></li>
        }
      </ul>
      @if (recordings().length < (total() ?? 0)) {
        <button type="button" (click)="more()">{{ t('more') }}</button>
      }
    </div>
  `,
  styles: `
    .page {
      max-width: 1100px;
      margin: 0 auto;
      padding: 28px clamp(16px, 3vw, 40px) 48px;
    }
    h1 {
      margin: 0;
      font-size: clamp(26px, 3.2vw, 38px);
    }
    .lead {
      margin: 6px 0 24px;
      color: var(--dju-text-dim, #a2a9b6);
    }
    ul {
      list-style: none;
      margin: 0;
      padding: 0;
      display: grid;
      gap: 10px;
    }
    button {
      margin: 18px auto 0;
      display: block;
      padding: 10px 24px;
      border-radius: 8px;
      border: 1px solid var(--dju-control-edge, #3b4250);
      background: none;
      color: var(--dju-text, #e8ebf0);
      font: inherit;
      cursor: pointer;
    }
    .empty {
      padding: 28px;
      border: 1px dashed var(--dju-line, #303643);
      border-radius: 12px;
      color: var(--dju-text-dim, #a2a9b6);
      text-align: center;
    }
    .error {
      color: var(--dju-level-hot, #ff7b7b);
    }
  `,
})
export class Recordings {
  private readonly api = inject(ApiService);
  protected readonly recordings = signal<readonly Recording[]>([]);
  protected readonly total = signal<number | null>(null);
  protected readonly error = signal<string | null>(null);

  constructor() {
    void this.more();
  }

  protected async more(): Promise<void> {
    try {
      const page = await this.api.recordings(PAGE, this.recordings().length);
      this.recordings.update((known) => [...known, ...page.recordings]);
      this.total.set(page.total);
      this.error.set(null);
    } catch (error) {
      this.error.set((error as Error).message);
    }
  }
}
