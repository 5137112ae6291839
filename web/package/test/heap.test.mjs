/** A page that stays open for a day, on a clock that a test winds: what it takes of the heap stays flat. */
import assert from 'node:assert/strict';
import { mock, test } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { answer, open, samples, sent, storage, warnings } from './page.mjs';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc');

/** The module's memory, which the package keeps to itself. */
let memory;
const { instantiate } = WebAssembly;
WebAssembly.instantiate = async (...given) => {
  const made = await instantiate(...given);
  memory = (made.instance ?? made).exports.memory;
  return made;
};

const heapBytes = () => {
  collect();
  return process.memoryUsage().heapUsed;
};

/** Lets all that waits for an answer go on. */
const settle = async () => {
  for (let turn = 0; turn < 3; turn++) await new Promise((go) => setImmediate(go));
};

const HOUR_MS = 3_600_000;
const TICK_MS = 15_000;

test('a day of series that come and go leaves the heap as it was', async (t) => {
  mock.timers.enable({ apis: ['setInterval', 'Date'], now: 1_700_000_000_000 });
  try {
    const m = await open({ endpoint: '/p95', app: 'day', flushInterval: TICK_MS, maxSeries: 100 });
    await m.ready;
    const clicks = m.counter({ name: 'clicks_total', labelNames: ['button'] });
    const seconds = m.histogram({ name: 'view_seconds', labelNames: ['view'] });
    const open_ = m.gauge({ name: 'dialogs_open', labelNames: ['dialog'] });
    let counted = 0;
    let received = 0;
    const hours = [];
    for (let hour = 0; hour < 24; hour++) {
      for (let tick = 0; tick < HOUR_MS / TICK_MS; tick++) {
        for (let act = 0; act < 20; act++) {
          clicks.inc({ button: `b${act % 5}` });
          seconds.observe({ view: `v${act % 4}` }, act / 10);
          counted++;
        }
        // A dialog of its own, which is gone before the next one opens.
        for (let at = 0; at < 10; at++) {
          const dialog = `${hour}-${tick}-${at}`;
          open_.set({ dialog }, 1);
          open_.remove({ dialog });
        }
        // Each tenth answer is lost, so frames wait and go again.
        if (tick % 10 === 0) answer(undefined, 204);
        mock.timers.tick(TICK_MS);
        await settle();
        for (const { body, status } of sent.splice(0)) {
          if (status !== 204) continue;
          for (const line of samples(body)) if (line.startsWith('clicks_total')) received += Number(line.split(' ').at(-1));
        }
      }
      hours.push([heapBytes(), memory.buffer.byteLength]);
    }
    await m.flush();
    for (const { body } of sent.splice(0)) {
      for (const line of samples(body)) if (line.startsWith('clicks_total')) received += Number(line.split(' ').at(-1));
    }
    assert.deepEqual([received, storage.size, m.dropped], [counted, 0, {}]);
    const [second, last] = [hours[1], hours[23]];
    t.diagnostic(`heap ${second[0]} bytes after 2 hours, ${last[0]} after 24; module ${second[1]} and ${last[1]}`);
    assert.equal(last[1], second[1], 'the module’s memory');
    // 50,000 series came and went since: at ten bytes each they would show.
    assert(last[0] - second[0] < 500_000, `the heap grew by ${last[0] - second[0]} bytes`);
    m.close();
  } finally {
    mock.timers.reset();
  }
});

test('an identifier as a label stays under the cap, and the console hears which metric it is', async (t) => {
  const m = await open({ maxSeries: 200 });
  await m.ready;
  const visits = m.counter({ name: 'visits_total', labelNames: ['user'] });
  const visit = (from, count) => {
    for (let user = from; user < from + count; user++) visits.inc({ user: `user-${user}` });
  };
  visit(0, 20_000);
  const [heap, module] = [heapBytes(), memory.buffer.byteLength];
  visit(20_000, 200_000);
  const grown = heapBytes() - heap;
  const lines = samples(m.toText()).filter((line) => line.startsWith('visits_total'));
  assert.equal(lines.length, 201, 'the cap, and one for the rest');
  assert.match(lines.join('\n'), /^visits_total\{otel_metric_overflow="true"\} 219800\.0$/m);
  assert.equal(m.dropped.series, 219_800);
  assert.deepEqual(warnings, ['p95: dropped (series) visits']);
  t.diagnostic(`the heap grew by ${grown} bytes over 200,000 identifiers; module ${memory.buffer.byteLength}`);
  assert(grown < 300_000, `the heap grew by ${grown} bytes`);
  assert.equal(memory.buffer.byteLength, module);
  m.close();
});
