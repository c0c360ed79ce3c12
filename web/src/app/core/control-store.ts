// What every control shows. A hand's value shows at once; the server's settles it. While a control is
// held, or a command of ours waits or is on its way, the server's older values do not pull it about.
// Nothing here sends; every `move` must be followed by `sent` when the command leaves.

import { computed, signal, Signal, WritableSignal } from '@angular/core';

interface Local {
  readonly value: number;
  /** Commands that were sent and not yet answered. */
  readonly pending: number;
  /** The newest value has not been sent yet. */
  readonly waiting: boolean;
  readonly held: boolean;
}

interface Entry {
  readonly server: WritableSignal<number>;
  readonly local: WritableSignal<Local | null>;
  readonly shown: Signal<number>;
  /** Engine frame at which the server's value holds; older news are dropped. */
  frame: number;
}

const REST: Omit<Local, 'value'> = { pending: 0, waiting: false, held: false };

export class ControlStore {
  private readonly entries = new Map<string, Entry>();

  /** The value to draw. */
  value(key: string, initial: number): Signal<number> {
    return this.entry(key, initial).shown;
  }

  /** The hand moved the control. */
  move(key: string, value: number): void {
    this.entry(key, value).local.update((now) => ({ ...(now ?? REST), value, waiting: true }));
  }

  hold(key: string, held: boolean): void {
    const entry = this.entry(key, 0);
    entry.local.update((now) => ({ ...(now ?? { ...REST, value: entry.server() }), held }));
    settle(entry);
  }

  /** A command with the newest value left. */
  sent(key: string): void {
    this.entry(key, 0).local.update((now) => now && { ...now, pending: now.pending + 1, waiting: false });
  }

  /** The command was carried out at `frame` with this value, which the server may have clamped. */
  accepted(key: string, value: number, frame: number): void {
    const entry = this.entry(key, value);
    entry.server.set(value);
    entry.frame = Math.max(entry.frame, frame);
    this.answered(entry);
  }

  /** The command was refused: the control returns, even under the hand. */
  refused(key: string): void {
    const entry = this.entry(key, 0);
    this.answered(entry);
    if (entry.local()?.pending === 0) entry.local.set(null);
  }

  /** The server told the value that holds at `frame`, whoever moved it. */
  tell(key: string, value: number, frame: number): void {
    const entry = this.entry(key, value);
    if (frame < entry.frame) return;
    entry.frame = frame;
    entry.server.set(value);
  }

  /** The connection was lost: what was on its way is unknown, the server's state decides. */
  reset(): void {
    for (const entry of this.entries.values()) {
      entry.local.set(null);
      entry.frame = -Infinity;
    }
  }

  private answered(entry: Entry): void {
    entry.local.update((now) => now && { ...now, pending: Math.max(0, now.pending - 1) });
    settle(entry);
  }

  private entry(key: string, initial: number): Entry {
    let entry = this.entries.get(key);
    if (!entry) {
      const server = signal(initial);
      const local = signal<Local | null>(null);
      entry = { server, local, shown: computed(() => local()?.value ?? server()), frame: -Infinity };
      this.entries.set(key, entry);
    }
    return entry;
  }
}

function settle(entry: Entry): void {
  const now = entry.local();
  if (now && !now.held && !now.waiting && now.pending === 0) entry.local.set(null);
}
