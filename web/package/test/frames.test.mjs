/** Frames: everything counts once, whatever becomes of the answers. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { answer, check, dispatch, open, samples, sent, storage, warnings } from './page.mjs';

const begin = async (options, more) => {
  const m = await open({ endpoint: '/p95', app: 'a shop', ...options }, more);
  await m.ready;
  return { m, clicks: m.counter({ name: 'clicks_total' }) };
};

/** The total of all frames that the endpoint has taken, each once. */
const total = (frames) => {
  const taken = new Map(frames.map(({ body }) => [body.split('\n')[0], body]));
  return [...taken.values()].flatMap(samples).filter((line) => line.startsWith('clicks_total'))
    .reduce((sum, line) => sum + Number(line.split(' ')[1]), 0);
};

test('a frame is numbered, and has what came since the last', async () => {
  const { m, clicks } = await begin();
  clicks.inc(2);
  await m.flush();
  await m.flush();
  clicks.inc(3);
  await m.flush();
  check(sent.map(({ url, method }) => [url, method]), [['/p95', 'POST'], ['/p95', 'POST']]);
  assert.match(sent[0].body, /^# p95 1 [0-9a-f]{32} 1 a%20shop\n# TYPE clicks counter\nclicks_total 2.0\n# EOF\n$/);
  assert.match(sent[1].body, /^# p95 1 [0-9a-f]{32} 2 a%20shop\n/);
  check(total(sent), 5);
  check(storage.size, 0);
  m.close();
});

test('the same bytes go again until there is an answer for good', async () => {
  const { m, clicks } = await begin();
  answer(undefined, 503, 429, 500, 204);
  for (let round = 0; round < 5; round++) {
    clicks.inc();
    await m.flush();
  }
  check(new Set(sent.slice(0, 5).map(({ body }) => body)).size, 1);
  check(sent.length, 9, 'then the four others follow');
  check(total(sent), 5);
  m.close();
});

test('an endpoint that tells when is not asked before', async () => {
  for (const after of ['600', new Date(Date.now() + 600_000).toUTCString()]) {
    const { m, clicks } = await begin();
    answer({ status: 503, headers: { 'retry-after': after } }, 204);
    clicks.inc();
    await m.flush();
    await m.flush();
    dispatch('pagehide');
    check([sent.length, storage.size], [1, 1]);
    m.close();
  }
});

test('a frame that is refused for good is lost, counted and told', async () => {
  for (const status of [400, 413]) {
    const { m, clicks } = await begin();
    answer(status, 204);
    clicks.inc();
    await m.flush();
    await m.flush();
    check(m.dropped, { refused: 1 });
    check(warnings, ['p95: dropped (refused) reason']);
    check(storage.size, 0);
    m.close();
  }
});

test('what a page could not send, the next one sends, as it was', async () => {
  const { m, clicks } = await begin();
  answer(undefined);
  clicks.inc(5);
  await m.flush();
  m.close();
  const kept = sent.at(-1).body;
  const next = await begin({}, { keep: true });
  await next.m.flush();
  answer(204);
  await next.m.flush();
  check(sent.at(-1).body, kept);
  check(storage.size, 0);
  next.m.close();
});

test('frames of another endpoint stay where they are', async () => {
  storage.set('p95 /other x 1', `${Date.now()} # other\n`);
  const { m } = await begin({}, { keep: true });
  await m.flush();
  check(sent, []);
  check(storage.size, 1);
  m.close();
});

test('a frame is in the storage before it is sent', async () => {
  const { m, clicks } = await begin();
  let keptAtRequest;
  answer({ get status() { keptAtRequest ??= storage.size; return 204; } });
  clicks.inc();
  await m.flush();
  check(keptAtRequest, 1);
  m.close();
});

test('frames of yesterday are not sent', async () => {
  storage.clear();
  storage.set('p95 /p95 x 1', `${Date.now() - 25 * 3600_000} # old\n`);
  const { m } = await begin({}, { keep: true });
  await m.flush();
  check(sent.filter(({ body }) => body.includes('# old')), []);
  check([storage.size, m.dropped.expired], [0, 1]);
  m.close();
});

test('leaving sends all that waits, and coming back counts nothing twice', async () => {
  const { m, clicks } = await begin();
  answer(undefined);
  for (let round = 0; round < 3; round++) {
    clicks.inc();
    await m.flush();
  }
  sent.length = 0;
  answer(204);
  clicks.inc();
  dispatch('pagehide');
  check(sent.length, 4);
  assert(sent.every(({ keepalive }) => keepalive));
  await new Promise(setImmediate);
  clicks.inc();
  await m.flush();
  check(total(sent), 5);
  m.close();
});

test('where requests do not outlive their page, a beacon goes, and the next page sends the frame again', async () => {
  const { m, clicks } = await begin();
  const keepalive = Object.getOwnPropertyDescriptor(Request.prototype, 'keepalive');
  delete Request.prototype.keepalive;
  const beacons = [];
  // Node has one from 21 on.
  globalThis.navigator ??= {};
  navigator.sendBeacon = (url, body) => beacons.push([url, body]) > 0;
  try {
    clicks.inc(4);
    dispatch('pagehide');
    const [kept] = [...storage.values()];
    check(beacons, [['/p95', kept.slice(kept.indexOf('#'))]]);
    check([sent.length, storage.size], [0, 1]);
  } finally {
    Object.defineProperty(Request.prototype, 'keepalive', keepalive);
    delete navigator.sendBeacon;
  }
  answer(undefined);
  m.close();
  answer(204);
  const next = await begin({}, { keep: true });
  await next.m.flush();
  check([sent.filter(({ body }) => body === beacons[0][1]).length > 0, storage.size], [true, 0]);
  next.m.close();
});

test('a sampled page stands for others', async () => {
  const { m, clicks } = await begin({ sampleRate: 1 });
  m.close();
  const random = Math.random;
  Math.random = () => 0.05;
  const sampled = await begin({ sampleRate: 0.1 });
  sampled.clicks.inc(2);
  await sampled.m.flush();
  check(total(sent), 20);
  sampled.m.close();
  Math.random = () => 0.5;
  const { m: other } = await begin({ sampleRate: 0.1 });
  other.counter({ name: 'clicks_total' }).inc();
  await other.flush();
  check([sent.length, other.toText()], [0, '']);
  Math.random = random;
  other.close();
  clicks.inc();
});

test('a frame has at most 60 kB', async () => {
  const { m } = await begin({ maxSeries: 10_000 });
  const c = m.counter({ name: 'clicks_total', labelNames: ['id'] });
  assert.equal(c.labels('x'), c.labels({ id: 'x' }));
  const many = m.counter({ name: 'many_total', labelNames: ['id'] });
  for (let id = 0; id < 5000; id++) many.inc({ id: `${id}` });
  await m.flush();
  assert(sent.length > 2 && sent.every(({ body }) => body.length <= 60_000));
  check(sent.flatMap(({ body }) => samples(body)).filter((line) => line.startsWith('many')).length, 5000);
  m.close();
});

test('a gateway that is away for long costs no unbounded memory, and no count', async () => {
  const { m, clicks } = await begin();
  answer(undefined);
  for (let round = 0; round < 300; round++) {
    clicks.inc();
    await m.flush();
  }
  check(storage.size, 200);
  answer(204);
  sent.length = 0;
  await m.flush();
  await m.flush();
  check(total(sent), 300);
  m.close();
});

test('frames of pages before take none of the room of its own, and what is counted when it leaves is kept', async () => {
  const first = await begin();
  answer(undefined);
  for (let round = 0; round < 250; round++) {
    first.clicks.inc();
    await first.m.flush();
  }
  check(storage.size, 200);
  first.m.close();
  check(storage.size, 201);
  const second = await begin({}, { keep: true });
  await second.m.flush();
  second.clicks.inc(50);
  second.m.close();
  check(storage.size, 202);
  answer(204);
  const third = await begin({}, { keep: true });
  await third.m.flush();
  check([total(sent), storage.size], [300, 0]);
  third.m.close();
});

test('a full storage is counted, and the page goes on', async () => {
  const { m, clicks } = await begin();
  const { set } = storage;
  storage.set = () => { throw new Error('full'); };
  clicks.inc();
  await m.flush();
  storage.set = set;
  check(m.dropped.storage, 1);
  check(total(sent), 1);
  m.close();
});
