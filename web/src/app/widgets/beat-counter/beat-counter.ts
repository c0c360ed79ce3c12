// Four lights that count the bar, the first beat marked by shape as well as by colour.

import { ChangeDetectionStrategy, Component, input } from '@angular/core';

@Component({
  selector: 'dju-beat-counter',
  changeDetection: ChangeDetectionStrategy.OnPush,
  host: { role: 'img', '[attr.aria-label]': 'label()', '[style.--accent]': 'accent() || null' },
  template: `
    @for (n of beats; track n) {
      <i [class.lit]="beat() === n" [class.one]="n === 0"></i>
    }
  `,
  styles: `
    :host {
      display: inline-flex;
      gap: 4px;
      align-items: center;
    }
    i {
      width: 14px;
      height: 8px;
      border-radius: 2px;
      background: var(--dju-control-track, #2b303a);
    }
    .one {
      width: 20px;
      height: 10px;
    }
    .lit {
      background: var(--accent, var(--dju-accent, #35c6dd));
    }
    .one.lit {
      background: var(--dju-text, #e8ebf0);
    }
  `,
})
export class BeatCounter {
  /** 0–3, or null when nothing is counted. */
  readonly beat = input<number | null>(null);
  readonly label = input('');
  readonly accent = input('');
  protected readonly beats = [0, 1, 2, 3];
}
