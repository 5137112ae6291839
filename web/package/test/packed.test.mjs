/** The package as it is published: in Node, in three bundlers, and in Chromium as pages use it. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { chromium } from 'playwright-core';
import { CHROMIUM, FLAGS } from './chromium.mjs';

const TYPES = { '.html': 'text/html', '.js': 'text/javascript', '.wasm': 'application/wasm' };

const root = mkdtempSync(join(tmpdir(), 'p95-packed-'));
const frames = [];
let server, browser, origin;

/** A page's code; `from` is where the package comes from. */
const code = (from, collectors) => `
import { createMetrics } from '${from}';
import { errors, fetchTiming, longTasks, memory, navigation, resources, webVitals } from '${collectors}';
const m = createMetrics({ endpoint: '/p95', app: new URL(location.href).searchParams.get('app'), collectors: [
  errors(), fetchTiming({ route: (url) => url.pathname }), longTasks(), memory(), navigation(), resources(), webVitals()] });
const clicks = m.counter({ name: 'clicks_total', labelNames: ['button'] });
clicks.inc({ button: 'buy' }, 2);
globalThis.done = (async () => {
  await fetch('/answer?x=1');
  // The browser tells of the navigation when it has ended.
  for (let wait = 0; wait < 100 && m.endpoint && !m.dropped.module && !m.toText().includes('phase="load"'); wait++) {
    await new Promise((go) => setTimeout(go, 50));
  }
  await m.flush();
  return { text: m.toText(), dropped: m.dropped };
})();
`;
const html = (script) => `<!doctype html><title>p95</title><link rel="icon" href="data:,"><p>A page.</p><script type="module" src="${script}"></script>`;

before(async () => {
  const [{ filename }] = JSON.parse(execFileSync('npm', ['pack', '--json', '--pack-destination', root], { stdio: ['ignore', 'pipe', 'ignore'] }));
  mkdirSync(join(root, 'node_modules/p95'), { recursive: true });
  execFileSync('tar', ['xzf', join(root, filename), '-C', join(root, 'node_modules/p95'), '--strip-components=1']);
  writeFileSync(join(root, 'package.json'), '{ "type": "module", "private": true }');
  server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url, 'http://x');
    let body = '';
    request.on('data', (part) => (body += part)).on('end', () => {
      if (request.method === 'POST') {
        frames.push(body);
        return response.writeHead(204).end();
      }
      const file = join(root, pathname);
      if (pathname === '/answer' || !existsSync(file)) return response.writeHead(pathname === '/answer' ? 200 : 404).end();
      const csp = searchParams.get('csp');
      const headers = { 'Content-Type': TYPES[extname(file)] ?? 'application/octet-stream', ...(csp && { 'Content-Security-Policy': csp }) };
      response.writeHead(200, headers).end(readFileSync(file));
    });
  });
  await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
  origin = `http://127.0.0.1:${server.address().port}`;
  if (CHROMIUM) browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
});

after(async () => {
  await browser?.close();
  server?.close();
  rmSync(root, { recursive: true, force: true });
});

/** A test that needs Chromium: where that is missing it says so, and fails on a build machine. */
const inChromium = (name, run) =>
  test(name, { timeout: 120_000 }, async (t) => {
    if (!browser) {
      assert.notEqual(process.env.CI, 'true', 'not run: chromium is not installed; `cargo xtask setup` installs it');
      return t.diagnostic('not run: chromium is not installed');
    }
    await run();
  });

/** Opens a page and returns what it says, with its warnings. */
const visit = async (path, evaluate = () => globalThis.done) => {
  const context = await browser.newContext();
  const page = await context.newPage();
  const told = [];
  page.on('console', (message) => told.push(`${message.type()}: ${message.text()}`));
  page.on('pageerror', (error) => told.push(`error: ${error}`));
  await page.goto(`${origin}${path}`);
  await page.waitForFunction(() => 'done' in globalThis, undefined, { timeout: 20_000 }).catch((error) => {
    throw new Error(`${error.message}\n${told.join('\n')}`);
  });
  const result = await page.evaluate(evaluate);
  await context.close();
  return { ...result, told };
};

/** The page has counted, its collectors too, and its frame has arrived. */
const counts = async (app, path) => {
  writeFileSync(join(root, `${app}.html`), html(path));
  const { text, dropped, told } = await visit(`/${app}.html?app=${app}`);
  assert.match(text, /^clicks_total\{button="buy"\} 2\.0$/m);
  assert.match(text, /^page_request_seconds_count\{method="GET",route="\/answer",status="200"\} 1$/m);
  assert.match(text, /^page_load_seconds_count\{phase="first_byte"\} 1$/m);
  assert.match(text, /^page_js_heap_bytes \d/m);
  assert.doesNotMatch(text, /route="\/p95"/);
  assert.deepEqual([dropped, told], [{}, []]);
  assert(frames.some((frame) => frame.startsWith('# p95 1 ') && frame.includes(` 1 ${app}\n`)), 'the frame has arrived');
};

test('npm packs what is needed, and no more', () => {
  const { size } = JSON.parse(execFileSync('npm', ['pack', '--json', '--dry-run'], { stdio: ['ignore', 'pipe', 'ignore'] }))[0];
  assert(size < 100_000, `${size} bytes`);
  for (const file of ['README.md', 'LICENSE-MIT', 'LICENSE-APACHE', 'dist/p95.wasm', 'dist/collectors/index.d.ts', 'dist/index.d.ts']) {
    assert(existsSync(join(root, 'node_modules/p95', file)), file);
  }
  assert(!existsSync(join(root, 'node_modules/p95/src')));
});

