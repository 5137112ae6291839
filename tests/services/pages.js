// One registry of prom-client in both of its formats, and the samples as prom-client itself lists them: one JSON object.
'use strict';

const client = require('prom-client');

const HARD = 'say "hi"\n{to="all"}, \\n is no newline é';

async function registry(contentType) {
  const register = new client.Registry(contentType);
  const enableExemplars = contentType === client.Registry.OPENMETRICS_CONTENT_TYPE;
  const common = { registers: [register], enableExemplars };

  const hits = new client.Counter({ ...common, name: 'hits_total', help: 'Hits.', labelNames: ['page'] });
  if (enableExemplars) {
    hits.inc({ labels: { page: HARD }, value: 3, exemplarLabels: { trace_id: '8f2e' } });
  } else {
    hits.inc({ page: HARD }, 3);
  }
  const load = new client.Gauge({ registers: [register], name: 'load', help: 'A gauge of\nall "kinds" \\ é.', labelNames: ['kind'] });
  load.set({ kind: 'endless' }, Infinity);
  load.set({ kind: 'unknown' }, NaN);
  load.set({ kind: 'small' }, -1.5e-7);
  load.set({ kind: '' }, 1e21);
  const latency = new client.Histogram({ ...common, name: 'latency_seconds', help: 'Latency.', labelNames: ['route'], buckets: [0.1, 1, 2.5] });
  for (const value of [0.05, 0.5, 3]) {
    if (enableExemplars) {
      latency.observe({ labels: { route: '/cart' }, value, exemplarLabels: { trace_id: `t${value}` } });
    } else {
      latency.observe({ route: '/cart' }, value);
    }
  }
  const size = new client.Summary({ registers: [register], name: 'size_bytes', help: 'Sizes.', percentiles: [0.5, 0.9] });
  [1, 2, 4].forEach((value) => size.observe(value));
  return register;
}

async function main() {
  const text = await registry(client.Registry.PROMETHEUS_CONTENT_TYPE);
  const openmetrics = await registry(client.Registry.OPENMETRICS_CONTENT_TYPE);
  const families = (await text.getMetricsAsJSON()).map(({ name, type, help, values }) => ({
    name,
    type,
    help,
    // JSON has no Infinity and no NaN.
    samples: values.map(({ metricName, labels, value }) => ({ name: metricName || name, labels, value: String(value) })),
  }));
  console.log(JSON.stringify({
    text: { contentType: text.contentType, page: await text.metrics() },
    openmetrics: { contentType: openmetrics.contentType, page: await openmetrics.metrics() },
    families,
  }));
}

main();
