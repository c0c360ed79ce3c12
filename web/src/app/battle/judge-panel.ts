// The judge beside the instruments, in full.

import { ChangeDetectionStrategy, Component, output } from '@angular/core';
import { TranslocoDirective } from '@jsverse/transloco';
import { LiveJudge } from '../judge/live-judge';
import { SideHead } from './side-head';

@Component({
  selector: 'dju-judge-panel',
  imports: [LiveJudge, SideHead, TranslocoDirective],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <ng-container *transloco="let t; prefix: 'judge'">
      <dju-side-head [text]="t('title')" (done)="done.emit()" />
      <dju-live-judge />
    </ng-container>
  `,
})
export class JudgePanel {
  readonly done = output<void>();
}
