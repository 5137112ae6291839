/** The package in a browser: the module is fetched from beside this file. */
import { create } from './page.js';
import type { Metrics, Options } from './types.js';

export type * from './types.js';

/** The page's metrics. They count from now on; the module arrives when it does. */
export const createMetrics = (options: Options = {}): Metrics =>
  create(options, 'WorkerGlobalScope' in globalThis || 'document' in globalThis
    ? () => fetch(new URL('./p95.wasm', import.meta.url))
    : undefined) as unknown as Metrics;
