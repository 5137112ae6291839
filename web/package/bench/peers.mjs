/** The package beside its peers, in Node and in Chromium, one after the other. */
import { createServer } from 'node:http';
import { build } from 'esbuild';
import { chromium } from 'playwright-core';
import { createMetrics } from '../dist/inline.js';
import { CHROMIUM, FLAGS } from '../test/chromium.mjs';
import { compare } from './measure.mjs';

const show = (where, rows) => {
  console.log(`\n| ${where} | p95 | prom-client | OpenTelemetry |\n|---|---|---|---|`);
  for (const row of rows) console.log(`| ${row.join(' | ')} |`);
};

/** prom-client asks for modules of Node that it does not need to count; a browser has none of them. */
const WITHOUT_NODE = {
  name: 'without-node',
  setup(bundle) {
    bundle.onResolve({ filter: /^(node:)?(cluster|fs|http|https|os|perf_hooks|process|url|util|v8|worker_threads|zlib)$/ }, ({ path }) => ({ path, namespace: 'none' }));
    bundle.onLoad({ filter: /.*/, namespace: 'none' }, () => ({ contents: 'module.exports = { inherits() {}, types: {}, isMaster: true };' }));
  },
};

const inChromium = async () => {
  const { outputFiles: [{ text }] } = await build({
    stdin: { contents: "import { createMetrics } from './dist/inline.js'; import { compare } from './bench/measure.mjs'; globalThis.rows = compare(createMetrics);", resolveDir: '.' },
    bundle: true, format: 'esm', write: false, plugins: [WITHOUT_NODE],
    banner: { js: "globalThis.process ??= { env: {}, argv: [], version: 'v20.0.0', versions: {}, platform: 'linux', hrtime: () => [0, 0], uptime: () => 0, on() {} }; globalThis.global ??= globalThis;" },
  });
  // Isolated pages have the finest clock.
  const headers = { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' };
  const server = createServer(({ url }, response) =>
    response.writeHead(200, { ...headers, 'Content-Type': url === '/bench.js' ? 'text/javascript' : 'text/html' })
      .end(url === '/bench.js' ? text : '<!doctype html><script type="module" src="/bench.js"></script>'));
  await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
  try {
    const page = await browser.newPage();
    page.on('pageerror', (error) => console.log(`${error}`));
    await page.goto(`http://127.0.0.1:${server.address().port}/`);
    await page.waitForFunction(() => globalThis.rows, undefined, { timeout: 300_000 });
    return await page.evaluate(() => globalThis.rows);
  } finally {
    await browser.close();
    server.close();
  }
};

show(`Node ${process.versions.node}`, await compare(createMetrics));
if (CHROMIUM) show('Chromium', await inChromium());
else console.log('not run: chromium is not installed');
