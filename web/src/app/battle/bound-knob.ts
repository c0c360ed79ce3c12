import { ChangeDetectionStrategy, Component, input } from '@angular/core';
import { Knob } from '../widgets/knob/knob';
import { BoundControl } from './bound-control';

@Component({
  selector: 'dju-bound-knob',
  imports: [Knob],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <dju-knob
      [value]="value()"
      [min]="row().min"
      [max]="row().max"
      [default]="row().default"
      [label]="label()"
      [ariaLabel]="hint() ? name() + ': ' + hint() : name()"
      [title]="hint() || name()"
      [valueText]="text()"
      [disabled]="disabled()"
      [accent]="accent()"
      (valueChange)="move($event)"
      (holdChange)="hold($event)"
    />
  `,
  styles: ':host { display: inline-flex; }',
})
export class BoundKnob extends BoundControl {
  readonly label = input('');
  /** What the knob does at present, where that changes. */
  readonly hint = input('');
}
