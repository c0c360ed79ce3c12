// The hands on a battle's controls: what each shows, whose it is, and the commands that move it. A
// position shows at once and settles on the server's answer (ControlStore). How many leave a second: coalescer.ts.

import { signal, type Signal, untracked } from '@angular/core';
import type { BattleConnection, Refusal } from './battle-connection';
import { Coalescer } from './coalescer';
import { CommandChannel } from './command-channel';
import { ControlStore } from './control-store';
import { type Address, addressKey, clampToControl, control } from './controls';
import type { HeardClock } from './heard-clock';
import type { Battle, Seat } from './model';
import { mayMove } from './permissions';

/** What controls need to know of the battle that they belong to. */
export interface ControlsOf {
  readonly battle: Signal<Battle | null>;
  readonly seat: Signal<Seat | null>;
  readonly connection: BattleConnection;
  readonly clock: HeardClock;
  playerId(): string;
  /** A refusal that the hand should see. */
  tell(error: unknown): void;
}

export class BattleControls {
  /** Own moves that came too late to act as they were heard. */
  readonly lateMoves = signal(0);

  /** Copies of the commands. */
  readonly channel = new CommandChannel();
  private readonly store = new ControlStore();
  private readonly coalescer = new Coalescer((key, value, heard) => {
    this.store.sent(key);
    void this.send(key, value, heard);
  });
  private readonly addresses = new Map<string, Address>();

  constructor(private readonly of: ControlsOf) {}

  /** What a control shows now. */
  value(address: Address): Signal<number> {
    return this.store.value(addressKey(address), control(address.control).default);
  }

  mayMove(address: Address): boolean {
    return mayMove(this.of.battle(), this.of.seat(), address);
  }

  /** A position that a hand sets: shown at once, sent at most 60 times a second. */
  move(address: Address, value: number): void {
    if (!this.mayMove(address)) return;
    const key = this.remember(address);
    const clamped = clampToControl(address.control, value);
    this.store.move(key, clamped);
    this.coalescer.put(key, clamped, this.of.clock.commandFrame());
  }

  /** A hand takes or leaves a control. */
  hold(address: Address, held: boolean): void {
    if (!this.mayMove(address) && held) return;
    const key = this.remember(address);
    if (!held) this.coalescer.flush(key);
    this.store.hold(key, held);
  }

  /** A movement that adds up: the jog wheel. */
  turn(address: Address, by: number): void {
    if (this.mayMove(address)) this.coalescer.put(this.remember(address), by, this.of.clock.commandFrame(), 'add');
  }

  /** A switch, a button or an action: sent at once. Resolves when the engine has done it, or to false when it was refused. */
  async press(address: Address, value: number, trackId?: string): Promise<boolean> {
    if (!this.mayMove(address)) return false;
    const key = this.remember(address);
    if (control(address.control).kind === 'toggle') {
      this.store.move(key, value);
      this.store.sent(key);
    }
    return this.send(key, value, this.of.clock.commandFrame(), trackId);
  }

  toggle(address: Address): void {
    void this.press(address, untracked(this.value(address)) > 0.5 ? 0 : 1);
  }

  /** The server's news of one control. */
  tell(address: Address, value: number, frame: number): void {
    this.store.tell(addressKey(address), value, frame);
  }

  /** The server's news of all controls of a deck, a sampler, a DJ's headphones, or the mixer. */
  tellAll(of: Omit<Address, 'control'>, values: Readonly<Record<string, number>>, frame: number): void {
    for (const [id, value] of Object.entries(values)) this.tell({ ...of, control: id }, value, frame);
  }

  /** The connection was lost: the server's state decides. */
  reset(): void {
    this.store.reset();
  }

  private remember(address: Address): string {
    const key = addressKey(address);
    const { control: id, deck, monitor, sampler } = address;
    if (!this.addresses.has(key)) {
      const target = { ...(deck ? { deck } : {}), ...(monitor ? { monitor } : {}), ...(sampler ? { sampler } : {}) };
      this.addresses.set(key, { control: id, ...target });
    }
    return key;
  }

  private async send(key: string, value: number, heard: number, trackId?: string): Promise<boolean> {
    const { battle, clock, connection } = this.of;
    const address = this.addresses.get(key)!;
    const optimistic = ['continuous', 'choice', 'toggle'].includes(control(address.control).kind);
    try {
      const command = { ...address, value, ...(trackId ? { trackId } : {}) };
      const copied = this.channel.send({ command, sent: clock.serverTime(), heard });
      const done = await connection.request('midi-command', { battleId: untracked(battle)?.id ?? '', playerId: this.of.playerId(), ...copied });
      if (done.timing === 'late') this.lateMoves.update((count) => count + 1);
      if (optimistic) this.store.accepted(key, done.value, done.frame);
      return true;
    } catch (error) {
      if (optimistic) this.store.refused(key);
      // A lost connection is shown by itself; another hand on a shared control where it happens, by held-by.
      if (untracked(connection.status) !== 'joined') return false;
      if ((error as Refusal).code !== 'conflict' || untracked(battle)?.state === 'ended') this.of.tell(error);
      return false;
    }
  }
}
