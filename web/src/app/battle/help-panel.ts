// The keys that play, as a table.

import { ChangeDetectionStrategy, Component, inject, output } from '@angular/core';
import { TranslocoDirective } from '@jsverse/transloco';
import { findControl } from '../core/controls';
import { type Key, KEYS } from '../core/keyboard';
import { Language } from '../core/language';
import { SideHead } from './side-head';

@Component({
  selector: 'dju-help-panel',
  imports: [SideHead, TranslocoDirective],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <ng-container *transloco="let t; prefix: 'battle.help'">
      <dju-side-head [text]="t('title')" (done)="done.emit()" />
      <table>
        <tbody>
          @for (row of rows; track row.code) {
            <tr>
              <td><kbd>{{ row.cap }}</kbd></td>
              <td>
                {{ row.deck ? row.deck + ' · ' : '' }}{{ name(row) || t('layer') }}
                @if (row.shift) {
                  <small>⇧ {{ name(row.shift) }}</small>
                }
              </td>
            </tr>
          }
          <tr>
            <td><kbd>Shift</kbd></td>
            <td>{{ t('shift') }}</td>
          </tr>
        </tbody>
      </table>
      <p>{{ t('library') }}</p>
      <p>{{ t('controls') }}</p>
    </ng-container>
  `,
  styles: `
    :host {
      display: grid;
      gap: 10px;
      align-content: start;
      font-size: 14px;
    }
    table {
      border-collapse: collapse;
      columns: 2;
    }
    td {
      padding: 3px 6px;
    }
    kbd {
      display: inline-block;
      min-width: 26px;
      padding: 1px 6px;
      border: 1px solid var(--dju-control-edge);
      border-radius: 4px;
      text-align: center;
      background: var(--dju-ground);
      font: 600 13px var(--dju-font);
    }
    small {
      display: block;
      color: var(--dju-text-dim);
    }
    p {
      color: var(--dju-text-dim);
    }
  `,
})
export class HelpPanel {
  readonly done = output<void>();
  private readonly language = inject(Language);
  protected readonly rows = Object.entries(KEYS).map(([code, key]) => ({ code, cap: capOf(code), ...key }));

  protected name({ control: id, step, while: held, value }: Omit<Key, 'shift'>): string {
    const row = findControl(id);
    if (!row) return '';
    const text = row.text[this.language.active()];
    if (row.unit === 'beats') return `${text} ${value! > 0 ? '' : '−'}${Math.abs(value!)}`;
    const way = step ?? held;
    return way === undefined ? text : `${text} ${way > 0 ? '+' : '−'}`;
  }
}

/** What is printed on the key of an English keyboard; other layouts have the key at the same place. */
function capOf(code: string): string {
  const marks: Record<string, string> = { Semicolon: ';', Comma: ',', Period: '.', Slash: '/', BracketLeft: '[', BracketRight: ']' };
  return marks[code] ?? code.replace(/^(Key|Digit)/, '');
}
