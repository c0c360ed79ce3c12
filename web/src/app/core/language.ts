// The reader's language: chosen, stored, and switched without a reload. Texts are one lazy chunk for
// each language, split into one JSON file an area (web/src/i18n/<language>/<area>.json).

import { DOCUMENT, inject, Injectable, signal } from '@angular/core';
import { Translation, TranslocoLoader, TranslocoService } from '@jsverse/transloco';
import { firstValueFrom } from 'rxjs';

export const LANGUAGES = ['en', 'es'] as const;
export type LanguageCode = (typeof LANGUAGES)[number];

const STORAGE_KEY = 'dju.language';

@Injectable({ providedIn: 'root' })
export class TextLoader implements TranslocoLoader {
  getTranslation(language: string): Promise<Translation> {
    return language === 'es'
      ? import('../../i18n/es').then((m) => m.es)
      : import('../../i18n/en').then((m) => m.en);
  }
}

@Injectable({ providedIn: 'root' })
export class Language {
  private readonly transloco = inject(TranslocoService);
  private readonly document = inject(DOCUMENT);
  private readonly code = signal<LanguageCode>('en');
  readonly active = this.code.asReadonly();
  readonly all = LANGUAGES;

  /** Resolves when the first text can be drawn. */
  start(): Promise<unknown> {
    return this.choose(storedLanguage() ?? browserLanguage());
  }

  async choose(code: LanguageCode): Promise<void> {
    await firstValueFrom(this.transloco.load(code));
    this.transloco.setActiveLang(code);
    this.document.documentElement.lang = code;
    this.code.set(code);
    try {
      localStorage.setItem(STORAGE_KEY, code);
    } catch {
      // Storage is refused in some private modes; the choice then lasts as long as the page.
    }
  }
}

function storedLanguage(): LanguageCode | null {
  try {
    const stored = localStorage.getItem(STORAGE_KEY);
    return LANGUAGES.find((code) => code === stored) ?? null;
  } catch {
    return null;
  }
}

function browserLanguage(): LanguageCode {
  return navigator.languages.some((tag) => tag.startsWith('es')) && !navigator.languages[0].startsWith('en') ? 'es' : 'en';
}
