// Who one is: a guest with a name, asked for once, and the token that the server signed for it. Both
// are kept in this browser. Without storage (private modes) they last as long as the page.

import { computed, effect, Injectable, signal } from '@angular/core';

export interface Guest {
  readonly playerId: string;
  readonly name: string;
  readonly token: string;
}

const STORAGE_KEY = 'dju.guest';

@Injectable({ providedIn: 'root' })
export class SessionService {
  private readonly guest = signal<Guest | null>(stored());
  readonly name = computed(() => this.guest()?.name ?? null);
  readonly playerId = computed(() => this.guest()?.playerId ?? null);
  readonly token = computed(() => this.guest()?.token ?? null);
  /** The server's operator, who may change every track. */
  private readonly operator = signal(false);

  constructor() {
    effect(() => void this.askWhetherOperator(this.token()));
  }

  /** Only who uploaded a track, or an operator, may change it. */
  mayChange(track: { readonly uploader?: string | null }): boolean {
    return this.operator() || (track.uploader != null && track.uploader === this.playerId());
  }

  /** Takes a name: a new guest, since names are part of the signed token. */
  async rename(name: string): Promise<void> {
    const response = await fetch('/api/v1/guests', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ name }),
    });
    const body: unknown = await response.json().catch(() => null);
    if (!response.ok) throw new Error(messageOf(body) ?? `HTTP ${response.status}`);
    this.keep(body as Guest);
  }

  /** The server no longer knows the token (expired, other server). */
  forget(): void {
    this.guest.set(null);
    try {
      localStorage.removeItem(STORAGE_KEY);
    } catch {
      return;
    }
  }

  private async askWhetherOperator(token: string | null): Promise<void> {
    this.operator.set(false);
    if (token === null) return;
    const headers = { Authorization: `Bearer ${token}` };
    const response = await fetch('/api/v1/me', { headers }).catch(() => null);
    const me = response?.ok ? ((await response.json()) as { operator?: boolean }) : null;
    if (token === this.token()) this.operator.set(me?.operator === true);
  }

  private keep(guest: Guest): void {
    this.guest.set(guest);
    try {
      localStorage.setItem(STORAGE_KEY, JSON.stringify(guest));
    } catch {
      return;
    }
  }
}

function stored(): Guest | null {
  try {
    const guest = JSON.parse(localStorage.getItem(STORAGE_KEY) ?? 'null') as Partial<Guest> | null;
    return guest?.playerId && guest.name && guest.token ? (guest as Guest) : null;
  } catch {
    return null;
  }
}

function messageOf(body: unknown): string | undefined {
  return (body as { error?: { message?: string } } | null)?.error?.message;
}
