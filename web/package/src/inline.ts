/** The package with the module inside, for pages that cannot fetch a file beside their script. */
import bytes from './p95.wasm';
import { create } from './page.js';
import type { Metrics, Options } from './types.js';

export type * from './types.js';

/** The page's metrics; see the main entry. */
export const createMetrics = (options: Options = {}): Metrics => create(options, () => bytes) as unknown as Metrics;
