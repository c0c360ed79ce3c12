// Presets as chips: those of the server and one's own, which are saved and removed here.

import { ChangeDetectionStrategy, Component, inject, input, signal } from '@angular/core';
import { TranslocoDirective } from '@jsverse/transloco';
import type { MixPreset } from '../core/mixes';
import { WordsPipe } from '../judge/words.pipe';
import { DraftStore } from './draft-store';
import { OwnPresets } from './presets';

const LONGEST_NAME = 40;

@Component({
  selector: 'dju-preset-chips',
  imports: [TranslocoDirective, WordsPipe],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <ng-container *transloco="let t; prefix: 'studio.presets'">
      <div class="chips" role="group" [attr.aria-label]="t('title')">
        @for (preset of presets(); track preset.id) {
          <button
            type="button"
            [attr.aria-pressed]="chosen() === preset.id"
            (click)="store.choose(preset)"
          >
            {{ preset.name | words }}
          </button>
        }
        @for (preset of own.all(); track preset.id) {
          <span class="own">
            <button
              type="button"
              [attr.aria-pressed]="chosen() === preset.id"
              (click)="store.choose(preset)"
            >
              {{ preset.name }}
            </button>
            <button
              type="button"
              class="remove"
              [attr.aria-label]="t('remove', { name: preset.name })"
              (click)="own.remove(preset.id)"
            >
              ✕
            </button>
          </span>
        }
        @if (chosen() === null && !naming()) {
          <button type="button" class="save" (click)="naming.set(true)">+ {{ t('save') }}</button>
        }
      </div>
      @if (naming()) {
        <form (submit)="save($event)">
          <input
            name="preset"
            required
            [attr.maxlength]="longest"
            [attr.aria-label]="t('name')"
            [placeholder]="t('name')"
          />
          <button type="submit">{{ t('keep') }}</button>
          <button type="button" (click)="naming.set(false)">{{ t('cancel') }}</button>
        </form>
      }
    </ng-container>
  `,
  styles: `
    .chips,
    form {
      display: flex;
      flex-wrap: wrap;
      gap: 6px;
    }
    form {
      margin-top: 8px;
    }
    input {
      flex: 1 1 140px;
      min-width: 0;
    }
    button {
      border-radius: 17px;
      font-size: 14px;
      padding: 4px 13px;
    }
    button[aria-pressed='true'] {
      background: var(--dju-accent);
      border-color: var(--dju-accent);
      color: #06141a;
      font-weight: 650;
    }
    .save {
      background: none;
      border-style: dashed;
    }
    .own {
      display: flex;
    }
    .own > :first-child {
      border-radius: 17px 0 0 17px;
    }
    .remove {
      border-left: 0;
      border-radius: 0 17px 17px 0;
      padding: 4px 10px;
      color: var(--dju-text-dim);
    }
  `,
})
export class PresetChips {
  readonly presets = input.required<readonly MixPreset[]>();
  /** Whose parameters these are, or null. */
  readonly chosen = input.required<string | null>();

  protected readonly store = inject(DraftStore);
  protected readonly own = inject(OwnPresets);
  protected readonly naming = signal(false);
  protected readonly longest = LONGEST_NAME;

  protected save(event: SubmitEvent): void {
    event.preventDefault();
    const name = String(new FormData(event.target as HTMLFormElement).get('preset')).trim();
    const draft = this.store.draft();
    if (!name || !draft) return;
    this.store.choose(this.own.save(name, draft.parameters));
    this.naming.set(false);
  }
}
