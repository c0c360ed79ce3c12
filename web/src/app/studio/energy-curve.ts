// How the set's energy runs: a named shape, or one drawn by hand over it.

import { ChangeDetectionStrategy, Component, computed, inject, input } from '@angular/core';
import { TranslocoDirective, TranslocoService } from '@jsverse/transloco';
import type { EnergyShape, MixParameters } from '../core/mixes';
import { CurveBoard } from './curve-board';
import { DraftStore } from './draft-store';
import { pointsOf, SHAPES } from './model/energy';
import { type Stroke, stroked } from './model/stroke';

@Component({
  selector: 'dju-energy-curve',
  imports: [CurveBoard, TranslocoDirective],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <ng-container *transloco="let t; prefix: 'studio.energy'">
      <div class="shapes" role="radiogroup" [attr.aria-label]="t('title')">
        @for (shape of shapes; track shape) {
          <label [class.on]="parameters().energy === shape">
            <input
              type="radio"
              class="visually-hidden"
              name="energy"
              [checked]="parameters().energy === shape"
              (change)="choose(shape)"
            />
            {{ t(shape) }}
          </label>
        }
      </div>
      <dju-curve-board
        [curve]="{ values: points(), stepped: false }"
        [range]="range"
        [label]="t('title')"
        [pointLabel]="place"
        [valueText]="percent"
        (stroke)="draw($event)"
        (settled)="store.settle()"
      />
      <small>{{ t('hint') }}</small>
    </ng-container>
  `,
  styles: `
    :host {
      display: grid;
      gap: 8px;
    }
    .shapes {
      display: flex;
      flex-wrap: wrap;
      gap: 4px;
    }
    label {
      display: flex;
      align-items: center;
      min-height: max(30px, var(--dju-hit));
      padding: 2px 11px;
      border: 1px solid var(--dju-control-edge);
      border-radius: 6px;
      font-size: 13px;
      cursor: pointer;
    }
    label.on {
      border-color: var(--dju-accent);
      background: color-mix(in srgb, var(--dju-accent) 20%, transparent);
    }
    label:focus-within {
      outline: 2px solid var(--dju-text);
      outline-offset: 2px;
    }
    dju-curve-board {
      height: 84px;
      margin: 0 5px;
    }
    small {
      color: var(--dju-text-dim);
    }
  `,
})
export class EnergyCurve {
  readonly parameters = input.required<MixParameters>();

  protected readonly store = inject(DraftStore);
  private readonly transloco = inject(TranslocoService);
  protected readonly shapes = SHAPES;
  protected readonly range = { min: 0, max: 1 };
  protected readonly points = computed(() => pointsOf(this.parameters()));
  protected readonly percent = (value: number) => `${Math.round(100 * value)} %`;
  protected readonly place = (index: number) =>
    this.transloco.translate('studio.energy.point', {
      percent: Math.round((100 * index) / (this.points().length - 1)),
    });

  protected choose(shape: EnergyShape): void {
    if (shape === 'drawn') this.store.draw(this.points());
    else this.store.set('energy', shape);
  }

  protected draw(stroke: Stroke): void {
    this.store.draw(stroked(this.points(), stroke), 'energy');
  }
}
