/** The package on a server, where pages are rendered and nothing is counted. */
import { create } from './page.js';
import type { Metrics, Options } from './types.js';

export type * from './types.js';

/** Metrics that do nothing. */
export const createMetrics = (options: Options = {}): Metrics => create(options, undefined) as unknown as Metrics;
