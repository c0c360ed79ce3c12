// A link to hand on: shown whole, copied by one press.

import {
  ChangeDetectionStrategy,
  Component,
  ElementRef,
  input,
  signal,
  viewChild,
} from '@angular/core';
import { TranslocoDirective } from '@jsverse/transloco';

const SHOWN_MS = 2000;

@Component({
  selector: 'dju-copy-link',
  imports: [TranslocoDirective],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <ng-container *transloco="let t; prefix: 'lobby.copy'">
      <label>
        <b>{{ label() }}</b>
        @if (hint()) {
          <small>{{ hint() }}</small>
        }
        <span class="row">
          <input #field readonly [value]="link()" (focus)="field.select()" />
          <button type="button" (click)="copy()">{{ copied() ? t('done') : t('copy') }}</button>
        </span>
      </label>
      <span class="spoken" role="status">{{ copied() ? t('done') : '' }}</span>
    </ng-container>
  `,
  styles: `
    label {
      display: grid;
      gap: 4px;
      font-size: 14px;
    }
    small {
      color: var(--dju-text-dim, #a2a9b6);
      font-size: 13px;
    }
    .row {
      display: flex;
      gap: 6px;
    }
    input {
      flex: 1;
      min-width: 0;
      height: 36px;
      padding: 0 10px;
      border-radius: 8px;
      border: 1px solid var(--dju-control-edge, #3b4250);
      background: var(--dju-canvas, #0d0f13);
      color: var(--dju-text-dim, #b3bac6);
      font:
        13px ui-monospace,
        monospace;
    }
    button {
      padding: 0 14px;
      border-radius: 8px;
      border: 1px solid var(--dju-control-edge, #3b4250);
      background: var(--dju-control-cap, #2d323d);
      color: var(--dju-text, #e8ebf0);
      font: inherit;
      font-weight: 600;
      cursor: pointer;
    }
    .spoken {
      position: absolute;
      width: 1px;
      height: 1px;
      overflow: hidden;
      clip-path: inset(50%);
    }
  `,
})
export class CopyLink {
  readonly label = input.required<string>();
  readonly hint = input('');
  readonly link = input.required<string>();
  protected readonly copied = signal(false);
  private readonly field = viewChild.required<ElementRef<HTMLInputElement>>('field');

  protected async copy(): Promise<void> {
    const field = this.field().nativeElement;
    field.select();
    // The clipboard API needs a secure page; on plain http the selection is copied the old way.
    if (navigator.clipboard) await navigator.clipboard.writeText(this.link());
    else document.execCommand('copy');
    this.copied.set(true);
    setTimeout(() => this.copied.set(false), SHOWN_MS);
  }
}
