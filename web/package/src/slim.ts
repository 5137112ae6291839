/** The package without the module: whoever calls brings it. */
import type { Source } from './module.js';
import { create } from './page.js';
import type { Metrics, Options } from './types.js';

export type * from './types.js';
export type { Source } from './module.js';

/** The page's metrics; `module` is the package's `p95.wasm`, as bytes, as a module, or as the answer to a request. */
export const createMetrics = ({ module, ...options }: Options & { readonly module: Source | Promise<Source> }): Metrics =>
  create(options, () => module) as unknown as Metrics;
