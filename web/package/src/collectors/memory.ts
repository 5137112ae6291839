/** What the page's JavaScript takes, where the browser tells it. */
import type { Collector } from '../types.js';

/** Shows the size of the JavaScript heap, read every `interval` milliseconds: `page_js_heap_bytes`. */
export const memory = ({ interval = 10_000 } = {}): Collector => (metrics) => {
  const told = (performance as { memory?: { usedJSHeapSize: number } }).memory;
  if (!told) return;
  const bytes = metrics.gauge({ name: 'page_js_heap_bytes', help: 'The size of the JavaScript heap.' });
  const read = (): void => bytes.set((performance as unknown as { memory: { usedJSHeapSize: number } }).memory.usedJSHeapSize);
  read();
  const timer = setInterval(read, interval);
  return () => clearInterval(timer);
};
