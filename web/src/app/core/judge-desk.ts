// What the judge of one battle has said so far. Owned by the battle's room, fed with its events.

import { signal } from '@angular/core';
import type { Feedback, JudgeTransition, ScoreUpdate } from './judge';

const FEEDBACK_KEPT = 50;

export class JudgeDesk {
  /** Null before the first. */
  readonly scores = signal<ScoreUpdate | null>(null);
  /** In order of their ends. */
  readonly transitions = signal<readonly JudgeTransition[]>([]);
  /** Newest first. */
  readonly feedback = signal<readonly Feedback[]>([]);

  /** Who joins again is told once more what has passed. */
  takeTransition(transition: JudgeTransition): void {
    this.transitions.update((all) => [...all.filter(({ id }) => id !== transition.id), transition].sort((a, b) => a.end - b.end));
  }

  takeFeedback(said: readonly Feedback[]): void {
    this.feedback.update((all) => [...said, ...all].slice(0, FEEDBACK_KEPT));
  }
}
