// How smoothly the pages draw in Chromium while both decks play: the built server and client, the battle
// page and the audience's, one after the other.
//   node bench/frame-rate.mjs [SECONDS=10] [WIDTH=1280] [HEIGHT=720]     CHROMIUM=/usr/bin/chromium
//
// A frame is late when it comes more than half a period after its turn at 60 Hz (25 ms after the one
// before). Scripts and layout are Chromium's own count of the page's main thread.
import { Server, openBattle } from '../tests/support/server.mjs';
import { Chromium } from './support/chromium.mjs';
import { conditions, line, round, sleep, spread, writeResults } from './support/measure.mjs';

const [seconds, width, height] = [10, 1280, 720].map((usual, i) => Number(process.argv[2 + i] ?? usual));
const kPeriodMs = 1000 / 60;
const kLateMs = 1.5 * kPeriodMs;
const kPages = [
  ['battle', (id) => `/battle/${id}`],
  ['audience', (id) => `/watch/${id}`],
];

const kDrawn = "document.querySelector('dju-scroll-waveform canvas')?.width > 300";

/** Intervals between animation frames, in the page. */
const frames = (length) => `new Promise((resolve) => {
  const intervals = [];
  const until = performance.now() + ${length * 1000};
  let last = performance.now();
  const next = () => {
    const now = performance.now();
    intervals.push(now - last);
    last = now;
    if (now < until) requestAnimationFrame(next);
    else resolve(intervals);
  };
  requestAnimationFrame(next);
})`;

async function counts(browser, page) {
  const { metrics } = await browser.call('Performance.getMetrics', {}, page);
  return Object.fromEntries(metrics.map(({ name, value }) => [name, value]));
}

async function measure(browser, server, guest, address) {
  const page = await browser.open(`${server.url}/library`, 'location.pathname === "/library" && document.readyState === "complete"');
  await browser.call('Emulation.setDeviceMetricsOverride', { width, height, deviceScaleFactor: 1, mobile: false }, page);
  await browser.call('Performance.enable', {}, page);
  const stored = JSON.stringify(JSON.stringify(guest));
  await browser.evaluate(page, `localStorage.setItem('dju.guest', ${stored}); location.href = ${JSON.stringify(address)}; true`);
  for (let i = 0; i < 100 && !(await browser.evaluate(page, kDrawn).catch(() => false)); ++i) await sleep(100);
  await sleep(3000);
  const before = await counts(browser, page);
  const intervals = (await browser.evaluate(page, frames(seconds))).slice(1);
  const after = await counts(browser, page);
  const perFrame = (name) => round(((after[name] - before[name]) * 1000) / intervals.length, 3);
  const total = intervals.reduce((sum, interval) => sum + interval, 0);
  return {
    framesPerSecond: round((intervals.length * 1000) / total, 2),
    intervalMs: spread(intervals),
    lateShare: round(intervals.filter((interval) => interval > kLateMs).length / intervals.length, 4),
    scriptMsPerFrame: perFrame('ScriptDuration'),
    layoutMsPerFrame: round(perFrame('LayoutDuration') + perFrame('RecalcStyleDuration'), 3),
    taskMsPerFrame: perFrame('TaskDuration'),
  };
}

async function main() {
  const server = await Server.start();
  const results = { conditions: conditions(), width, height, pages: {} };
  let browser;
  let clients = [];
  try {
    const { battle, a, b, c } = await openBattle(server);
    clients = [a, b, c];
    const { tracks } = (await server.api('GET', '/tracks')).json;
    await a.command(battle.id, { control: 'load', deck: 'A', trackId: tracks[0].id });
    await b.command(battle.id, { control: 'load', deck: 'B', trackId: tracks[1].id });
    await a.ask('battle-start', { battleId: battle.id });
    for (const [name, address] of kPages) {
      for (const [client, deck] of [[a, 'A'], [b, 'B']]) {
        await client.command(battle.id, { control: 'seek', deck, value: 0 });
        await client.command(battle.id, { control: 'play', deck, value: 1 });
      }
      browser = await Chromium.start();
      const page = await measure(browser, server, name === 'battle' ? a.guest : c.guest, address(battle.id));
      results.browser = browser.version;
      results.pages[name] = page;
      await browser.close();
      browser = undefined;
      console.log(`${name} page, ${width} x ${height}, ${seconds} s`);
      line('frames a second', page.framesPerSecond, '');
      line('between frames, p50', page.intervalMs.p50, 'ms', round(kPeriodMs, 2));
      line('between frames, p99', page.intervalMs.p99, 'ms', round(kLateMs, 2));
      line('late frames', round(page.lateShare * 100, 2), '%');
      line('scripts', page.scriptMsPerFrame, 'ms a frame');
      line('style and layout', page.layoutMsPerFrame, 'ms a frame');
      line('main thread in all', page.taskMsPerFrame, 'ms a frame', round(kPeriodMs, 2));
    }
  } finally {
    for (const client of clients) client.close();
    await browser?.close();
    await server.close();
  }
  const { processor, loadAverage } = results.conditions;
  console.log(`${processor}, load ${loadAverage.join(' ')}; ${results.browser} headless, software drawing`);
  await writeResults('frame-rate', results);
}

await main();
