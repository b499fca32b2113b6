// People's stories in a real browser against the real program. Each story starts its own.
// `cargo xtask test` calls this; by hand: `cargo xtask build`, then `npx playwright test` here.
//
// Invariant: no test needs the network beyond this machine.
import { defineConfig } from '@playwright/test';
import { execFileSync } from 'node:child_process';

const STORIES = ['tests/**/*.spec.ts', 'host/**/*.spec.ts'];
const CHROMIUM = ['chromium', 'chromium-browser', 'google-chrome'];

function found(names: string[]): string {
  for (const name of names) {
    try {
      return execFileSync('which', [name], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
    } catch {
      // Not this one.
    }
  }
  throw new Error('no chromium in PATH: cargo xtask test installs it');
}

// The same engine without a browser's own windows, which nobody sees here: two thirds of the time.
const shell = found(['chromium-headless-shell', ...CHROMIUM]);
const args = [
  ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
  '--disable-gpu',
  '--disable-quic',
  '--disable-component-update',
  '--disable-sync',
  '--disable-background-networking',
];

export default defineConfig({
  // Pictures for people are no tests: see screens.ts.
  testMatch: process.env.SCREENS ? ['screens.ts'] : STORIES,
  outputDir: 'test-results',
  fullyParallel: true,
  forbidOnly: !!process.env.CI,
  retries: 0,
  workers: 2,
  timeout: 45_000,
  expect: { timeout: 8_000 },
  reporter: [['list']],
  use: {
    // What was done, for a failure's sake, and no film of it: filming costs more than half of two
    // cores, and a story that fails leaves pictures anyway. By hand: `--trace on`.
    trace: { mode: 'retain-on-failure', screenshots: false, snapshots: false },
    viewport: { width: 1280, height: 800 },
  },
  projects: [
    {
      // Playwright switches storage partitioning off; real browsers have it. A second
      // --disable-features replaces Playwright's list, and with it that switch. Each website has
      // a process of its own, which the shell must be told.
      name: 'partitioned',
      grepInvert: /@storageless-only/,
      use: { launchOptions: { executablePath: shell, args: [...args, '--site-per-process', '--disable-features=HttpsUpgrades'] } },
    },
    {
      // With Playwright's list, Debian's Chromium refuses the frame all storage; the shell does not.
      name: 'no-storage',
      testMatch: STORIES,
      grep: /@storageless/,
      use: { launchOptions: { executablePath: found(CHROMIUM), args } },
    },
  ],
});
