// Four reactions, and those of the whole audience rising for a moment. With reduced motion they only
// count. Nothing flashes: each mark fades in and out once.

import { ChangeDetectionStrategy, Component, input, output, signal } from '@angular/core';
import { TranslocoDirective } from '@jsverse/transloco';

export type ReactionKind = 'fire' | 'heart' | 'clap' | 'wow';

/** Drawn, not written: emoji look different, or are missing, from one system to the next. */
const MARKS: Record<ReactionKind, { path: string; colour: string }> = {
  fire: {
    path: 'M12 2c1 4 5 6 5 11a5 5 0 0 1-10 0c0-2 1-3.4 2-4.5.3 1.5 1 2.3 1.8 2.5C10.4 7.5 10.8 4.5 12 2z',
    colour: '#ff8a3c',
  },
  heart: {
    path: 'M12 21C5 15.5 2.5 12 2.5 8.5A4.9 4.9 0 0 1 12 6.5a4.9 4.9 0 0 1 9.5 2c0 3.5-2.5 7-9.5 12.5z',
    colour: '#ff5c7a',
  },
  clap: {
    path: 'M4 20V10.5a1.5 1.5 0 0 1 3 0V4.5a1.5 1.5 0 0 1 3 0V3.5a1.5 1.5 0 0 1 3 0v2a1.5 1.5 0 0 1 3 0V13l2.2-2.6a1.5 1.5 0 0 1 2.3 1.9L16.5 19a6 6 0 0 1-5 2.5H6A2 2 0 0 1 4 20z',
    colour: '#ffd23f',
  },
  wow: {
    path: 'M12 2l2.7 6.6 7.1.5-5.4 4.6 1.7 6.9L12 16.9l-6.1 3.7 1.7-6.9L2.2 9.1l7.1-.5z',
    colour: '#a582ff',
  },
};
const SHOWN_MS = 2400;
/** Of one report at most so many marks are drawn; the count says the rest. */
const MAX_MARKS = 5;

interface Floating {
  readonly id: number;
  readonly kind: ReactionKind;
  readonly left: number;
}

@Component({
  selector: 'dju-reactions',
  imports: [TranslocoDirective],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <div
      class="bar"
      role="group"
      *transloco="let t; prefix: 'watch'"
      [attr.aria-label]="t('reactions')"
    >
      @for (kind of kinds; track kind) {
        <button
          type="button"
          [disabled]="disabled()"
          [attr.aria-label]="t('reaction.' + kind)"
          (click)="react.emit(kind)"
        >
          <svg viewBox="0 0 24 24" aria-hidden="true" [style.fill]="marks[kind].colour">
            <path [attr.d]="marks[kind].path" />
          </svg>
          <small aria-hidden="true">{{ counts()[kind] || '' }}</small>
        </button>
      }
      <div class="sky" aria-hidden="true">
        @for (mark of floating(); track mark.id) {
          <svg
            viewBox="0 0 24 24"
            [style.left.%]="mark.left"
            [style.fill]="marks[mark.kind].colour"
          >
            <path [attr.d]="marks[mark.kind].path" />
          </svg>
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
    svg {
      width: 24px;
      height: 24px;
    }
    .sky svg {
      position: absolute;
      bottom: 0;
      width: 30px;
      height: 30px;
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
    if (!isKind(kind)) return;
    this.counts.update((counts) => ({ ...counts, [kind]: (counts[kind] ?? 0) + count }));
    const marks = Array.from({ length: Math.min(count, MAX_MARKS) }, () => ({
      id: this.next++,
      kind,
      left: 5 + Math.random() * 85,
    }));
    this.floating.update((floating) => [...floating, ...marks]);
    setTimeout(
      () => this.floating.update((floating) => floating.filter((f) => !marks.includes(f))),
      SHOWN_MS,
    );
  }
}

function isKind(kind: string): kind is ReactionKind {
  return kind in MARKS;
}