test('Node imports it and counts nothing', () => {
  const script = `import { createMetrics } from 'p95'; import * as all from 'p95/collectors';
    const m = createMetrics({ endpoint: '/p95', collectors: Object.values(all).map((make) => make()) });
    m.counter({ name: 'c_total' }).inc(); await m.flush(); console.log(JSON.stringify(m.toText()));`;
  assert.equal(execFileSync('node', ['--input-type=module', '-e', script], { cwd: root, encoding: 'utf8' }).trim(), '""');
});

inChromium('a plain module script', async () => {
  writeFileSync(join(root, 'plain.js'), code('./node_modules/p95/dist/index.js', './node_modules/p95/dist/collectors.js'));
  await counts('plain', '/plain.js');
});

inChromium('esbuild, with the module inside', async () => {
  const { build } = await import('esbuild');
  writeFileSync(join(root, 'es.js'), code('p95/inline', 'p95/collectors'));
  await build({ entryPoints: [join(root, 'es.js')], bundle: true, format: 'esm', outfile: join(root, 'es/out.js'), absWorkingDir: root });
  await counts('esbuild', '/es/out.js');
});

inChromium('Vite', async () => {
  const { build } = await import('vite');
  writeFileSync(join(root, 'vi.js'), code('p95', 'p95/collectors'));
  await build({ root, base: '/vi/', logLevel: 'error', configFile: false,
    build: { outDir: join(root, 'vi'), assetsInlineLimit: 0, rollupOptions: { input: join(root, 'vi.js'), output: { entryFileNames: 'out.js' } } } });
  await counts('vite', '/vi/out.js');
});

inChromium('webpack', async () => {
  const { default: webpack } = await import('webpack');
  writeFileSync(join(root, 'wp.js'), code('p95', 'p95/collectors'));
  const config = { mode: 'production', context: root, entry: './wp.js', output: { path: join(root, 'wp'), filename: 'out.js', publicPath: '/wp/' } };
  const stats = await new Promise((done, fail) => webpack(config, (error, result) => (error ? fail(error) : done(result))));
  assert(!stats.hasErrors(), stats.toString());
  await counts('webpack', '/wp/out.js');
});

inChromium('a dedicated worker', async () => {
  writeFileSync(join(root, 'worker.js'), `import { createMetrics } from './node_modules/p95/dist/index.js';
    const m = createMetrics({ endpoint: '/p95', app: 'worker' });
    m.counter({ name: 'clicks_total' }).inc(2);
    await m.flush();
    postMessage({ text: m.toText(), dropped: m.dropped });`);
  writeFileSync(join(root, 'worker-page.js'),
    `globalThis.done = new Promise((done) => (new Worker('/worker.js', { type: 'module' }).onmessage = ({ data }) => done(data)));`);
  writeFileSync(join(root, 'worker.html'), html('/worker-page.js'));
  const { text, dropped } = await visit('/worker.html');
  assert.match(text, /^clicks_total 2\.0$/m);
  assert.deepEqual(dropped, {});
  assert(frames.some((frame) => frame.includes(' 1 worker\n')));
});

inChromium('a service worker', async () => {
  writeFileSync(join(root, 'service.js'), `import { createMetrics } from './node_modules/p95/dist/index.js';
    const m = createMetrics({ endpoint: '/p95', app: 'service' });
    m.counter({ name: 'clicks_total' }).inc(2);
    onmessage = (event) => event.waitUntil(m.flush().then(() => event.source.postMessage({ text: m.toText(), dropped: m.dropped })));`);
  writeFileSync(join(root, 'service-page.js'), `globalThis.done = new Promise((done) => {
    navigator.serviceWorker.onmessage = ({ data }) => done(data);
    navigator.serviceWorker.register('/service.js', { type: 'module' });
    navigator.serviceWorker.ready.then(({ active }) => active.postMessage('flush'));
  });`);
  writeFileSync(join(root, 'service.html'), html('/service-page.js'));
  const { text, dropped } = await visit('/service.html');
  assert.match(text, /^clicks_total 2\.0$/m);
  assert.deepEqual(dropped, {});
  assert(frames.some((frame) => frame.includes(' 1 service\n')));
});

inChromium('a page whose policy allows WebAssembly, and one whose does not', async () => {
  writeFileSync(join(root, 'csp.js'), code('./node_modules/p95/dist/index.js', './node_modules/p95/dist/collectors.js'));
  writeFileSync(join(root, 'csp.html'), html('/csp.js'));
  const allowed = await visit(`/csp.html?app=csp&csp=${encodeURIComponent("script-src 'self' 'wasm-unsafe-eval'")}`);
  assert.match(allowed.text, /^clicks_total\{button="buy"\} 2\.0$/m);
  const refused = await visit(`/csp.html?app=nocsp&csp=${encodeURIComponent("script-src 'self'")}`);
  assert.equal(refused.text, '');
  assert(refused.dropped.module > 1, 'what was counted is counted as lost');
  assert.equal(refused.told.filter((line) => line.startsWith('warning: p95: ')).length, 1, refused.told.join('\n'));
  assert.equal(refused.told.filter((line) => line.startsWith('error: Error')).length, 0);
});
