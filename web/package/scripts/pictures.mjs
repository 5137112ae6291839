/** Makes the pictures of the demo page in docs/pictures, with a visitor in the shop and a real gateway behind it. */
import { spawn } from 'node:child_process';
import { chromium } from 'playwright-core';
import { CHROMIUM, FLAGS } from '../test/chromium.mjs';

const GATEWAY = process.env.P95_BIN ?? '../../target/debug/p95';
const ADDRESS = '127.0.0.1:9092';
const OUT = '../../docs/pictures';
/** Long enough for charts that are full. */
const SHOPPING_MS = 125_000;

const PICTURES = [
  { name: 'page.png', colorScheme: 'dark', viewport: { width: 1440, height: 900 } },
  { name: 'page-light.png', colorScheme: 'light', viewport: { width: 1440, height: 900 } },
  { name: 'page-narrow.png', colorScheme: 'light', viewport: { width: 400, height: 850 } },
];

if (!CHROMIUM) throw new Error('chromium is not installed; `cargo xtask setup` installs it');
const gateway = spawn(GATEWAY, ['gateway', '--in-memory', '--listen', ADDRESS, '--assets', '../demo/dist'], { stdio: 'inherit' });
const browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
try {
  await Promise.all(PICTURES.map(async ({ name, ...look }) => {
    const page = await (await browser.newContext(look)).newPage();
    await page.goto(`http://${ADDRESS}/`);
    await page.getByRole('button', { name: 'Send in a visitor' }).click();
    await page.waitForTimeout(SHOPPING_MS);
    await page.getByRole('button', { name: 'Visitor is shopping' }).click();
    await page.evaluate(() => (location.hash = '#/'));
    await page.waitForTimeout(1_500);
    await page.screenshot({ path: `${OUT}/${name}`, fullPage: look.viewport.width < 1000 });
  }));
} finally {
  await browser.close();
  gateway.kill();
}
