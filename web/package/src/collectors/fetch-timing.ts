/** The page's own requests. */
import type { Collector } from '../types.js';

/** What becomes of a URL in the label `route`; `undefined` leaves the request out. */
export interface FetchTimingOptions {
  readonly route?: (url: URL) => string | undefined;
}

/** Numbers, UUIDs and long hexadecimal numbers in a path are identifiers. */
const template = ({ pathname }: URL): string =>
  pathname.replace(/\/(\d+|[0-9a-f]{8}-[0-9a-f-]{27}|[0-9a-f]{16,})(?=\/|$)/gi, '/:id');

/** Observes the page's requests by `fetch` and XMLHttpRequest: `page_request_seconds{method,route,status}`. */
export const fetchTiming = ({ route = template }: FetchTimingOptions = {}): Collector => (metrics) => {
  const seconds = metrics.histogram({
    name: 'page_request_seconds',
    help: 'Requests of the page, to the first byte of the answer; the status is 0 where there was none.',
    labelNames: ['method', 'route', 'status'],
  });
  const own = metrics.endpoint && new URL(metrics.endpoint, location.href).href;
  const begin = (method: string, address: string): ((status: number) => void) => {
    const start = performance.now();
    return (status) => {
      try {
        const url = new URL(address, location.href);
        const to = url.href === own ? undefined : route(url);
        if (to !== undefined) seconds.observe({ method: method.toUpperCase(), route: to, status }, (performance.now() - start) / 1000);
      } catch (error) {
        console.warn('p95: route', error);
      }
    };
  };

  const { fetch: inner, XMLHttpRequest: Xhr } = globalThis;
  const wrapped: typeof fetch = async (input, init) => {
    const request = input instanceof Request ? input : undefined;
    const end = begin(init?.method ?? request?.method ?? 'GET', request?.url ?? String(input));
    try {
      const answer = await inner(input, init);
      end(answer.status);
      return answer;
    } catch (error) {
      end(0);
      throw error;
    }
  };
  globalThis.fetch = wrapped;
  const open = Xhr?.prototype.open;
  if (open) {
    Xhr.prototype.open = function (this: XMLHttpRequest, method: string, url: string | URL, ...rest: unknown[]) {
      let end: (status: number) => void;
      this.addEventListener('loadstart', () => (end = begin(method, String(url))), { once: true });
      this.addEventListener('loadend', () => end?.(this.status), { once: true });
      return open.call(this, method, url, ...(rest as [boolean]));
    } as typeof open;
  }
  return () => {
    // Whoever wrapped it after us keeps what it has.
    if (globalThis.fetch === wrapped) globalThis.fetch = inner;
    if (open) Xhr.prototype.open = open;
  };
};
