/**
 * A page's numbers on their way: what its registry shows, the gateway, a real Prometheus that scrapes it, `p95 query` and the
 * desktop viewer's picture agree.
 */
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
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

/** Counters with one label, whose totals stand in a table of the viewer. */
const COUNTERS = { shop_cart_adds: 'product', shop_clicks: 'button', shop_views: 'view' };

/** The texts of a picture, in the order in which they are drawn. */
const texts = (svg) => [...svg.matchAll(/<text[^>]*>([^<]*)</g)]
  .map(([, text]) => text.replaceAll('&quot;', '"').replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&'));

/** The totals in the table of a counter's page: below its heads, the label first, `total` last, between them what fits. */
const totals = (drawn, family, label) => {
  const head = drawn.indexOf(label, drawn.indexOf('Values'));
  const from = drawn.indexOf('total', head) + 1;
  const [cells, columns] = [drawn.slice(from, drawn.indexOf('Last scrape', from)), from - head];
  return new Map(Array.from({ length: cells.length / columns }, (_, row) => cells.slice(row * columns, (row + 1) * columns))
    .map((row) => [key({ __name__: `${family}_total`, [label]: row[0] }), Number(row.at(-1))]));
};

/** The samples among the raw lines of a metric's page. */
const rawLines = (drawn) => read(drawn.filter((text) => /^\d+ │ /.test(text)).map((text) => text.replace(/^\d+ │ /, '')).join('\n'));

const QUERY = '{__name__=~"shop_.+|page_request_seconds.*"}';

test('the numbers agree, from the page to Prometheus', { timeout: 180_000 }, async (t) => {
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

    const draw = (family) => {
      const picture = join(folder, `${family}.svg`);
      const options = ['--for', '1s', '--view', `metric:${family}`, '--size', '1400x4000', '-o', picture];
      execFileSync(GATEWAY, ['snapshot', `${gateway.url}/metrics`, ...options], { stdio: ['ignore', 'ignore', 'inherit'] });
      return texts(readFileSync(picture, 'utf8'));
    };
    const ofFamily = (family) => new Map([...inPage].filter(([series]) => series.startsWith(`${family}_`)).sort());
    for (const [family, label] of Object.entries(COUNTERS)) {
      assert.deepEqual(new Map([...totals(draw(family), family, label)].sort()), ofFamily(family), `p95 snapshot of ${family}`);
    }
    const histogram = 'page_request_seconds';
    assert.deepEqual(new Map([...rawLines(draw(histogram))].sort()), ofFamily(histogram), `p95 snapshot of ${histogram}`);
    t.diagnostic(`p95 snapshot: the totals of ${Object.keys(COUNTERS).length} counters and the lines of a histogram agree`);
  } finally {
    await browser.close();
    proxy.close();
    prometheus.kill();
    gateway.close();
    rmSync(folder, { recursive: true, force: true });
  }
});
