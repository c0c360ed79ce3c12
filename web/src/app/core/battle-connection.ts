// The socket to one battle: joins, joins again after a break, and asks with a deadline. Provided by
// the page that shows the battle, and closed with it.

import { inject, Injectable, OnDestroy, signal } from '@angular/core';
import { io, Socket } from 'socket.io-client';
import type { Ack, ClientEvents, Joined, ServerEvents } from './protocol';
import { SessionService } from './session.service';

export type ConnectionStatus = 'connecting' | 'joined' | 'reconnecting' | 'refused' | 'closed';

export interface JoinRequest {
  readonly battleId: string;
  readonly role?: 'dj' | 'spectator';
  readonly invite?: string;
  readonly watch?: string;
}

/** A refusal, in the server's words. */
export class Refusal extends Error {
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

type Reply<E extends keyof ClientEvents> =
  Parameters<ClientEvents[E]>[1] extends (reply: infer R) => void ? Extract<R, { success: true }> : never;

const ACK_TIMEOUT_MS = 10_000;
const CONNECT_TIMEOUT_MS = 4000;
/**
 * A server that has said nothing for so long is out of reach: it speaks at least once a second. TCP alone finds
 * that out after minutes, and by then doubles its pauses so often that it stays away as long again.
 */
const SILENCE_MS = 5000;

@Injectable()
export class BattleConnection implements OnDestroy {
  private readonly session = inject(SessionService);
  private socket: Socket<ServerEvents, ClientEvents> | null = null;
  private request_: JoinRequest | null = null;
  private onJoined: ((joined: Joined) => void) | null = null;
  private heardAtMs = 0;
  private watch: ReturnType<typeof setInterval> | undefined;
  private readonly status_ = signal<ConnectionStatus>('connecting');
  private readonly refusal_ = signal<Refusal | null>(null);
  readonly status = this.status_.asReadonly();
  readonly refusal = this.refusal_.asReadonly();

  /** Connects and joins; `onJoined` runs now and after every reconnection. */
  open(request: JoinRequest, onJoined: (joined: Joined) => void): Socket<ServerEvents, ClientEvents> {
    // Under another name one comes in anew.
    this.socket?.disconnect();
    this.request_ = request;
    this.onJoined = onJoined;
    const socket: Socket<ServerEvents, ClientEvents> = io('/battle', {
      transports: ['websocket'],
      auth: { token: this.session.token() },
      reconnectionDelay: 300,
      reconnectionDelayMax: 3000,
      // An attempt that a dead network swallows must not stand in the way of the next.
      timeout: CONNECT_TIMEOUT_MS,
      forceNew: true,
    });
    this.socket = socket;
    this.watchOver(socket);
    socket.on('connect', () => void this.join());
    socket.on('disconnect', (reason) => {
      if (reason === 'io client disconnect') return;
      this.status_.set('reconnecting');
      // The server closed this socket on purpose and socket.io then does not return by itself.
      if (reason === 'io server disconnect') setTimeout(() => socket.connect(), 1000);
    });
    socket.on('connect_error', (error) => {
      // An active socket retries by itself; otherwise the server refused the token.
      if (!socket.active) this.refuse(new Refusal('unauthorized', error.message));
    });
    return socket;
  }

  /** Sends and awaits the acknowledgement; rejects with a Refusal. */
  request<E extends keyof ClientEvents>(event: E, payload: Parameters<ClientEvents[E]>[0]): Promise<Reply<E>> {
    const socket = this.socket;
    if (!socket?.connected) return Promise.reject(new Refusal('unavailable', 'not connected'));
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Refusal('unavailable', `${event}: no answer`)), ACK_TIMEOUT_MS);
      const ack = (reply: Ack) => {
        clearTimeout(timer);
        if (reply.success) resolve(reply as Reply<E>);
        else reject(new Refusal(reply.code, reply.error));
      };
      (socket.emit as (event: string, payload: unknown, ack: (reply: Ack) => void) => void).call(
        socket,
        event,
        payload,
        ack,
      );
    });
  }

  close(): void {
    clearInterval(this.watch);
    this.status_.set('closed');
    this.socket?.disconnect();
    this.socket = null;
  }

  ngOnDestroy(): void {
    this.close();
  }

  /** A connection that has gone silent is given up and made anew. */
  private watchOver(socket: Socket<ServerEvents, ClientEvents>): void {
    socket.onAny(() => (this.heardAtMs = performance.now()));
    clearInterval(this.watch);
    this.watch = setInterval(() => {
      const silent = performance.now() - this.heardAtMs > SILENCE_MS;
      if (this.status_() !== 'joined' || !silent || !socket.connected) return;
      this.status_.set('reconnecting');
      socket.disconnect().connect();
    }, 1000);
  }

  private async join(): Promise<void> {
    if (!this.request_) return;
    try {
      const joined = await this.request('join-battle', this.request_);
      this.heardAtMs = performance.now();
      this.status_.set('joined');
      this.refusal_.set(null);
      this.onJoined?.(joined);
    } catch (error) {
      const refusal = error as Refusal;
      // After a quick reload the server still limits joins to one a second.
      if (refusal.code === 'too_many') setTimeout(() => void this.join(), 1100);
      else if (refusal.code !== 'unavailable') this.refuse(refusal);
    }
  }

  private refuse(refusal: Refusal): void {
    this.refusal_.set(refusal);
    this.status_.set('refused');
    this.socket?.disconnect();
  }
}
