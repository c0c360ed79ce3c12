// MIDI learn: from a few messages of one movement, what kind of control sent them. Pure.
//
// A note is a button. A controller that is followed by the one 32 above it has 14 bits (MIDI 1.0,
// "Control Change": 32–63 are the lower halves of 0–31). A wheel whose ticks lie around 0 counts in
// two's complement, one whose ticks lie around 64 from the middle.

import type { Target } from './mapping';
import { type Binding, isPitchBend, kindOf, messageKey, PAGE_CONTROLS } from './mapping';

/** How long further messages of the same movement are waited for. */
export const LEARN_MS = 200;
const LSB_ABOVE = 32;
const TICKS = 720;

export interface LearnedBinding {
  readonly key: number;
  readonly binding: Binding;
}

/** Whether a message may begin to teach: a release, a pedal let go, does not. */
export function teaches(message: ArrayLike<number>): boolean {
  const kind = message[0] & 0xf0;
  if (message.length < 3 || kind === 0x80 || kind >= 0xf0) return false;
  return kind === 0xb0 || kind === 0xe0 || (kind === 0x90 && message[2] > 0);
}

/** Whether the first message says it all. */
export function isWhole(message: ArrayLike<number>): boolean {
  return (message[0] & 0xf0) === 0x90 || isPitchBend(message[0]);
}

export function learn(target: Target, messages: readonly ArrayLike<number>[]): LearnedBinding[] {
  const [first] = messages;
  const status = first[0];
  const kind = kindOf(target.control);
  const travels = (status & 0xf0) === 0xb0 || isPitchBend(status);
  const reading = kind === 'relative' ? 'relative' : travels && kind === 'continuous' ? 'absolute' : 'button';
  const same = messages.filter((message) => message[0] === status);
  const lower = same.map((message) => message[1]);
  const msb = lower.find((data) => data < LSB_ABOVE && lower.includes(data + LSB_ABOVE));
  const wide = !isPitchBend(status) && reading !== 'button' && msb !== undefined;
  const data = wide ? msb : first[1];
  const pair = messageKey(status, data);
  const ticks = same.filter((message) => message[1] === data).map((message) => message[2]);
  const binding: Binding = {
    ...target,
    reading,
    shifted: false,
    // A wheel turns a record; an encoder goes through the library, a row a tick.
    ticks: reading === 'relative' && !(target.control in PAGE_CONTROLS) ? TICKS : 1,
    centre: ticks.every((tick) => Math.abs(tick - 64) < 32) ? 64 : 'two',
    invert: false,
    value: 1,
    pair,
    ...(wide ? { half: 'msb' as const } : {}),
  };
  if (!wide) return [{ key: pair, binding }];
  return [
    { key: pair, binding },
    { key: messageKey(status, data + LSB_ABOVE), binding: { ...binding, half: 'lsb' } },
  ];
}
