// What the audience and the DJs write. New lines come in at the bottom; one who has scrolled up to
// read is not pulled away.

import {
  ChangeDetectionStrategy,
  Component,
  effect,
  ElementRef,
  input,
  output,
  viewChild,
} from '@angular/core';
import { TranslocoDirective } from '@jsverse/transloco';

export interface ChatLine {
  readonly name: string;
  readonly text: string;
  readonly role: string;
}

const NEAR_PIXELS = 60;

@Component({
  selector: 'dju-chat-panel',
  imports: [TranslocoDirective],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <section *transloco="let t; prefix: 'watch'" [attr.aria-label]="t('chat')">
      <h2>{{ t('chat') }}</h2>
      <div #log class="log" role="log" tabindex="0" [attr.aria-label]="t('chat')">
        @for (line of lines(); track $index) {
          <p>
            <b [class.dj]="line.role !== 'spectator'">{{ line.name }}</b>
            @if (line.role !== 'spectator') {
              <small>{{ t('dj') }}</small>
            }
            {{ line.text }}
          </p>
        } @empty {
          <p class="none">{{ t('noChat') }}</p>
        }
      </div>
      <form (submit)="submit($event)">
        <input
          name="text"
          maxlength="280"
          autocomplete="off"
          [placeholder]="t('say')"
          [attr.aria-label]="t('say')"
        />
        <button type="submit">{{ t('send') }}</button>
      </form>
      @if (error(); as message) {
        <p class="error" role="alert">{{ message }}</p>
      }
    </section>
  `,
  styles: `
    :host {
      display: flex;
      flex-direction: column;
      min-height: 0;
    }
    section {
      flex: 1;
      display: flex;
      flex-direction: column;
      gap: 8px;
      min-height: 0;
    }
    h2 {
      font-size: 16px;
    }
    .log {
      flex: 1;
      min-height: 60px;
      overflow-y: auto;
      padding: 10px;
      border-radius: 8px;
      background: var(--dju-ground);
    }
    .log p {
      margin: 0 0 6px;
      overflow-wrap: anywhere;
    }
    b {
      color: var(--dju-text-dim);
    }
    .dj {
      color: var(--dju-accent);
    }
    small {
      margin: 0 2px 0 5px;
      padding: 0 5px;
      border-radius: 4px;
      border: 1px solid var(--dju-accent);
      color: var(--dju-accent);
      font-size: 11px;
    }
    .none {
      color: var(--dju-text-dim);
    }
    form {
      display: flex;
      gap: 6px;
    }
    input {
      flex: 1;
      min-width: 0;
      min-height: 40px;
      font-size: 16px;
    }
    .error {
      color: #ff9a9a;
    }
  `,
})
export class ChatPanel {
  readonly lines = input.required<readonly ChatLine[]>();
  readonly error = input<string | null>(null);
  readonly say = output<string>();
  private readonly log = viewChild<ElementRef<HTMLElement>>('log');

  constructor() {
    effect(() => {
      this.lines();
      const log = this.log()?.nativeElement;
      if (!log || log.scrollHeight - log.scrollTop - log.clientHeight > NEAR_PIXELS) return;
      requestAnimationFrame(() => log.scrollTo({ top: log.scrollHeight }));
    });
  }

  protected submit(event: SubmitEvent): void {
    event.preventDefault();
    const form = event.target as HTMLFormElement;
    const text = String(new FormData(form).get('text')).trim();
    if (!text) return;
    this.say.emit(text);
    form.reset();
  }
}
