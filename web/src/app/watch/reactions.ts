// Four reactions, and those of the whole audience rising for a moment. With reduced motion they only
// count. Nothing flashes: each mark fades in and out once.

import { ChangeDetectionStrategy, Component, input, output, signal } from '@angular/core';
import { TranslocoDirective } from '@jsverse/transloco';

export type ReactionKind = 'fire' | 'heart' | 'clap' | 'wow';

const MARKS: Record<ReactionKind, string> = { fire: '🔥', heart: '❤️', clap: '👏', wow: '😮' };
const SHOWN_MS = 2400;
/** Of one report at most so many marks are drawn; the count says the rest. */
const MAX_MARKS = 5;

interface Floating {
  readonly id: number;
  readonly mark: string;
  readonly left: number;
}

@Component({
  selector: 'dju-reactions',
  imports: [TranslocoDirective],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <div class="bar" role="group" *transloco="let t; prefix: 'watch'" [attr.aria-label]="t('reactions')">
      @for (kind of kinds; track kind) {
        <button type="button" [disabled]="disabled()" [attr.aria-label]="t('reaction.' + kind)" (click)="react.emit(kind)">
          <span aria-hidden="true">{{ marks[kind] }}</span>
          <small aria-hidden="true">{{ counts()[kind] || '' }}</small>
        </button>
      }
      <div class="sky" aria-hidden="true">
        @for (mark of floating(); track mark.id) {
          <i [style.left.%]="mark.left">{{ mark.mark }}</i>
        }
      </div>
    </div>
  `,
  styles: `
    .bar {
      position: relative;
      display: flex;
      gap: 8px;
    }
    button {
      flex: 1;
      min-height: 46px;
      display: flex;
      gap: 6px;
      align-items: center;
      justify-content: center;
      font-size: 20px;
    }
    small {
      font-size: 13px;
      color: var(--dju-text-dim);
      font-variant-numeric: tabular-nums;
    }
    .sky {
      position: absolute;
      left: 0;
      right: 0;
      bottom: 100%;
      height: 180px;
      pointer-events: none;
      overflow: hidden;
    }
    i {
      position: absolute;
      bottom: 0;
      font-style: normal;
      font-size: 26px;
      animation: rise 2.4s ease-out forwards;
    }
    @keyframes rise {
      0% {
        transform: translateY(20px);
        opacity: 0;
      }
      15% {
        opacity: 1;
      }
      100% {
        transform: translateY(-170px);
        opacity: 0;
      }
    }
    @media (prefers-reduced-motion: reduce) {
      .sky {
        display: none;
      }
    }
  `,
})
export class Reactions {
  readonly disabled = input(false);
  readonly react = output<ReactionKind>();

  protected readonly kinds = Object.keys(MARKS) as ReactionKind[];
  protected readonly marks = MARKS;
  protected readonly counts = signal<Partial<Record<ReactionKind, number>>>({});
  protected readonly floating = signal<readonly Floating[]>([]);
  private next = 1;

  /** The server's sum of the last 250 ms. */
  show(kind: string, count: number): void {
    const mark = MARKS[kind as ReactionKind];
    if (!mark) return;
    this.counts.update((counts) => ({ ...counts, [kind]: (counts[kind as ReactionKind] ?? 0) + count }));
    const marks = Array.from({ length: Math.min(count, MAX_MARKS) }, () => ({
      id: this.next++,
      mark,
      left: 5 + Math.random() * 85,
    }));
    this.floating.update((floating) => [...floating, ...marks]);
    setTimeout(() => this.floating.update((floating) => floating.filter((f) => !marks.includes(f))), SHOWN_MS);
  }
}
