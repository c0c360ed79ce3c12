// Gamepads: asks for their state each animation frame while one is connected, which is the only way
// that browsers give (W3C Gamepad, "getGamepads"). The first one in the standard layout plays.

import { inject, Injectable, OnDestroy, signal, untracked } from '@angular/core';
import { BattleRoom } from '../battle-room';
import { Hands } from '../hands';
import { GamepadReader } from './gamepad-reader';

/** A page that was hidden does not make up for the time. */
const MAX_STEP_SECONDS = 0.1;

@Injectable()
export class GamepadService implements OnDestroy {
  private readonly room = inject(BattleRoom);
  private readonly hands = inject(Hands);
  private readonly reader = new GamepadReader((target) => untracked(this.room.controls.value(this.hands.address(target))));
  private readonly name_ = signal<string | null>(null);
  private frame = 0;
  private lastMs = 0;
  /** Of the gamepad that plays, or null. */
  readonly name = this.name_.asReadonly();
  readonly supported = 'getGamepads' in navigator;

  /** Waits for a gamepad; browsers tell of it at the first button that is pressed. */
  listen(): void {
    if (!this.supported) return;
    window.addEventListener('gamepadconnected', this.scan);
    window.addEventListener('gamepaddisconnected', this.scan);
    this.scan();
  }

  ngOnDestroy(): void {
    window.removeEventListener('gamepadconnected', this.scan);
    window.removeEventListener('gamepaddisconnected', this.scan);
    cancelAnimationFrame(this.frame);
    this.letGo();
  }

  private readonly scan = (): void => {
    const pad = this.standard();
    this.name_.set(pad?.id ?? null);
    cancelAnimationFrame(this.frame);
    if (!pad) return this.letGo();
    this.lastMs = performance.now();
    this.frame = requestAnimationFrame(this.poll);
  };

  private readonly poll = (nowMs: number): void => {
    this.frame = requestAnimationFrame(this.poll);
    const pad = this.standard();
    const seconds = Math.min(MAX_STEP_SECONDS, Math.max(0, nowMs - this.lastMs) / 1000);
    this.lastMs = nowMs;
    if (!pad) return;
    if (document.hasFocus()) for (const movement of this.reader.take(pad, seconds)) this.hands.carry(movement);
    else this.letGo();
  };

  private letGo(): void {
    for (const movement of this.reader.release()) this.hands.carry(movement);
  }

  private standard(): Gamepad | null {
    return navigator.getGamepads().find((pad) => pad?.connected && pad.mapping === 'standard') ?? null;
  }
}
