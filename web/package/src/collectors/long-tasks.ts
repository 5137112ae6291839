/** Times in which the page could not answer. */
import type { Collector } from '../types.js';
import { observe } from './observe.js';

/** Observes tasks of 50 ms and more: `page_long_task_seconds`. */
export const longTasks = (): Collector => (metrics) => {
  const seconds = metrics.histogram({
    name: 'page_long_task_seconds',
    help: 'Tasks that kept the page from answering for 50 ms or more.',
    buckets: [0.05, 0.1, 0.2, 0.5, 1, 2, 5],
  });
  return observe('longtask', (entry) => seconds.observe(entry.duration / 1000));
};
