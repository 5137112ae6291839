/** Ours, prom-client and OpenTelemetry in one run: nanoseconds a call, the fastest of many rounds. In Node and in a browser. */
import { AggregationTemporality, MeterProvider, MetricReader } from '@opentelemetry/sdk-metrics';
import prom from 'prom-client';

/** Long enough for a browser's clock, which is coarse. */
const CALLS = 50_000;
const ROUNDS = 30;
const SERIES = 10_000;

/** Nanoseconds that one call takes, in the fastest round. */
const measure = (action) => {
  let best = Infinity;
  for (let round = 0; round < ROUNDS; round++) {
    const start = performance.now();
    for (let call = 0; call < CALLS; call++) action(call);
    best = Math.min(best, ((performance.now() - start) * 1e6) / CALLS);
  }
  return best;
};

/** Milliseconds until `action` is done, at best. */
const measureOnce = async (action) => {
  let best = Infinity;
  for (let round = 0; round < 20; round++) {
    const start = performance.now();
    await action();
    best = Math.min(best, performance.now() - start);
  }
  return best;
};

const METHODS = ['GET', 'POST', 'PUT', 'DELETE'];
const labelNames = ['method', 'route'];
const labelsOf = (call) => ({ method: METHODS[call & 3], route: '/cart' });
const config = (name) => ({ name, help: 'Help.', labelNames });

const client = (counter, histogram) => {
  const kept = counter.labels({ method: 'GET', route: '/cart' });
  return {
    'inc, series kept': measure(() => kept.inc()),
    'labels of two, inc': measure((call) => counter.labels(labelsOf(call)).inc()),
    'observe, two labels': measure((call) => histogram.observe(labelsOf(call), 0.42)),
  };
};

const ours = async (createMetrics) => {
  const m = createMetrics({ maxSeries: 2 * SERIES });
  await m.ready;
  const times = client(m.counter(config('hits_total')), m.histogram(config('seconds')));
  const many = m.counter(config('many_total'));
  for (let id = 0; id < SERIES; id++) many.inc({ method: 'GET', route: `/${id}` });
  return { ...times, 'text of 10,000 series, ms': await measureOnce(() => m.toText()) };
};

const promClient = async () => {
  const registers = [new prom.Registry()];
  const times = client(new prom.Counter({ ...config('hits_total'), registers }), new prom.Histogram({ ...config('seconds'), registers }));
  const many = new prom.Counter({ ...config('many_total'), registers });
  for (let id = 0; id < SERIES; id++) many.inc({ method: 'GET', route: `/${id}` });
  return { ...times, 'text of 10,000 series, ms': await measureOnce(() => registers[0].metrics()) };
};

class Reader extends MetricReader {
  constructor() {
    super({ aggregationTemporalitySelector: () => AggregationTemporality.CUMULATIVE });
  }
  async onForceFlush() {}
  async onShutdown() {}
}

const openTelemetry = async () => {
  const meter = new MeterProvider({ readers: [new Reader()] }).getMeter('bench');
  const counter = meter.createCounter('hits');
  const histogram = meter.createHistogram('seconds');
  const kept = labelsOf(0);
  return {
    'inc, series kept': measure(() => counter.add(1, kept)),
    'labels of two, inc': measure((call) => counter.add(1, labelsOf(call))),
    'observe, two labels': measure((call) => histogram.record(0.42, labelsOf(call))),
  };
};

/** A table's rows, each a name and what ours, prom-client and OpenTelemetry take. */
export const compare = async (createMetrics) => {
  const columns = [await ours(createMetrics), await promClient(), await openTelemetry()];
  return Object.keys(columns[0]).map((name) => [name, ...columns.map((column) => column[name]?.toPrecision(3) ?? '-')]);
};
