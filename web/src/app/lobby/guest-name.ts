// The name that others see. Asked for before the first battle, changed here at any time.

import { ChangeDetectionStrategy, Component, inject, output, signal } from '@angular/core';
import { TranslocoDirective } from '@jsverse/transloco';
import { SessionService } from '../core/session.service';

@Component({
  selector: 'dju-guest-name',
  imports: [TranslocoDirective],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <ng-container *transloco="let t; prefix: 'lobby.name'">
      @if (session.name() && !editing()) {
        <p class="known">
          {{ t('you') }} <b>{{ session.name() }}</b>
          <button type="button" (click)="editing.set(true)">{{ t('change') }}</button>
        </p>
      } @else {
        <form (submit)="save($event)">
          <label>
            {{ t('label') }}
            <input
              name="name"
              maxlength="32"
              required
              autocomplete="nickname"
              [value]="session.name() ?? ''"
            />
          </label>
          <button type="submit" [disabled]="busy()">{{ t('save') }}</button>
          @if (error(); as message) {
            <p class="error" role="alert">{{ message }}</p>
          }
        </form>
      }
    </ng-container>
  `,
  styles: `
    :host {
      display: block;
      margin-bottom: 14px;
      padding-bottom: 14px;
      border-bottom: 1px solid var(--dju-line, #262b35);
    }
    .known {
      margin: 0;
      display: flex;
      gap: 8px;
      align-items: baseline;
      color: var(--dju-text-dim, #a2a9b6);
    }
    b {
      color: var(--dju-text, #e8ebf0);
    }
    .known button {
      margin-left: auto;
      border: 0;
      background: none;
      padding: 4px;
      color: var(--dju-accent, #35c6dd);
      font: inherit;
      cursor: pointer;
    }
    form {
      display: flex;
      flex-wrap: wrap;
      gap: 8px;
      align-items: end;
    }
    label {
      flex: 1;
      display: grid;
      gap: 4px;
      font-size: 14px;
      color: var(--dju-text-dim, #a2a9b6);
    }
    input,
    form button {
      height: 38px;
      border-radius: 8px;
      border: 1px solid var(--dju-control-edge, #3b4250);
      background: var(--dju-canvas, #0d0f13);
      color: var(--dju-text, #e8ebf0);
      font: inherit;
      font-size: 16px;
      padding: 0 12px;
      min-width: 0;
    }
    form button {
      cursor: pointer;
      font-weight: 600;
    }
    .error {
      flex-basis: 100%;
      margin: 0;
      color: var(--dju-level-hot, #ff7b7b);
    }
  `,
})
export class GuestName {
  /** A name was taken, and with it a new token. */
  readonly named = output<void>();

  protected readonly session = inject(SessionService);
  protected readonly editing = signal(false);
  protected readonly busy = signal(false);
  protected readonly error = signal<string | null>(null);

  protected async save(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const name = String(new FormData(event.target as HTMLFormElement).get('name')).trim();
    if (!name) return;
    this.busy.set(true);
    this.error.set(null);
    try {
      await this.session.rename(name);
      this.editing.set(false);
      this.named.emit();
    } catch (error) {
      this.error.set((error as Error).message);
    } finally {
      this.busy.set(false);
    }
  }
}
