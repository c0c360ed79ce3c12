// Whether this machine gave its threads the processor when they asked for it. Sound that arrives in
// time needs threads that wake in time: where even an idle one oversleeps by more than a jitter buffer
// holds, a gap says nothing about the program.

import { Worker } from 'node:worker_threads';

const PERIOD_MS = 5;

const PROGRAM = `
  const { parentPort } = require('node:worker_threads');
  let last = performance.now();
  let worst = 0;
  setInterval(() => {
    const now = performance.now();
    worst = Math.max(worst, now - last - ${PERIOD_MS});
    last = now;
  }, ${PERIOD_MS});
  parentPort.on('message', () => {
    parentPort.postMessage(worst);
    worst = 0;
  });
`;

export class IdleThread {
  private readonly worker = new Worker(PROGRAM, { eval: true });

  /** By how many milliseconds it overslept at worst since it was asked last. */
  overslept(): Promise<number> {
    return new Promise((resolve) => {
      this.worker.once('message', resolve);
      this.worker.postMessage(null);
    });
  }

  stop(): Promise<number> {
    return this.worker.terminate();
  }
}
