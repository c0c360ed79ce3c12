// What the analysis heard, in the words and numbers of DJs: tempo with its certainty and what else it
// might be, key in three notations, loudness, genre, how much of the track is sung.

import { ChangeDetectionStrategy, Component, computed, inject, input, output } from '@angular/core';
import { TranslocoDirective, TranslocoService } from '@jsverse/transloco';
import type { Analysis } from '../core/model';
import { formatNumber, formatTime } from '../widgets/maths/format';
import { Plural } from '../widgets/plural';

@Component({
  selector: 'dju-analysis-facts',
  imports: [Plural, TranslocoDirective],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <dl *transloco="let t; prefix: 'library.analysis'">
      @if (analysis().tempo; as tempo) {
        <dt>{{ t('tempo') }}</dt>
        <dd>
          {{ number(tempo.bpm, 2) }} BPM ·
          {{ t('sure', { percent: percent(tempo.confidence) }) }}
          @if (!tempo.constant) {
            · {{ tempo.changes.length | plural: 'library.analysis.changes' }}
          }
          @for (bpm of tempo.alternatives; track bpm) {
            <button
              type="button"
              [disabled]="!mayEdit()"
              [attr.aria-label]="t('take', { bpm: number(bpm, 2) })"
              (click)="takeTempo.emit(bpm)"
            >
              {{ number(bpm, 1) }}?
            </button>
          }
        </dd>
      }
      @if (analysis().key; as key) {
        <dt>{{ t('key') }}</dt>
        <dd>
          @if (key.camelot) {
            <b class="wheel" [style.--hue]="hue()">{{ key.camelot }}</b>
          }
          {{ key.name }}
          @if (key.open_key) {
            · {{ key.open_key }}
          }
          @if (key.tuning_cents > 5 || key.tuning_cents < -5) {
            · {{ t('tuning', { cents: number(key.tuning_cents, 0) }) }}
          }
          @for (change of key.modulations; track change.time) {
            · {{ t('modulation', { time: time(change.time), key: change.key }) }}
          }
        </dd>
      }
      <dt>{{ t('loudness') }}</dt>
      <dd>
        {{ number(analysis().loudness.integrated_lufs, 1) }} LUFS ·
        {{ t('range', { lu: number(analysis().loudness.range_lu, 1) }) }} ·
        {{ number(analysis().loudness.true_peak_dbtp, 1) }} dBTP ·
        {{ t('gain', { db: number(analysis().loudness.replay_gain_db, 1) }) }}
      </dd>
      @if (analysis().genre; as genre) {
        <dt>{{ t('genre') }}</dt>
        <dd>{{ genre.name.replaceAll('_', ' ') }} ({{ percent(genre.confidence) }} %)</dd>
      }
      @if (analysis().vocals; as vocals) {
        <dt>{{ t('vocals') }}</dt>
        <dd>{{ vocals.length ? t('sung', { percent: sung() }) : t('noVocals') }}</dd>
      }
    </dl>
  `,
  styles: `
    dl {
      display: grid;
      grid-template-columns: auto minmax(0, 1fr);
      gap: 4px 14px;
      margin: 0;
      font-size: 14px;
      font-variant-numeric: tabular-nums;
    }
    dt {
      color: var(--dju-text-dim);
    }
    dd {
      margin: 0;
    }
    button {
      min-height: 24px;
      margin-left: 4px;
      padding: 0 8px;
      font-size: 13px;
    }
    .wheel {
      padding: 1px 6px;
      border-radius: 4px;
      color: #0b0d11;
      background: hsl(var(--hue) 65% 68%);
    }
  `,
})
export class AnalysisFacts {
  readonly analysis = input.required<Analysis>();
  readonly mayEdit = input(false);
  readonly takeTempo = output<number>();

  private readonly transloco = inject(TranslocoService);
  /** Neighbours on the wheel have neighbouring colours; the text says which it is. */
  protected readonly hue = computed(() => parseInt(this.analysis().key?.camelot ?? '0', 10) * 30);
  protected readonly sung = computed(() => {
    const seconds = (this.analysis().vocals ?? []).reduce((sum, v) => sum + v.end - v.start, 0);
    return this.percent(seconds / Math.max(1, this.analysis().duration));
  });
  protected readonly time = formatTime;

  protected number(value: number, digits: number): string {
    return formatNumber(value, digits, this.transloco.getActiveLang());
  }

  protected percent(share: number): string {
    return this.number(100 * share, 0);
  }
}
