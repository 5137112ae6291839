/** Visitors of the demo page in some browser, while answers are lost and the gateway is killed: what they do, and what is counted. */
import assert from 'node:assert/strict';
import { openGateway, openProxy } from './gateway.mjs';

const FLUSH_MS = 500;
const sleep = (ms) => new Promise((go) => setTimeout(go, ms));
const SHOPPERS = ['sencha', 'gyokuro', 'hojicha', 'assam', 'darjeeling', 'keemun'];
/** What tabs buy that are going to crash, each its own. */
export const DOOMED = ['chamomile', 'peppermint', 'rooibos'];
const CLICK_EVERY_MS = 20;
/** What a crashed tab may lose: the clicks of one interval, one on either side of it, and one that was told but not clicked. */
export const MAX_LOST = FLUSH_MS / CLICK_EVERY_MS + 3;

/** In the page: buys and walks about, `count` times; returns what was clicked, by metric and label. */
const interact = async ({ count, products, seed }) => {
  const made = { adds: {}, views: {}, menu: 0 };
  const note = (where, name) => (where[name] = (where[name] ?? 0) + 1);
  const shelf = (id) => document.querySelector(`.buy[data-product="${id}"]`);
  const walk = async (view) => {
    const shown = new Promise((go) => addEventListener('hashchange', go, { once: true }));
    document.querySelector(`nav a[href="#/${view === 'all' ? '' : view}"]`).click();
    await shown;
    made.menu++;
    note(made.views, view);
  };
  let state = seed;
  const roll = (below) => Math.floor(((state = (state * 48271) % 2147483647) / 2147483647) * below);
  for (let done = 0; done < count; done++) {
    if (roll(40) === 0) await walk(['all', 'green', 'black'].filter((view) => view !== (location.hash.slice(2) || 'all'))[roll(2)]);
    let shelves = [];
    // The answer of the shop's server comes a moment after the route.
    while (!shelves.length) {
      shelves = products.filter(shelf);
      if (!shelves.length) await new Promise((go) => setTimeout(go, 5));
    }
    const product = shelves[roll(shelves.length)];
    shelf(product).click();
    note(made.adds, product);
  }
  return made;
};

/** Adds what a tab has done to what all have. */
const sum = (all, more) => {
  for (const [name, count] of Object.entries(more)) all[name] = (all[name] ?? 0) + count;
};

/** A number below `below`; the same ones for the same seed. */
const dice = (seed) => (below) => {
  seed = (seed * 48271) % 2147483647;
  return seed % below;
};

/** Opens tabs, has them shop while things go wrong, and tells what was done and what the gateway counts in the end. */
export const shop = async ({ openBrowser, interactions, tabs: tabCount, rounds, doomed = [], seed, change, before }) => {
  const gateway = await openGateway();
  const proxy = await openProxy(gateway, '../demo/dist', change);
  const browser = await openBrowser(before);
  try {
    const done = { adds: {}, views: {}, menu: 0, loads: 0 };
    const roll = dice(seed);
    const load = async (tab) => {
      await tab.goto(`${proxy.origin}?quick&flush=${FLUSH_MS}`);
      // What is counted before the module is there waits for it, and goes with a page that leaves sooner.
      await tab.evaluate(() => globalThis.metrics.ready);
      done.loads++;
      return tab;
    };
    const open = async () => load(await browser.open());

    /** A tab that clicks on and on until it is crashed; how often is told as it clicks. */
    const doom = async (product) => {
      const tab = await open();
      let told = 0;
      await tab.exposeFunction('tell', (count) => (told = count));
      await tab.evaluate(({ product, every }) => {
        // What is clicked was told before: a crash takes what is on its way with it.
        const click = async (count) => {
          await globalThis.tell(count);
          document.querySelector(`.buy[data-product="${product}"]`).click();
          setTimeout(click, every, count + 1);
        };
        void click(1);
      }, { product, every: CLICK_EVERY_MS });
      return async () => {
        await browser.crash(tab);
        return { product, told };
      };
    };

    const tabs = await Promise.all(Array.from({ length: tabCount }, open));
    const crashes = await Promise.all(doomed.map(doom));
    const crashed = [];
    const each = Math.ceil(interactions / rounds / tabCount);
    const [killedIn, restartedIn] = [Math.floor(rounds / 3), Math.floor((rounds * 2) / 3)];
    for (let round = 0; round < rounds; round++) {
      if (round === killedIn) gateway.kill();
      if (round === restartedIn) await gateway.start();
      // The first crash is before the gateway's, the second while it is down, the third after.
      const crash = { [killedIn - 1]: 0, [killedIn + 1]: 1, [restartedIn + 1]: 2 }[round];
      if (crashes[crash]) crashed.push(await crashes[crash]());
      await Promise.all(tabs.map(async (tab, at) => {
        const [fate, seed, pause] = [roll(5), 1 + roll(1e6), roll(FLUSH_MS)];
        if (fate === 0) await load(tab);
        if (fate === 1) {
          await tab.goto('about:blank');
          await load(tab);
        }
        if (fate === 2) {
          await browser.close(tab);
          tabs[at] = await open();
        }
        const made = await tabs[at].evaluate(interact, { count: each, products: SHOPPERS, seed });
        sum(done.adds, made.adds);
        sum(done.views, made.views);
        done.menu += made.menu;
        await sleep(pause);
      }));
    }
    await Promise.all(tabs.map(browser.close));

    // Once the origin is opened again, what is kept goes out.
    const last = await open();
    // Its own view counts when the shop's server has answered.
    await last.evaluate(async () => {
      while (!document.querySelector('.buy')) await new Promise((go) => setTimeout(go, 5));
    });
    const isKept = () => globalThis.metrics.flush().then(() => Object.keys(localStorage).some((key) => key.startsWith('p95 ')));
    const begun = Date.now();
    while (await last.evaluate(isKept)) {
      assert(Date.now() - begun < 60_000, 'what was kept does not go out');
      await sleep(500);
    }
    // The first look at a series sees 0, so that a rate sees how it begins.
    await gateway.samples('shop_clicks_total');
    const found = {
      adds: await gateway.samples('shop_cart_adds_total'),
      views: await gateway.samples('shop_views_total'),
      clicks: await gateway.samples('shop_clicks_total'),
      // A browser's storage has an end, and a page says when it has met it.
      dropped: await gateway.samples('p95_page_dropped_total'),
    };
    sum(done.views, { all: done.loads });
    return { done, found, crashed, posts: proxy.seen.posts };
  } finally {
    await browser.quit();
    proxy.close();
    gateway.close();
  }
};

/** What was done, and what is counted, without what crashed tabs bought. */
export const totals = ({ done, found }) => [
  { adds: done.adds, views: done.views, menu: done.menu },
  { adds: Object.fromEntries(Object.entries(found.adds).filter(([product]) => !DOOMED.includes(product))), views: found.views, menu: found.clicks.menu },
];
