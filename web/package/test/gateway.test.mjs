/** A page and a real gateway: answers lost, the gateway killed, tabs left and loaded anew, and every click counts once. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { chromium } from 'playwright-core';
import { CHROMIUM, FLAGS } from './chromium.mjs';

const GATEWAY = process.env.P95_BIN ?? '../../target/debug/p95';
const TABS = 3;
const ROUNDS = 8;
const BUTTONS = ['buy', 'sell'];

const PAGE = `<!doctype html><title>p95</title><link rel="icon" href="data:,"><script type="module">
import { createMetrics } from '/index.js';
globalThis.m = createMetrics({ endpoint: '/p95', app: 'shop', flushInterval: 200 });
globalThis.clicks = m.counter({ name: 'ui_clicks_total', help: 'Clicks.', labelNames: ['button'] });
</script>`;

const folder = mkdtempSync(join(tmpdir(), 'p95-gateway-'));
let gateway;
let port;
let posts = 0;

const free = () => new Promise((found) => {
  const server = createServer().listen(0, '127.0.0.1', () => {
    const { port } = server.address();
    server.close(() => found(port));
  });
});

const start = async () => {
  gateway = spawn(GATEWAY, ['gateway', '--listen', `127.0.0.1:${port}`, '--folder', folder], { stdio: 'ignore' });
  for (let wait = 0; wait < 200; wait++) {
    if (await fetch(`http://127.0.0.1:${port}/metrics`).then((answer) => answer.ok, () => false)) return;
    await new Promise((go) => setTimeout(go, 50));
  }
  throw new Error('the gateway does not answer');
};

/** Serves the page, hands frames on, and loses every third answer. */
const serve = () => createServer((request, response) => {
  if (request.method !== 'POST') {
    const file = `dist${request.url}`;
    const isPage = request.url === '/' || !existsSync(file);
    const type = isPage ? 'text/html' : file.endsWith('.wasm') ? 'application/wasm' : 'text/javascript';
    return response.writeHead(200, { 'Content-Type': type }).end(isPage ? PAGE : readFileSync(file));
  }
  const parts = [];
  request.on('data', (part) => parts.push(part)).on('end', async () => {
    const isLost = ++posts % 3 === 0;
    try {
      const answer = await fetch(`http://127.0.0.1:${port}/p95`, { method: 'POST', body: Buffer.concat(parts) });
      if (isLost) return request.socket.destroy();
      response.writeHead(answer.status).end(await answer.text());
    } catch {
      request.socket.destroy();
    }
  });
});

test('every click counts exactly once', { timeout: 180_000 }, async (t) => {
  if (!CHROMIUM || !existsSync(GATEWAY)) {
    const missing = CHROMIUM ? `${GATEWAY} is not built` : 'chromium is not installed';
    assert.notEqual(process.env.CI, 'true', `not run: ${missing}`);
    return t.diagnostic(`not run: ${missing}`);
  }
  port = await free();
  await start();
  const server = serve();
  await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
  const origin = `http://127.0.0.1:${server.address().port}/`;
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
  try {
    const context = await browser.newContext();
    const expected = Object.fromEntries(BUTTONS.map((button) => [button, 0]));
    const tabs = await Promise.all(Array.from({ length: TABS }, () => context.newPage()));
    for (let round = 0; round < ROUNDS; round++) {
      if (round === 2) gateway.kill('SIGKILL');
      if (round === 5) await start();
      await Promise.all(tabs.map(async (tab, at) => {
        // A load that is left at once, a reload, or a way out and back.
        if ((round + at) % 3 === 0) await tab.goto('about:blank');
        await tab.goto(origin);
        const clicks = await tab.evaluate(async ({ buttons, seed }) => {
          const counted = {};
          for (const [at, button] of buttons.entries()) {
            counted[button] = 100 + ((seed * 37 + at * 11) % 60);
            for (let click = 0; click < counted[button]; click++) clicks.inc({ button });
          }
          await m.ready;
          return counted;
        }, { buttons: BUTTONS, seed: round * TABS + at });
        for (const button of BUTTONS) expected[button] += clicks[button];
        await tab.waitForTimeout(150 * at);
      }));
    }
    // Once the origin is opened again, what is kept goes out.
    await Promise.all(tabs.slice(1).map((tab) => tab.goto('about:blank')));
    await tabs[0].goto(origin);
    await tabs[0].waitForFunction(() => m.flush().then(() => localStorage.length === 0), undefined, { timeout: 60_000, polling: 500 });
    const page = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
    const found = Object.fromEntries(BUTTONS.map((button) => [
      button,
      page.split('\n').filter((line) => line.startsWith('ui_clicks_total{') && line.includes(`button="${button}"`))
        .reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0),
    ]));
    assert.deepEqual(found, expected);
    assert(posts > 30, `${posts} frames`);
    t.diagnostic(`${posts} requests, ${JSON.stringify(found)}`);
  } finally {
    await browser.close();
    server.close();
    server.closeAllConnections();
    gateway.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  }
});
