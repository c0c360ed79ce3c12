// What is asked of the mixer, a slider each, within the ranges that the server states.

import { ChangeDetectionStrategy, Component, computed, inject, input } from '@angular/core';
import { TranslocoDirective } from '@jsverse/transloco';
import type { MixParameter, MixParameters } from '../core/mixes';
import { Language } from '../core/language';
import { formatNumber } from '../widgets/maths/format';
import { DraftStore } from './draft-store';

type Sliding =
  | 'transitionBars'
  | 'boldness'
  | 'harmonicStrictness'
  | 'tempoRangePercent'
  | 'effects'
  | 'vocalCare';

@Component({
  selector: 'dju-parameter-sliders',
  imports: [TranslocoDirective],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <ng-container *transloco="let t; prefix: 'studio.parameter'">
      @for (slider of sliders(); track slider.name) {
        <label>
          <span>{{ t(slider.name + '.name') }}</span>
          <b>{{ shown(slider.name) }}</b>
          <input
            type="range"
            [min]="slider.min"
            [max]="slider.max"
            [step]="step(slider)"
            [value]="parameters()[slider.name]"
            [attr.aria-valuetext]="shown(slider.name)"
            (input)="moved(slider.name, $event)"
            (change)="store.settle()"
          />
          <small>{{ t(slider.name + '.ends') }}</small>
        </label>
      }
      @if (length(); as limits) {
        <label class="length">
          <span>{{ t('targetMinutes.name') }}</span>
          <input
            type="number"
            inputmode="numeric"
            [min]="limits.min"
            [max]="limits.max"
            [value]="parameters().targetMinutes ?? ''"
            [placeholder]="t('targetMinutes.none')"
            (change)="lengthSet($event, limits)"
          />
        </label>
      }
    </ng-container>
  `,
  styles: `
    :host {
      display: grid;
      grid-template-columns: repeat(auto-fill, minmax(min(100%, 158px), 1fr));
      gap: 10px 18px;
    }
    label {
      display: grid;
      grid-template-columns: 1fr auto;
      gap: 0 8px;
      align-content: start;
      font-size: 13px;
    }
    b {
      font-variant-numeric: tabular-nums;
    }
    input[type='range'] {
      grid-column: 1 / -1;
      width: 100%;
      height: max(22px, var(--dju-hit));
      margin: 0;
      accent-color: var(--dju-accent);
    }
    small {
      grid-column: 1 / -1;
      color: var(--dju-text-dim);
      font-size: 12px;
    }
    .length {
      align-items: center;
    }
    .length input {
      width: 84px;
    }
  `,
})
export class ParameterSliders {
  readonly known = input.required<readonly MixParameter[]>();
  readonly parameters = input.required<MixParameters>();

  protected readonly store = inject(DraftStore);
  private readonly language = inject(Language);

  protected readonly sliders = computed(() =>
    this.known().filter(
      (one): one is MixParameter & { name: Sliding } =>
        isNumber(one) && one.name !== 'targetMinutes',
    ),
  );
  protected readonly length = computed(() =>
    this.known().find(({ name }) => name === 'targetMinutes'),
  );

  protected step(slider: MixParameter): number {
    return slider.step ?? ((slider.max ?? 1) > 1 ? 0.5 : 0.05);
  }

  protected shown(name: Sliding): string {
    const value = this.parameters()[name];
    if (name === 'transitionBars') return String(value);
    if (name === 'tempoRangePercent')
      return `± ${formatNumber(value, 1, this.language.active())} %`;
    return `${formatNumber(100 * value, 0, this.language.active())} %`;
  }

  protected moved(name: Sliding, event: Event): void {
    this.store.set(name, (event.target as HTMLInputElement).valueAsNumber, name);
  }

  protected lengthSet(event: Event, limits: MixParameter): void {
    const field = event.target as HTMLInputElement;
    const minutes =
      field.value === '' ? null : Math.min(limits.max!, Math.max(limits.min!, field.valueAsNumber));
    if (Number.isNaN(minutes)) return;
    field.value = minutes === null ? '' : String(minutes);
    this.store.set('targetMinutes', minutes);
  }
}

function isNumber({ kind }: MixParameter): boolean {
  return kind === 'number' || kind === 'whole';
}
