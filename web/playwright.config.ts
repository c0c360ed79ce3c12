import { defineConfig } from '@playwright/test';

// Browser tests run against build/dju, which support/server.ts starts, or against the server that
// DJU_URL names. Where the server's answers are simulated nothing hangs on time, so those run side by
// side; real battles run one at a time.
const simulated = /(arena-evolution|controllers|instruments|pages)\.spec\.ts/;
export default defineConfig({
  // Three browsers and a sound server share whatever cores there are. At a load of 13 on two cores, where an
  // idle thread overslept by 150 ms, two of four runs of battle.spec.ts failed: CI tries such a test once more.
  retries: process.env['CI'] ? 1 : 0,
  testDir: 'e2e',
  globalSetup: './e2e/support/server.ts',
  timeout: 90_000,
  workers: 1,
  projects: [
    { name: 'pages', testMatch: simulated, fullyParallel: true },
    { name: 'battles', testIgnore: simulated },
  ],
  outputDir: 'test-results',
  reporter: [['list'], ['junit', { outputFile: `../build/test-results/${process.env['DJU_SUITE'] ?? 'web-e2e'}.xml` }]],
  use: {
    baseURL: process.env['DJU_URL'],
    ignoreHTTPSErrors: true,
    viewport: { width: 1280, height: 720 },
    screenshot: 'only-on-failure',
    launchOptions: {
      executablePath: process.env['DJU_CHROMIUM'] ?? '/usr/bin/chromium',
      args: [
        '--headless',
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
        '--autoplay-policy=no-user-gesture-required',
      ],
    },
  },
});
