// A count with its noun, "1 vote", "2 votes": KEY.one or KEY.other of the texts, by the language's own rules.

import { inject, Pipe, type PipeTransform } from '@angular/core';
import { TranslocoService } from '@jsverse/transloco';

@Pipe({ name: 'plural', pure: false })
export class Plural implements PipeTransform {
  private readonly texts = inject(TranslocoService);

  transform(count: number, key: string, values: object = {}): string {
    const language = this.texts.getActiveLang();
    const form = new Intl.PluralRules(language).select(count) === 'one' ? 'one' : 'other';
    return this.texts.translate(`${key}.${form}`, { ...values, count: count.toLocaleString(language) });
  }
}
