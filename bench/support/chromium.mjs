// Chromium without a window, driven over the DevTools pipe, so that a benchmark needs no package.
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import path from 'node:path';

const kFlags = [
  '--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync', '--autoplay-policy=no-user-gesture-required', '--remote-debugging-pipe',
];

export class Chromium {
  static async start(binary = process.env.CHROMIUM ?? '/usr/bin/chromium') {
    const browser = new Chromium();
    browser.profile = await mkdtemp(path.join(tmpdir(), 'dju-chromium-'));
    browser.process = spawn(binary, [...kFlags, `--user-data-dir=${browser.profile}`, 'about:blank'], {
      stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'],
    });
    browser.waiting = new Map();
    browser.next = 0;
    let pending = '';
    browser.process.stdio[4].on('data', (data) => {
      pending += data;
      for (let end; (end = pending.indexOf('\0')) >= 0; pending = pending.slice(end + 1)) {
        browser.answered(JSON.parse(pending.slice(0, end)));
      }
    });
    browser.version = (await browser.call('Browser.getVersion')).product;
    return browser;
  }

  answered({ id, error, result }) {
    const waiting = this.waiting.get(id);
    this.waiting.delete(id);
    if (error) waiting?.reject(new Error(error.message));
    else waiting?.resolve(result);
  }

  call(method, params = {}, sessionId = undefined) {
    return new Promise((resolve, reject) => {
      const id = ++this.next;
      this.waiting.set(id, { resolve, reject });
      this.process.stdio[3].write(`${JSON.stringify({ id, method, params, sessionId })}\0`);
    });
  }

  /** Opens `url` and waits until `ready`, an expression, is true there. */
  async open(url, ready) {
    const { targetId } = await this.call('Target.createTarget', { url });
    const { sessionId } = await this.call('Target.attachToTarget', { targetId, flatten: true });
    for (let i = 0; i < 100; ++i) {
      if (await this.evaluate(sessionId, ready).catch(() => false)) return sessionId;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    throw new Error(`${url}: not ready: ${ready}`);
  }

  /** The value of an expression in the page; a promise is awaited. */
  async evaluate(sessionId, expression) {
    const { result, exceptionDetails } = await this.call(
      'Runtime.evaluate', { expression, awaitPromise: true, returnByValue: true }, sessionId);
    if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
    return result.value;
  }

  async close() {
    const gone = once(this.process, 'exit');
    this.process.kill();
    await gone;
    await rm(this.profile, { recursive: true, force: true, maxRetries: 5 });
  }
}
