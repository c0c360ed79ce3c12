// What is needed less often than decks and mixer, in one strip that opens above them: effects,
// samplers, keys with the clock, and the decks that are not in front.

import { ChangeDetectionStrategy, Component, model } from '@angular/core';
import { TranslocoDirective } from '@jsverse/transloco';
import { ClockRack } from './clock-rack';
import { DecksRack } from './decks-rack';
import { EffectsRack } from './effects-rack';
import { SamplerRack } from './sampler-rack';

export const RACKS = ['effects', 'samplers', 'clock', 'decks'] as const;
export type RackName = (typeof RACKS)[number];

@Component({
  selector: 'dju-rack',
  imports: [ClockRack, DecksRack, EffectsRack, SamplerRack, TranslocoDirective],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    @if (open(); as name) {
      <section *transloco="let t; prefix: 'battle.rack'" id="rack" [attr.aria-label]="t('name.' + name)">
        @switch (name) {
          @case ('effects') {
            <dju-effects-rack />
          }
          @case ('samplers') {
            <dju-sampler-rack />
          }
          @case ('clock') {
            <dju-clock-rack />
          }
          @case ('decks') {
            <dju-decks-rack />
          }
        }
      </section>
    }
  `,
  styles: `
    :host {
      display: block;
      flex: none;
    }
    section {
      padding: 6px 6px 0;
      --dju-knob-size: 34px;
    }
    /* A tablet has room for one row; the next one shows its head, and scrolls in. */
    @media (pointer: coarse) and (min-width: 901px) {
      section {
        max-height: 126px;
        overflow-y: auto;
      }
    }
  `,
})
export class Rack {
  readonly open = model<RackName | null>(null);
}
