import { ChangeDetectionStrategy, Component, computed, input } from '@angular/core';
import { Fader } from '../widgets/fader/fader';
import { BoundControl } from './bound-control';

@Component({
  selector: 'dju-bound-fader',
  imports: [Fader],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <dju-fader
      [value]="value()"
      [min]="lowest()"
      [max]="highest()"
      [default]="row().default"
      [orientation]="orientation()"
      [invert]="invert()"
      [detent]="detent()"
      [label]="name()"
      [valueText]="text()"
      [disabled]="disabled()"
      [accent]="accent()"
      (valueChange)="move($event)"
      (holdChange)="hold($event)"
    />
  `,
  styles: `
    :host {
      display: flex;
    }
    dju-fader {
      width: 100%;
      height: 100%;
    }
  `,
})
export class BoundFader extends BoundControl {
  readonly orientation = input<'vertical' | 'horizontal'>('vertical');
  readonly invert = input(false);
  readonly detent = input(false);
  /** Half the travel, where it is narrower than the registry's (tempo ranges). */
  readonly reach = input<number | null>(null);
  protected readonly lowest = computed(() => (this.reach() === null ? this.row().min : -this.reach()!));
  protected readonly highest = computed(() => this.reach() ?? this.row().max);
}
