// A number with so many decimals as the reader's language writes it: 3.20, 3,20.

import { inject, Pipe, type PipeTransform } from '@angular/core';
import { TranslocoService } from '@jsverse/transloco';
import { formatNumber } from '../widgets/maths/format';

@Pipe({ name: 'decimal', pure: false })
export class Decimal implements PipeTransform {
  private readonly texts = inject(TranslocoService);

  transform(value: number, decimals: number): string {
    return formatNumber(value, decimals, this.texts.getActiveLang());
  }
}
