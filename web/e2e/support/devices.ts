// Devices that browsers in tests do not have, put in at the border of the browser only: a MIDI port
// behind navigator.requestMIDIAccess, a gamepad behind navigator.getGamepads, fingers by the DevTools
// protocol. Everything above runs as it ships.

import type { Page } from '@playwright/test';

interface FakeMidi {
  play(stream: string): void;
  readonly out: number[][];
}

declare global {
  interface Window {
    fakeMidi: FakeMidi;
    fakeGamepad: { axes: number[]; buttons: { pressed: boolean; value: number }[] };
  }
}

/** One controller with an input and an output of this name. */
export async function plugInMidi(page: Page, name: string): Promise<void> {
  await page.addInitScript((device) => {
    const out: number[][] = [];
    const input = {
      id: 'in',
      name: device,
      state: 'connected',
      onmidimessage: null as ((event: { data: Uint8Array }) => void) | null,
    };
    const output = { id: 'out', name: device, state: 'connected', send: (bytes: Iterable<number>) => out.push([...bytes]) };
    const access = { inputs: new Map([['in', input]]), outputs: new Map([['out', output]]), onstatechange: null };
    Object.defineProperty(navigator, 'requestMIDIAccess', { value: () => Promise.resolve(access) });
    window.fakeMidi = {
      out,
      play: (stream) => {
        for (const line of stream.trim().split(/\s*\n\s*/)) {
          input.onmidimessage?.({ data: Uint8Array.from(line.split(' '), (byte) => Number.parseInt(byte, 16)) });
        }
      },
    };
  }, name);
}

/** Messages as a MIDI monitor writes them, one a line. */
export function playMidi(page: Page, stream: string): Promise<void> {
  return page.evaluate((bytes) => window.fakeMidi.play(bytes), stream);
}

/** What was sent to the controller last with this status and data byte. */
export function lampOf(page: Page, status: number, data: number): Promise<number | undefined> {
  return page.evaluate(
    ([s, d]) => window.fakeMidi.out.filter((bytes) => bytes[0] === s && bytes[1] === d).at(-1)?.[2],
    [status, data],
  );
}

export async function plugInGamepad(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const buttons = Array.from({ length: 17 }, () => ({ pressed: false, value: 0 }));
    window.fakeGamepad = { axes: [0, 0, 0, 0], buttons };
    const pad = { id: 'Test pad', connected: true, mapping: 'standard', ...window.fakeGamepad };
    navigator.getGamepads = () => [pad as unknown as Gamepad];
  });
}

export interface Finger {
  readonly from: { x: number; y: number };
  readonly to: { x: number; y: number };
}

/** Fingers that go down together, move together and are lifted together. */
export async function touch(page: Page, fingers: readonly Finger[], steps = 8): Promise<void> {
  const session = await page.context().newCDPSession(page);
  const points = (share: number) =>
    fingers.map(({ from, to }, id) => ({ id, x: from.x + (to.x - from.x) * share, y: from.y + (to.y - from.y) * share }));
  await session.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: points(0) });
  for (let i = 1; i <= steps; ++i) {
    await session.send('Input.dispatchTouchEvent', { type: 'touchMove', touchPoints: points(i / steps) });
  }
  await session.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
}
