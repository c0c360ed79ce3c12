// Asks who one is, once, before the first battle.

import { ChangeDetectionStrategy, Component, inject, signal } from '@angular/core';
import { TranslocoDirective } from '@jsverse/transloco';
import { SessionService } from '../core/session.service';

@Component({
  selector: 'dju-name-dialog',
  imports: [TranslocoDirective],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <form *transloco="let t; prefix: 'common'" (submit)="save($event)">
      <label>
        <b>{{ t('yourName') }}</b>
        <input name="name" maxlength="32" required autocomplete="nickname" autofocus />
      </label>
      <p>{{ t('nameWhy') }}</p>
      @if (error(); as message) {
        <p class="error" role="alert">{{ message }}</p>
      }
      <button type="submit" class="primary" [disabled]="busy()">{{ t('continue') }}</button>
    </form>
  `,
  styles: `
    form {
      margin: 14vh auto;
      width: min(400px, 90vw);
      padding: 24px;
      display: grid;
      gap: 12px;
      border-radius: 12px;
      background: var(--dju-surface);
      border: 1px solid var(--dju-line);
    }
    label {
      display: grid;
      gap: 8px;
      font-size: 18px;
    }
    p {
      color: var(--dju-text-dim);
    }
    .error {
      color: #ff9a9a;
    }
    button {
      min-height: 42px;
    }
  `,
})
export class NameDialog {
  private readonly session = inject(SessionService);
  protected readonly busy = signal(false);
  protected readonly error = signal<string | null>(null);

  protected async save(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const name = String(new FormData(event.target as HTMLFormElement).get('name')).trim();
    if (!name) return;
    this.busy.set(true);
    try {
      await this.session.rename(name);
    } catch (error) {
      this.error.set((error as Error).message);
    }
    this.busy.set(false);
  }
}
