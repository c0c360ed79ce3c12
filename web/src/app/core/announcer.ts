// One polite live region for the whole app. Pages say here what a screen reader must tell: a track
// was loaded, a deck plays, a round begins. The same text twice is spoken twice.

import { Injectable, signal } from '@angular/core';

@Injectable({ providedIn: 'root' })
export class Announcer {
  private readonly text = signal('');
  readonly message = this.text.asReadonly();

  say(message: string): void {
    // A region speaks when its text changes; a trailing no-break space makes a repeated text a change.
    this.text.update((now) => (message === now ? `${message}\u00a0` : message));
  }
}
