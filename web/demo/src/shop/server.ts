/**
 * The shop's server, played in the page: `/api/…` answers as slowly, and fails as often, as a real one on a bad day.
 * Everything else goes out as it would.
 */
import { PRODUCTS } from './catalogue.js';
import { isQuick } from '../settings.js';

/** How likely each outcome of an order is; the rest is placed. */
const DECLINED = 0.08;
const UNAVAILABLE = 0.07;
const LOST = 0.02;

const out = globalThis.fetch.bind(globalThis);

/** A time with a long tail, around the median. */
const latencyMs = (medianMs: number): number => {
  const normal = Math.sqrt(-2 * Math.log(1 - Math.random())) * Math.cos(2 * Math.PI * Math.random());
  return isQuick ? 0 : medianMs * Math.exp(0.6 * normal);
};

const wait = (ms: number): Promise<void> => (ms > 0 ? new Promise((go) => setTimeout(go, ms)) : Promise.resolve());

const json = (body: unknown, status = 200): Response => new Response(JSON.stringify(body), { status });

const products = async (url: URL): Promise<Response> => {
  const kind = url.searchParams.get('kind');
  const words = url.searchParams.get('q')?.toLowerCase() ?? '';
  await wait(latencyMs(words ? 140 : 60));
  return json(PRODUCTS.filter((product) => (!kind || product.kind === kind) && `${product.name} ${product.kind} ${product.note}`.toLowerCase().includes(words)));
};

const order = async (): Promise<Response> => {
  await wait(latencyMs(650));
  const chance = isQuick ? 1 : Math.random();
  if (chance < LOST) throw new TypeError('the connection was lost');
  if (chance < LOST + DECLINED) return json({ reason: 'The card was declined.' }, 402);
  if (chance < LOST + DECLINED + UNAVAILABLE) return json({ reason: 'The payment service does not answer.' }, 503);
  return json({ number: 1000 + Math.floor(Math.random() * 9000) });
};

/** From now on `fetch` finds the server. Whoever measures requests wraps this one. */
export const startServer = (): void => {
  globalThis.fetch = async (input, init) => {
    const url = new URL(input instanceof Request ? input.url : String(input), location.href);
    if (url.pathname === '/api/products') return products(url);
    if (url.pathname === '/api/orders') return order();
    return out(input, init);
  };
};
