/** Errors that nobody caught. */
import type { Collector } from '../types.js';

/** Counts uncaught errors, rejections that nobody handles, and resources that do not load: `page_errors_total{kind}`. */
export const errors = (): Collector => (metrics) => {
  const errors = metrics.counter({ name: 'page_errors_total', help: 'Errors that nobody caught, by kind.', labelNames: ['kind'] });
  const kinds = ['error', 'rejection', 'resource'] as const;
  const [error, rejection, resource] = kinds.map((kind) => errors.labels({ kind }));
  const onError = (event: Event): void => (event.target === globalThis || event instanceof ErrorEvent ? error : resource)!.inc();
  const onRejection = (): void => rejection!.inc();
  // Resources' errors do not bubble, so they are caught on their way down.
  globalThis.addEventListener('error', onError, true);
  globalThis.addEventListener('unhandledrejection', onRejection);
  return () => {
    globalThis.removeEventListener('error', onError, true);
    globalThis.removeEventListener('unhandledrejection', onRejection);
  };
};
