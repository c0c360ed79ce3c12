// The pad of one of the eight samplers, which both DJs share: plays; with Shift it stops.

import { ChangeDetectionStrategy, Component, computed, inject, input } from '@angular/core';
import { TranslocoDirective } from '@jsverse/transloco';
import { BattleRoom } from '../../core/battle-room';
import type { SamplerState } from '../../core/model';
import { Pad } from '../../widgets';

@Component({
  selector: 'dju-sampler-pad',
  imports: [Pad, TranslocoDirective],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <ng-container *transloco="let t; prefix: 'battle.pads'">
      <dju-pad
        [text]="'S' + sampler()"
        [detail]="state()?.track?.title ?? t('noSample')"
        [label]="t('samplerPad', { n: sampler(), title: state()?.track?.title ?? t('noSample') })"
        [lit]="state()?.playing ?? false"
        [disabled]="!ready()"
        [secondary]="true"
        colour="var(--dju-sampler)"
        (press)="send('sampler_play', 1)"
        (release)="send('sampler_play', 0)"
        (second)="send('sampler_stop', 1)"
      />
    </ng-container>
  `,
  styles: `
    :host {
      display: grid;
      min-width: 0;
    }
  `,
})
export class SamplerPad {
  /** 1–8. */
  readonly sampler = input.required<number>();
  private readonly room = inject(BattleRoom);
  protected readonly state = computed<SamplerState | undefined>(() => this.room.samplers()[this.sampler() - 1]);
  protected readonly ready = computed(
    () => this.state()?.track != null && this.room.controls.mayMove({ control: 'sampler_play', sampler: this.sampler() }),
  );

  protected send(control: string, value: number): void {
    void this.room.controls.press({ control, sampler: this.sampler() }, value);
  }
}
