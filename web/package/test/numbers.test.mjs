/** A page's numbers on their way: what its registry shows, the gateway, a real Prometheus that scrapes it, and `p95 query` agree. */
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { chromium } from 'playwright-core';
import { CHROMIUM, FLAGS } from './chromium.mjs';
import { GATEWAY, freePort, hasGateway, openGateway, openProxy, ready } from './gateway.mjs';

const PROMETHEUS = '/usr/bin/prometheus';
const METRICS = /^(shop_\w+|page_request_seconds\w*)/;

/** A series by its sorted labels, without those that the way adds; `1.0` and `1` are one bound. */
const key = ({ __name__: name, app, instance, job, ...labels }) => {
  if (labels.le) labels.le = String(Number(labels.le.replace('Inf', 'Infinity')));
  return `${name} ${JSON.stringify(Object.entries(labels).sort())}`;
};

/** The samples of a text, by series. */
const read = (text) => new Map(text.split('\n').filter((line) => METRICS.test(line) && !/^\w+_created/.test(line)).map((line) => {
  const [, name, labels = '', value] = line.match(/^(\w+)(?:\{(.*)\})? (\S+)$/);
  const pairs = [...labels.matchAll(/(\w+)="([^"]*)"/g)].map(([, name, value]) => [name, value]);
  return [key({ __name__: name, ...Object.fromEntries(pairs) }), Number(value)];
}));

/** The samples of an answer to a query, by series. */
const answered = ({ result }) => new Map(result.filter(({ metric }) => !metric.__name__.endsWith('_created'))
  .map(({ metric, value }) => [key(metric), Number(value[1])]));

const QUERY = '{__name__=~"shop_.+|page_request_seconds.*"}';

test('the numbers agree, from the page to Prometheus', { timeout: 120_000 }, async (t) => {
  const missing = [CHROMIUM ? '' : 'chromium', hasGateway ? '' : GATEWAY, existsSync(PROMETHEUS) ? '' : 'prometheus'].filter(Boolean);
  if (missing.length) {
    assert.notEqual(process.env.CI, 'true', `not run: there is no ${missing}`);
    return t.diagnostic(`not run: there is no ${missing}`);
  }
  const folder = mkdtempSync(join(tmpdir(), 'p95-prometheus-'));
  const gateway = await openGateway();
  const proxy = await openProxy(gateway, '../demo/dist');
  const port = await freePort();
  const config = `scrape_configs: [{ job_name: pages, scrape_interval: 1s, scrape_timeout: 1s, static_configs: [{ targets: ["${new URL(gateway.url).host}"] }] }]`;
  writeFileSync(join(folder, 'prometheus.yml'), config);
  const prometheus = spawn(PROMETHEUS, [`--config.file=${folder}/prometheus.yml`, `--storage.tsdb.path=${folder}/data`, `--web.listen-address=127.0.0.1:${port}`], { stdio: 'ignore' });
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
  try {
    await ready(`http://127.0.0.1:${port}/-/ready`);
    const page = await browser.newPage();
    await page.goto(`${proxy.origin}?flush=300`);
    await page.getByRole('button', { name: 'Add Sencha to the cart' }).waitFor();
    for (const product of ['Sencha', 'Sencha', 'Assam']) await page.getByRole('button', { name: `Add ${product} to the cart` }).click();
    for (const name of ['Green', 'Black']) await page.getByRole('link', { name }).click();
    await page.getByRole('link', { name: 'Cart' }).click();
    await page.getByRole('button', { name: /^Pay/ }).click();
    // The order has its answer, whatever it is.
    await page.waitForFunction(() => /^shop_orders_total\{/m.test(globalThis.metrics.toText()));
    await page.waitForTimeout(500);
    await page.evaluate(() => globalThis.metrics.flush());
    await page.waitForFunction(() => !Object.keys(localStorage).length, undefined, { timeout: 30_000 });

    const inPage = read(await page.evaluate(() => globalThis.metrics.toText()));
    assert(inPage.size > 80, `${inPage.size} series`);
    assert.equal(inPage.get(key({ __name__: 'shop_cart_adds_total', product: 'sencha' })), 2);

    const agree = async (name, ask) => {
      let found;
      // A new series is shown at 0 to the first who looks, and Prometheus looks once a second.
      for (let look = 0; look < 20; look++) {
        found = await ask();
        if (JSON.stringify([...found].sort()) === JSON.stringify([...inPage].sort())) return t.diagnostic(`${name}: ${found.size} series agree`);
        await new Promise((go) => setTimeout(go, 500));
      }
      assert.deepEqual(new Map([...found].sort()), new Map([...inPage].sort()), name);
    };
    await agree('/metrics', async () => read(await (await fetch(`${gateway.url}/metrics`)).text()));
    await agree('Prometheus', async () => {
      const { data } = await (await fetch(`http://127.0.0.1:${port}/api/v1/query?query=${encodeURIComponent(QUERY)}`)).json();
      return answered(data);
    });
    await agree('p95 query', async () =>
      answered(JSON.parse(execFileSync(GATEWAY, ['query', QUERY, `${gateway.url}/metrics`, '--for', '1s', '--output', 'json'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }))));
  } finally {
    await browser.close();
    proxy.close();
    prometheus.kill();
    gateway.close();
    rmSync(folder, { recursive: true, force: true });
  }
});
