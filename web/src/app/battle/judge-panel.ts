// What a judge says while one plays. Without a judge there is no such area.

import { ChangeDetectionStrategy, Component, computed, inject } from '@angular/core';
import { TranslocoDirective } from '@jsverse/transloco';
import { BattleRoom } from '../core/battle-room';

@Component({
  selector: 'dju-judge-panel',
  imports: [TranslocoDirective],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    @if (latest(); as text) {
      <p *transloco="let t; prefix: 'battle.judge'" role="status"><b>{{ t('judge') }}</b> {{ text }}</p>
    }
  `,
  styles: `
    p {
      padding: 4px 12px;
      background: var(--dju-raised);
      font-size: 14px;
    }
    b {
      color: var(--dju-accent);
    }
  `,
})
export class JudgePanel {
  private readonly room = inject(BattleRoom);
  protected readonly latest = computed(() => {
    for (const { data } of this.room.feedback()) {
      const text = data['message'] ?? data['feedback'] ?? data['text'];
      if (typeof text === 'string') return text;
    }
    return null;
  });
}
