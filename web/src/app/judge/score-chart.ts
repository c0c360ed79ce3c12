// Both totals along the battle, with its rounds, transitions and the audience's reactions below. Pressing
// it replays from there.

import { ChangeDetectionStrategy, Component, computed, input, output } from '@angular/core';
import { TranslocoDirective } from '@jsverse/transloco';
import { points, type JudgeReport } from '../core/judge';
import type { Seat } from '../core/model';
import { SAMPLE_RATE } from '../widgets/maths/beat-grid';
import { formatTime } from '../widgets/maths/format';

const WIDTH = 1000;
const HEIGHT = 260;
/** Below lie transitions, then reactions. */
const CURVES = 190;
const GRID = [0, 25, 50, 75, 100];

@Component({
  selector: 'dju-score-chart',
  imports: [TranslocoDirective],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <figure *transloco="let t; prefix: 'judge'">
      <svg
        role="img"
        [attr.aria-label]="t('chart', { a: names().A, b: names().B, pointsA: last('A'), pointsB: last('B') })"
        [attr.viewBox]="'-68 -20 1078 ' + (height + 42)"
        (click)="jump($event)"
      >
        @for (level of grid; track level) {
          <line class="grid" x1="0" [attr.x2]="width" [attr.y1]="y(level / 100)" [attr.y2]="y(level / 100)" />
          <text x="-6" [attr.y]="y(level / 100) + 4" text-anchor="end">{{ level }}</text>
        }
        @for (round of report().rounds; track $index) {
          <line class="round" y1="0" [attr.y2]="height" [attr.x1]="x(round.start)" [attr.x2]="x(round.start)" />
          <text [attr.x]="x(round.start) + 4" y="12">{{ t('round', { number: $index + 1 }) }}</text>
        }
        <polyline class="A" [attr.points]="line('A')" />
        <polyline class="B" [attr.points]="line('B')" />
        @for (one of report().transitions; track one.id) {
          <rect
            class="{{ one.player ?? '' }}"
            [attr.x]="x(one.start)"
            [attr.width]="wide(one.start, one.end)"
            y="200"
            height="16"
            rx="3"
          >
            <title>{{ t('type.' + one.type) }} {{ points(one.score) }}</title>
          </rect>
        }
        <ng-container *transloco="let reaction; prefix: 'watch.reaction'">
          @for (felt of report().timeline.reactions; track $index) {
            <circle class="felt" [attr.cx]="x(felt.frame)" cy="236" [attr.r]="size(felt.count)">
              <title>{{ felt.count }} × {{ reaction(felt.kind) }}</title>
            </circle>
          }
        </ng-container>
        @for (mark of times(); track mark) {
          <text [attr.x]="x(mark)" [attr.y]="height + 14" text-anchor="middle">{{ clock(mark) }}</text>
        }
      </svg>
      <figcaption>{{ t('chartWhat') }}</figcaption>
    </figure>
  `,
  styles: `
    figure {
      margin: 0;
    }
    svg {
      width: 100%;
      background: var(--dju-canvas);
      border-radius: var(--dju-radius);
      cursor: pointer;
    }
    text {
      fill: var(--dju-text-dim);
      font-size: 13px;
    }
    /* The drawing is a third as wide there. */
    @media (max-width: 600px) {
      text {
        font-size: 28px;
      }
    }
    .grid {
      stroke: var(--dju-line);
    }
    .round {
      stroke: var(--dju-canvas-line);
      stroke-dasharray: 4 4;
    }
    polyline {
      fill: none;
      stroke-width: 3;
    }
    polyline.A {
      stroke: var(--dju-deck-a);
    }
    polyline.B {
      stroke: var(--dju-deck-b);
      stroke-dasharray: 9 3;
    }
    rect {
      fill: var(--dju-canvas-line);
    }
    rect.A {
      fill: var(--dju-deck-a);
    }
    rect.B {
      fill: var(--dju-deck-b);
    }
    .felt {
      fill: var(--dju-warn);
      opacity: 0.8;
    }
    figcaption {
      margin-top: 6px;
      font-size: 13px;
      color: var(--dju-text-dim);
    }
  `,
})
export class ScoreChart {
  readonly report = input.required<JudgeReport>();
  readonly names = input.required<Readonly<Record<Seat, string>>>();
  /** The frame at the pressed place. */
  readonly moment = output<number>();

  protected readonly width = WIDTH;
  protected readonly height = HEIGHT;
  protected readonly grid = GRID;
  protected readonly points = points;
  private readonly end = computed(() => Math.max(1, this.report().battle.end));
  /** Whole steps of time, six at most. */
  protected readonly times = computed(() => {
    const seconds = this.end() / SAMPLE_RATE;
    const step = [10, 30, 60, 120, 300, 600, 1800].find((s) => seconds / s <= 6) ?? 3600;
    return Array.from({ length: Math.floor(seconds / step) + 1 }, (_, i) => i * step * SAMPLE_RATE);
  });

  protected x(frame: number): number {
    return (WIDTH * frame) / this.end();
  }

  protected y(share: number): number {
    return CURVES * (1 - share);
  }

  protected wide(start: number, end: number): number {
    return Math.max(4, this.x(end) - this.x(start));
  }

  protected size(count: number): number {
    return Math.min(14, 4 + 2 * Math.log2(count));
  }

  protected line(seat: Seat): string {
    return this.report()
      .timeline.scores.map((point) => `${this.x(point.frame).toFixed(1)},${this.y(point[seat]).toFixed(1)}`)
      .join(' ');
  }

  protected last(seat: Seat): string {
    return points(this.report().timeline.scores.at(-1)?.[seat]);
  }

  protected clock(frame: number): string {
    return formatTime(frame / SAMPLE_RATE);
  }

  protected jump(event: MouseEvent): void {
    const svg = event.currentTarget as SVGSVGElement;
    const at = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM()!.inverse());
    this.moment.emit(Math.round(Math.min(1, Math.max(0, at.x / WIDTH)) * this.end()));
  }
}
