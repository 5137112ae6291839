/**
 * Makes the pictures of the demo page in docs/pictures, with a visitor in the shop and a real gateway behind it, and those of
 * the viewer in a browser, which shows what the visitors do; `cargo xtask web` builds both.
 */
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

/** The viewer, with the cards of the shop. */
const VIEWERS = [
  { name: 'web-viewer.png', colorScheme: 'dark', viewport: { width: 1440, height: 620 } },
  { name: 'web-viewer-light.png', colorScheme: 'light', viewport: { width: 1440, height: 620 } },
];

if (!CHROMIUM) throw new Error('chromium is not installed; `cargo xtask setup` installs it');
const gateway = spawn(GATEWAY, ['gateway', '--in-memory', '--listen', ADDRESS, '--assets', '../demo/dist'], { stdio: 'inherit' });
const browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
try {
  const viewers = VIEWERS.map(async ({ name, ...look }) => {
    const page = await (await browser.newContext(look)).newPage();
    await page.goto(`http://${ADDRESS}/viewer/`);
    await page.waitForSelector('html[data-state=running]', { timeout: 120_000 });
    // While the visitors are still there.
    await page.waitForTimeout(SHOPPING_MS - 25_000);
    // Cards are filtered by what is typed.
    await page.mouse.click(look.viewport.width / 2, 26);
    await page.keyboard.type('shop');
    await page.waitForTimeout(4_000);
    await page.screenshot({ path: `${OUT}/${name}` });
  });
  const shops = PICTURES.map(async ({ name, ...look }) => {
    const page = await (await browser.newContext(look)).newPage();
    await page.goto(`http://${ADDRESS}/`);
    await page.getByRole('button', { name: 'Send in a visitor' }).click();
    await page.waitForTimeout(SHOPPING_MS);
    await page.getByRole('button', { name: 'Visitor is shopping' }).click();
    await page.evaluate(() => (location.hash = '#/'));
    await page.waitForTimeout(1_500);
    await page.screenshot({ path: `${OUT}/${name}`, fullPage: look.viewport.width < 1000 });
  });
  await Promise.all([...viewers, ...shops]);
} finally {
  await browser.close();
  gateway.kill();
}
