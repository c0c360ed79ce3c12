// Undo and redo over values that are never changed in place. Pure.

export interface History<T> {
  readonly past: readonly T[];
  readonly present: T;
  readonly future: readonly T[];
  /** Names the hand's movement that made the present: what goes on moving makes no further step. */
  readonly gesture: string | null;
}

const MOST_STEPS = 200;

export function begin<T>(present: T): History<T> {
  return { past: [], present, future: [], gesture: null };
}

/** A new present; within the same gesture it takes the place of the last one. */
export function advance<T>(
  history: History<T>,
  next: T,
  gesture: string | null = null,
): History<T> {
  if (next === history.present) return history;
  const goesOn = gesture !== null && gesture === history.gesture;
  const past = goesOn ? history.past : [...history.past, history.present].slice(-MOST_STEPS);
  return { past, present: next, future: [], gesture };
}

/** The present as it should have been at once: no step of its own. */
export function amend<T>(history: History<T>, present: T): History<T> {
  return { ...history, present };
}

/** The hand has let go. */
export function settle<T>(history: History<T>): History<T> {
  return history.gesture === null ? history : { ...history, gesture: null };
}

export function undo<T>(history: History<T>): History<T> {
  const present = history.past.at(-1);
  if (present === undefined) return history;
  return {
    past: history.past.slice(0, -1),
    present,
    future: [history.present, ...history.future],
    gesture: null,
  };
}

export function redo<T>(history: History<T>): History<T> {
  const [present, ...future] = history.future;
  if (present === undefined) return history;
  return { past: [...history.past, history.present], present, future, gesture: null };
}
