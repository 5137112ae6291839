/** Google's Web Vitals, measured by their own library. */
import { onCLS, onFCP, onINP, onLCP, onTTFB } from 'web-vitals';
import type { Collector } from '../types.js';

/** Observes LCP, INP, FCP and TTFB in seconds, and CLS, each once a page when it is final: `web_vitals_*`. */
export const webVitals = (): Collector => (metrics) => {
  const seconds = (name: string, help: string, buckets: readonly number[]) => {
    const histogram = metrics.histogram({ name: `web_vitals_${name}_seconds`, help, buckets });
    return ({ value }: { value: number }): void => histogram.observe(value / 1000);
  };
  const shift = metrics.histogram({
    name: 'web_vitals_cls', help: 'Cumulative layout shift.', buckets: [0.01, 0.025, 0.05, 0.1, 0.15, 0.25, 0.5, 1],
  });
  onLCP(seconds('lcp', 'Largest contentful paint.', [0.5, 1, 1.5, 2, 2.5, 3, 4, 6, 10]));
  onINP(seconds('inp', 'Interaction to next paint.', [0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 1, 2]));
  onFCP(seconds('fcp', 'First contentful paint.', [0.25, 0.5, 1, 1.8, 2.5, 3, 5, 10]));
  onTTFB(seconds('ttfb', 'Time to first byte.', [0.1, 0.2, 0.4, 0.8, 1.2, 1.8, 3, 6]));
  onCLS(({ value }) => shift.observe(value));
};
