// Words that come from the server or the rubric in both languages, in the reader's.

import { inject, Pipe, PipeTransform } from '@angular/core';
import type { Words } from '../core/judge';
import { Language } from '../core/language';

@Pipe({ name: 'words', pure: false })
export class WordsPipe implements PipeTransform {
  private readonly language = inject(Language);

  transform(words: Words): string {
    return words[this.language.active()];
  }
}
