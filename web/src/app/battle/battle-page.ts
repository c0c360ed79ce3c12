import { ChangeDetectionStrategy, Component, input } from '@angular/core';

@Component({
  selector: 'dju-battle-page',
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `<h1>{{ id() }}</h1>`,
})
export class BattlePage {
  readonly id = input.required<string>();
}
