// Title and close button of a side panel; it takes the focus when the panel opens, Escape closes it.

import { afterNextRender, ChangeDetectionStrategy, Component, ElementRef, input, output, viewChild } from '@angular/core';
import { TranslocoDirective } from '@jsverse/transloco';

@Component({
  selector: 'dju-side-head',
  imports: [TranslocoDirective],
  changeDetection: ChangeDetectionStrategy.OnPush,
  host: { '(window:keydown.escape)': 'done.emit()' },
  template: `
    <h2 #title tabindex="-1">{{ text() }}</h2>
    <button *transloco="let t; prefix: 'common'" type="button" [attr.aria-label]="t('close')" (click)="done.emit()">✕</button>
  `,
  styles: `
    :host {
      display: flex;
      justify-content: space-between;
      align-items: center;
      margin-bottom: 10px;
    }
    h2 {
      font-size: 17px;
      outline: none;
    }
    button {
      padding: 0 10px;
    }
  `,
})
export class SideHead {
  readonly text = input.required<string>();
  readonly done = output<void>();
  private readonly title = viewChild.required<ElementRef<HTMLElement>>('title');

  constructor() {
    afterNextRender(() => this.title().nativeElement.focus());
  }
}
