// A choice of the registry as a drop-down list; its names come with it, in the order of the choices.

import { ChangeDetectionStrategy, Component, computed, input } from '@angular/core';
import { BoundControl } from './bound-control';

@Component({
  selector: 'dju-bound-choice',
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <select [attr.aria-label]="name()" [title]="name()" [disabled]="disabled()" [value]="value()" (change)="choose($event)">
      @for (option of options(); track option.value) {
        <option [value]="option.value" [selected]="option.value === value()">{{ option.text }}</option>
      }
    </select>
  `,
  styles: `
    :host {
      display: inline-flex;
      min-width: 0;
      container: choice / inline-size;
    }
    select {
      flex: 1;
      min-width: 0;
      min-height: var(--dju-hit);
      padding: 0 4px;
      font-size: 12px;
    }
    /* Where there is little room, the arrow gives way to the name. */
    @container choice (max-width: 60px) {
      select {
        appearance: none;
        padding: 0 2px;
        font-size: 11px;
        text-align: center;
        text-overflow: ellipsis;
      }
    }
  `,
})
export class BoundChoice extends BoundControl {
  readonly texts = input.required<readonly string[]>();
  protected readonly options = computed(() =>
    (this.row().choices ?? []).map((value, i) => ({ value, text: this.texts()[i] ?? String(value) })),
  );

  protected choose(event: Event): void {
    void this.room.controls.press(this.address(), Number((event.target as HTMLSelectElement).value));
  }
}
