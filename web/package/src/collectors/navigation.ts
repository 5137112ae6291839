/** How the page was loaded. */
import type { Collector } from '../types.js';
import { observe } from './observe.js';

/** Observes the parts of loading the page: `page_load_seconds{phase}`. */
export const navigation = (): Collector => (metrics) => {
  const seconds = metrics.histogram({
    name: 'page_load_seconds',
    help: 'From the start of the navigation to the end of each phase.',
    labelNames: ['phase'],
    buckets: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
  });
  let isTold = false;
  return observe<PerformanceNavigationTiming>('navigation', (entry) => {
    // It comes as it is, and again when it has ended.
    if (isTold || !entry.loadEventEnd) return;
    isTold = true;
    const phases = { dns: entry.domainLookupEnd, connect: entry.connectEnd, first_byte: entry.responseStart,
      response: entry.responseEnd, interactive: entry.domInteractive, load: entry.loadEventEnd };
    for (const [phase, end] of Object.entries(phases)) {
      if (end > 0) seconds.observe({ phase }, end / 1000);
    }
  });
};
