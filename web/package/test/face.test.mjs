/** Counting: types, labels, what comes too early, too much or wrong. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { check, open, samples, sent, warnings } from './page.mjs';

test('every type counts, from the first line on', async () => {
  const m = await open();
  m.counter({ name: 'ui_clicks_total', help: 'Clicks "all"', labelNames: ['button'] }).labels({ button: 'a"b' }).inc();
  m.gauge({ name: 'open' }).set(7);
  m.histogram({ name: 'load_seconds', labelNames: ['view'], buckets: [1, 0.5, 2e6] }).observe({ view: 'cart' }, 0.75);
  m.summary({ name: 'size' }).observe(3);
  const build = m.info({ name: 'build', labelNames: ['version'] });
  build.set({ version: '1' });
  build.set({ version: '2' });
  m.stateSet({ name: 'net', states: ['up', 'down'] }).set('down');
  check(m.toText(), '', 'the module is not there yet');
  await m.ready;
  await m.flush();
  const lines = samples(m.toText()).filter((line) => !line.includes('version="1"'));
  check(lines, [
    'ui_clicks_total{button="a\\"b"} 1.0', 'open 7.0',
    'load_seconds_bucket{view="cart",le="0.5"} 0', 'load_seconds_bucket{view="cart",le="1.0"} 1',
    'load_seconds_bucket{view="cart",le="2e+06"} 1', 'load_seconds_bucket{view="cart",le="+Inf"} 1',
    'load_seconds_count{view="cart"} 1', 'load_seconds_sum{view="cart"} 0.75',
    'size_count 1', 'size_sum 3.0', 'build_info{version="2"} 1', 'net{net="up"} 0', 'net{net="down"} 1',
  ]);
  m.close();
});

test('arguments as prom-client has them', async () => {
  const m = await open();
  await m.ready;
  const hits = m.counter({ name: 'hits_total', labelNames: ['method', 'code'] });
  hits.inc({ method: 'GET', code: 200 });
  hits.inc({ code: '200', method: 'GET' }, 2);
  hits.labels('GET', '200').inc(0.5);
  const gauge = m.gauge({ name: 'g' });
  gauge.inc(); gauge.inc(4); gauge.dec(2); gauge.dec();
  check(samples(m.toText()), ['hits_total{method="GET",code="200"} 3.5', 'g 2.0']);
  m.close();
});

test('timers observe once, also where the action throws or rejects', async () => {
  const m = await open();
  await m.ready;
  const seconds = m.histogram({ name: 's', labelNames: ['view'], buckets: [] });
  const end = seconds.startTimer({ view: 'a' });
  assert(end() >= 0);
  check(seconds.time({ view: 'a' }, () => 7), 7);
  check(await seconds.time({ view: 'a' }, async () => 8), 8);
  assert.throws(() => seconds.time({ view: 'a' }, () => { throw new Error('theirs'); }), /theirs/);
  await assert.rejects(seconds.time({ view: 'a' }, async () => { throw new Error('theirs'); }), /theirs/);
  assert(samples(m.toText()).includes('s_count{view="a"} 5'));
  m.close();
});

test('the same family twice is one; another of its name counts nothing', async () => {
  const m = await open();
  await m.ready;
  const config = { name: 'a_total', labelNames: ['x'] };
  m.counter(config).inc({ x: '1' });
  m.counter({ ...config }).inc({ x: '1' });
  m.gauge({ name: 'a_total' }).set(5);
  m.histogram({ name: 'h' }).observe(1);
  m.gauge({ name: 'h_count' }).set(5);
  assert(samples(m.toText()).includes('a_total{x="1"} 2.0'));
  assert(!m.toText().includes(' 5.0'));
  check(m.dropped, { name: 2 });
  m.close();
});

test('a page is created once', async () => {
  const m = await open();
  const { createMetrics } = await import('../dist/inline.js?again');
  check(createMetrics({ app: 'other' }) === m, true);
  m.close();
});

test('whatever comes, nothing is thrown, and what is lost is counted', async () => {
  const m = await open();
  const nasty = [NaN, -1, Infinity, '7', null, {}, Symbol('s'), 1n, undefined];
  for (const isReady of [false, true]) {
    if (isReady) await m.ready;
    const c = m.counter({ name: 'c_total', labelNames: ['l'] });
    const h = m.histogram({ name: 'h' });
    for (const value of nasty) {
      c.labels('x').inc(value);
      h.observe(value);
      c.inc({ l: typeof value === 'symbol' ? 's' : value });
      c.inc({ l: 'x', unknown: '1' });
    }
    c.labels();
    c.inc(null);
    m.counter({ name: 'not a name' }).inc();
    m.counter({ name: 'c2_total', labelNames: ['not-a-label'] }).inc({ 'not-a-label': '1' });
    m.summary({}); m.gauge(); m.counter({ name: 'x', labelNames: 'l' });
  }
  assert(m.dropped.value > 10 && m.dropped.label > 0 && m.dropped.name > 0, JSON.stringify(m.dropped));
  assert(warnings.length <= Object.keys(m.dropped).length, 'one warning of each kind');
  assert(!/ (NaN|.Inf)$/m.test(m.toText()));
  assert.match(m.toText(), /p95_page_dropped_total\{reason="value"\} \d+/);
  m.close();
  m.counter({ name: 'after' }).inc();
});

test('series have a limit, what is beyond still counts, and the metric is named', async () => {
  const m = await open({ maxSeries: 10 });
  await m.ready;
  const c = m.counter({ name: 'by_user_total', labelNames: ['id'] });
  for (let id = 0; id < 5000; id++) c.inc({ id: `${id}` });
  check(samples(m.toText()).filter((line) => line.startsWith('by_user_total')).length, 11);
  assert(m.toText().includes('by_user_total{otel_metric_overflow="true"} 4990.0'));
  check(warnings, ['p95: dropped (series) by_user']);
  m.close();
});

test('a series that is removed makes room, and its handle is dead', async () => {
  const m = await open({ maxSeries: 2 });
  await m.ready;
  const c = m.counter({ name: 'c_total', labelNames: ['id'] });
  for (let id = 0; id < 100; id++) {
    const series = c.labels(id);
    series.inc();
    c.remove({ id });
    series.inc();
  }
  await m.flush();
  check(m.dropped, {});
  m.close();
});

test('a day of series that come and go takes no memory', async () => {
  setFlagsFromString('--expose-gc');
  const gc = runInNewContext('gc');
  const m = await open({ endpoint: '/p95' });
  await m.ready;
  const c = m.counter({ name: 'c_total', labelNames: ['id'] });
  const h = m.histogram({ name: 'h', labelNames: ['id'] });
  // A frame every 15 seconds, with two new series in each.
  const run = async (frames) => {
    for (let at = 0; at < frames; at++) {
      c.inc({ id: `${at}` });
      h.observe({ id: `${at}` }, 1);
      c.remove({ id: `${at}` });
      h.remove({ id: `${at}` });
      await m.flush();
      sent.length = 0;
    }
    gc();
    const { heapUsed, external, arrayBuffers } = process.memoryUsage();
    return heapUsed + external + arrayBuffers;
  };
  const before = await run(1000);
  const grown = (await run(5760)) - before;
  assert(grown < 500_000, `${grown} bytes`);
  assert(samples(m.toText()).length < 100);
  m.close();
});

test('a long value is cut to what a gateway takes', async () => {
  const m = await open();
  await m.ready;
  const c = m.counter({ name: 'c_total', labelNames: ['l'] });
  c.inc({ l: 'x'.repeat(1000) });
  c.inc({ l: 'é'.repeat(1000) });
  for (const line of samples(m.toText())) assert(Buffer.byteLength(line.match(/"(.*)"/)[1]) <= 256);
  m.close();
});

test('a module that does not start costs one warning, and what is lost is counted', async () => {
  delete globalThis[Symbol.for('p95')];
  warnings.length = 0;
  const { createMetrics } = await import('../dist/slim.js');
  const m = createMetrics({ module: Promise.reject(new Error('not found')), endpoint: '/p95' });
  const c = m.counter({ name: 'c_total', labelNames: ['l'] });
  const kept = c.labels('a');
  kept.inc();
  await m.ready;
  const before = m.dropped.module;
  assert(before >= 1);
  kept.inc();
  c.inc({ l: 'b' });
  check([m.dropped.module - before, warnings.length, m.toText()], [2, 1, '']);
});

test('on a server there are metrics that do nothing', async () => {
  delete globalThis[Symbol.for('p95')];
  const { createMetrics } = await import('p95');
  const m = createMetrics({ endpoint: '/p95', collectors: [() => assert.fail('no page')] });
  m.counter({ name: 'c_total', labelNames: ['l'] }).labels({ l: '1' }).inc();
  check(m.histogram({ name: 'h' }).time(() => 7), 7);
  await m.ready;
  await m.flush();
  check(m.toText(), '');
  m.close();
});
