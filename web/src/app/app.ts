// The frame around every page: name, ways to the other pages, language, who one is.

import { ChangeDetectionStrategy, Component, inject } from '@angular/core';
import { RouterLink, RouterLinkActive, RouterOutlet } from '@angular/router';
import { TranslocoDirective } from '@jsverse/transloco';
import { Announcer } from './core/announcer';
import { Language } from './core/language';

@Component({
  selector: 'dju-root',
  imports: [RouterOutlet, RouterLink, RouterLinkActive, TranslocoDirective],
  changeDetection: ChangeDetectionStrategy.OnPush,
  templateUrl: './app.html',
  styleUrl: './app.css',
})
export class App {
  protected readonly language = inject(Language);
  protected readonly announcer = inject(Announcer);
}
