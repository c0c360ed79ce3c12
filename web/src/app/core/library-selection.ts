// The track that is chosen in the library, for whoever loads it: samplers, controllers.

import { Injectable, signal } from '@angular/core';

@Injectable()
export class LibrarySelection {
  readonly trackId = signal<string | null>(null);
}
