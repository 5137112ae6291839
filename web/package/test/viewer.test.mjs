/** The viewer in Chromium, served by a real gateway: what was pushed shows as rates, and so does a listed target. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { chromium } from 'playwright-core';
import { CHROMIUM, FLAGS } from './chromium.mjs';

const GATEWAY = process.env.P95_BIN ?? '../../target/debug/p95';
/** A folder with the folder `viewer`; where `P95_PICTURES` names a folder, pictures of the pages go there. */
const ASSETS = resolve(process.env.P95_ASSETS ?? '../../target/wasm/assets');
const PICTURES = process.env.P95_PICTURES;
/** Compiled for speed of compilation, drawn by the processor, on a machine that does other things too. */
const PATIENCE = { timeout: 120_000 };

/** A service whose counter grows by 20 each second. */
const service = () => createServer((_, response) => {
  const jobs = Math.floor(performance.now() / 50);
  response.writeHead(200, { 'Content-Type': 'text/plain; version=0.0.4' }).end(`# TYPE jobs counter\njobs_total ${jobs}\n`);
});

const listening = (server) => new Promise((found) => {
  server.listen(0, '127.0.0.1', () => found(`127.0.0.1:${server.address().port}`));
});

/** A gateway that may ask for this target, and its address. */
const start = (target, ...more) => new Promise((found, failed) => {
  const options = ['--in-memory', '--listen', '127.0.0.1:0', '--assets', ASSETS, '--target', target, ...more];
  const gateway = spawn(GATEWAY, ['gateway', ...options], { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  gateway.stderr.on('data', (text) => {
    said += text;
    const address = said.match(/frames at http:\/\/([\d.:]+)/)?.[1];
    if (address) found({ gateway, address });
  });
  gateway.on('exit', () => failed(new Error(`the gateway stopped: ${said}`)));
});

/** Pushes 10 clicks of a page each second. */
const push = (address) => {
  let sequence = 0;
  return setInterval(() => {
    const frame = `# p95 1 00000000000000000000000000000001 ${++sequence} shop\n# TYPE ui_clicks counter\nui_clicks_total{button="buy"} 5\n# EOF\n`;
    fetch(`http://${address}/p95`, { method: 'POST', body: frame }).catch(() => {});
  }, 500);
};

const numbers = (page, pattern) =>
  page.waitForFunction((pattern) => document.getElementById('numbers').textContent.match(pattern)?.[0], pattern, PATIENCE)
    .then((found) => found.jsonValue(), async (error) => {
      const text = await page.evaluate(() => `${document.documentElement.dataset.state}: ${document.getElementById('problem').textContent}\n${document.getElementById('numbers').textContent}`);
      throw new Error(`nothing shown like ${pattern}, but:\n${text}`, { cause: error });
    });

const picture = (page, name) => PICTURES && page.screenshot({ path: `${PICTURES}/${name}.png` });

test('the viewer shows what the gateway has', { timeout: 300_000 }, async (t) => {
  const missing = [[CHROMIUM, 'chromium'], [GATEWAY, GATEWAY], [`${ASSETS}/viewer/index.html`, `${ASSETS}/viewer`]]
    .filter(([path]) => !path || !existsSync(path)).map(([, name]) => name);
  if (missing.length > 0) {
    assert.notEqual(process.env.CI, 'true', `not run: ${missing} is not there`);
    return t.diagnostic(`not run: ${missing} is not there`);
  }
  const jobs = service();
  const target = await listening(jobs);
  const { gateway, address } = await start(target);
  const pushing = push(address);
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
  try {
    await t.test('rates of what was pushed, and of a listed target', async () => {
      // So high that all cards are on screen: what is not there is not asked.
      const page = await browser.newPage({ viewport: { width: 1280, height: 2600 }, colorScheme: 'dark' });
      const problems = [];
      page.on('pageerror', (error) => problems.push(`${error}`));
      page.on('console', (message) => message.type() === 'error' && problems.push(message.text()));
      await page.goto(`http://${address}/viewer/`);
      await numbers(page, 'ui_clicks[^\\n]*: [\\d.]+/s');
      await numbers(page, 'jobs[^\\n]*: [\\d.]+/s');
      const title = await page.title();
      assert.match(title, /^p95 — 2 targets up$/);
      const rate = await page.waitForFunction(() => {
        const rate = Number(document.getElementById('numbers').textContent.match(/jobs[^\n]*: ([\d.]+)\/s/)?.[1]);
        return Math.abs(rate - 20) < 3 && rate;
      }, undefined, PATIENCE);
      t.diagnostic(`jobs at 20/s are shown at ${await rate.jsonValue()}/s`);
      await page.setViewportSize({ width: 1280, height: 800 });
      if (PICTURES) await page.waitForTimeout(30_000);
      await picture(page, 'web-viewer');
      assert.deepEqual(problems, []);
      await page.close();
    });

    await t.test('a target that is not listed is not asked, and the page says why', async () => {
      const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
      await page.goto(`http://${address}/viewer/?target=http://169.254.169.254/latest`);
      await numbers(page, 'it is not on its list');
      await picture(page, 'web-viewer-refused');
      await page.close();
    });

    await t.test('where metrics are read with a token, the page asks for it, and keeps it to itself', async () => {
      const folder = mkdtempSync(join(tmpdir(), 'p95-token-'));
      writeFileSync(join(folder, 'token'), 'open sesame\n');
      const locked = await start(target, '--metrics-token-file', join(folder, 'token'));
      try {
        const page = await browser.newPage({ viewport: { width: 1280, height: 800 }, colorScheme: 'dark' });
        await page.goto(`http://${locked.address}/viewer/`);
        const token = page.getByLabel('These metrics are read with a token');
        await token.fill('open barley');
        await token.press('Enter');
        await page.getByText('This is not the token.').waitFor();
        await picture(page, 'web-viewer-token');
        await token.fill('open sesame');
        await page.getByRole('button', { name: 'Open' }).click();
        await numbers(page, '/metrics: up');
        await numbers(page, 'jobs[^\\n]*: [\\d.]+/s');
        assert.doesNotMatch(await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie])), /sesame/);
        await page.close();
      } finally {
        locked.gateway.removeAllListeners('exit').kill();
        rmSync(folder, { recursive: true });
      }
    });
  } finally {
    await browser.close();
  }

  await t.test('without WebGL the page says so', async () => {
    const browser = await chromium.launch({ executablePath: CHROMIUM, args: [...FLAGS, '--disable-3d-apis'] });
    try {
      const page = await browser.newPage({ viewport: { width: 1280, height: 800 }, colorScheme: 'dark' });
      await page.goto(`http://${address}/viewer/`);
      await page.waitForSelector('#failed', { state: 'visible', ...PATIENCE });
      assert.match(await page.textContent('#problem'), /no WebGL/);
      await picture(page, 'web-viewer-without-webgl');
    } finally {
      await browser.close();
    }
  }).finally(() => {
    clearInterval(pushing);
    gateway.removeAllListeners('exit').kill();
    jobs.close();
  });
});
