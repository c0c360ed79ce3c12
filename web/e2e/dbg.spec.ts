import { test } from '@playwright/test';
import { tapSound } from './support/listener';
test('dbg', async ({ page, request }) => {
  page.on('console', (m) => console.log('C', m.text()));
  page.on('pageerror', (m) => console.log('E', m.message));
  const g = await (await request.post('/api/v1/guests', { data: { name: 'X' } })).json();
  const b = await (await request.post('/api/v1/battles', { data: { name: 'X', format: 'free' }, headers: { Authorization: 'Bearer ' + g.token } })).json();
  await page.addInitScript((s) => localStorage.setItem('dju.guest', s), JSON.stringify(g));
  await tapSound(page);
  await page.goto('/watch/' + b.id);
  await page.waitForTimeout(5000);
  console.log(await page.evaluate(async () => { const t = (window as any).tap; return JSON.stringify({ b: t?.blocks.length, f: t?.blocks[0]?.[0].length, p: t?.peer?.connectionState, i: t?.peer?.iceConnectionState,  z: 0 }); }));
  await page.screenshot({ path: '/tmp/e2e-dbg.png' });
});
