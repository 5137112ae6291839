/** The engine that answers PromQL, fetched as a module of its own; and its answers as types. */
import * as glue from '../wasm/engine.js';

/** How far back it remembers, and the most memory that it may take. */
const RETENTION_MS = 15 * 60_000;
const MEMORY_BYTES = 32 << 20;

/** A time in seconds, and a number as text, so that `NaN` and `+Inf` come through. */
export type Pair = readonly [number, string];

export interface Series {
  readonly metric: Readonly<Record<string, string>>;
  readonly value?: Pair;
  readonly values?: readonly Pair[];
}

export interface Data {
  readonly resultType: 'scalar' | 'string' | 'vector' | 'matrix';
  readonly result: readonly Series[] | Pair;
}

/** An answer, in the shape of Prometheus' HTTP API. */
export interface Answer<T> {
  readonly status: 'success' | 'error';
  readonly data?: T;
  readonly error?: string;
  readonly warnings?: readonly string[];
}

/** What the store holds; more than is shown here. */
export interface Stats {
  readonly series: number;
  readonly samples: number;
  readonly size_bytes: number;
}

/** What wasm-bindgen leaves out of its types. */
const { __wbg_set_wasm: bind } = glue as unknown as { __wbg_set_wasm: (exports: WebAssembly.Exports) => void };

/** A store of the page's own metrics. Times are milliseconds since the Unix epoch. */
export class Engine {
  private constructor(private inner: glue.Engine) {}

  static async start(): Promise<Engine> {
    const code = await (await fetch(new URL('./engine.wasm', import.meta.url))).arrayBuffer();
    const { instance } = await WebAssembly.instantiate(code, { './p95_wasm_engine_bg.js': glue as never });
    bind(instance.exports);
    (instance.exports['__wbindgen_start'] as () => void)();
    return new Engine(new glue.Engine(location.host || 'page', 'page', RETENTION_MS, MEMORY_BYTES));
  }

  ingest(page: string, at: number, elapsed: number): Answer<unknown> {
    return JSON.parse(this.inner.ingest(page, at, elapsed));
  }

  query(expr: string, at: number): Answer<Data> {
    return JSON.parse(this.inner.query(expr, at));
  }

  /** The series of a range query, or none where it fails. */
  range(expr: string, start: number, end: number, step: number): readonly Series[] {
    const { data } = JSON.parse(this.inner.queryRange(expr, start, end, step)) as Answer<{ result: readonly Series[] }>;
    return data?.result ?? [];
  }

  stats(): Stats {
    return (JSON.parse(this.inner.stats()) as Answer<Stats>).data!;
  }
}
