/** What the page loaded besides itself. */
import type { Collector } from '../types.js';
import { observe } from './observe.js';

/** Observes how long resources take, and counts their bytes: `page_resource_seconds{kind}`, `page_resource_bytes_total{kind}`. */
export const resources = (): Collector => (metrics) => {
  const labelNames = ['kind'] as const;
  const seconds = metrics.histogram({ name: 'page_resource_seconds', help: 'How long resources took, by what asked for them.', labelNames });
  const bytes = metrics.counter({ name: 'page_resource_bytes_total', help: 'Bytes of resources that came over the network.', labelNames });
  const own = metrics.endpoint && new URL(metrics.endpoint, location.href).href;
  return observe<PerformanceResourceTiming>('resource', (entry) => {
    if (entry.name === own) return;
    const kind = entry.initiatorType || 'other';
    seconds.observe({ kind }, entry.duration / 1000);
    bytes.inc({ kind }, entry.transferSize);
  });
};
