/** The metrics of a page: its families, its life, what was dropped. */
import { Family } from './family.js';
import { Sender } from './sender.js';
import type { Glue, Source } from './module.js';
import { start } from './module.js';
import type { Options } from './types.js';

/** How much may wait for the module. */
const MAX_WAITING = 10_000;
/** 5 ms to 10 s, as in Prometheus' clients. */
const BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
/** What the module answers where a name is not valid. */
export const REFUSED = 0xffff_ffff;
/** The types in the module's order, each with the suffixes of its samples, and the one that its name may come with. */
const TYPES = [
  { suffixes: ['_total', '_created'], own: /_total$/ },
  { suffixes: [], own: '' },
  { suffixes: ['_bucket', '_count', '_sum', '_created'], own: '' },
  { suffixes: ['_count', '_sum', '_created'], own: '' },
  { suffixes: ['_info'], own: /_info$/ },
  { suffixes: [], own: '' },
];
interface FamilyConfig {
  readonly name: string;
  readonly help?: string;
  readonly labelNames?: readonly string[];
  readonly buckets?: readonly number[];
}

const KEY = Symbol.for('p95');

export class Page {
  /** The module, while it counts. */
  _glue: Glue | undefined;
  _isClosed = false;
  private _hasFailed = false;
  readonly ready: Promise<void>;
  readonly dropped: Record<string, number> = {};
  readonly endpoint: string | undefined;
  _room: number;
  private _families = new Map<string, Family>();
  /** The names of all samples. */
  private _names = new Set<string>();
  private _waiting: (() => void)[] = [];
  private _stops: (() => void)[] = [];
  private _sender: Sender | undefined;

  /** Without `load` it is a page that does nothing. */
  constructor(options: Options, load: (() => Source | Promise<Source>) | undefined) {
    const weight = Math.max(1, Math.round(1 / (options.sampleRate ?? 1)));
    this.endpoint = options.endpoint;
    this._room = options.maxSeries ?? 500;
    this._isClosed = !load || !(Math.random() * weight < 1);
    this.ready = this._isClosed ? Promise.resolve() : this._start(load!, options, weight);
    if (!this._isClosed) {
      for (const collector of options.collectors ?? []) {
        try {
          this._stops.push(collector(this as never) ?? (() => {}));
        } catch (error) {
          this._drop('collector', error);
        }
      }
    }
  }

  private async _start(load: () => Source | Promise<Source>, options: Options, weight: number): Promise<void> {
    try {
      this._glue = await start(load());
    } catch (error) {
      return this._fail(error, this._waiting.splice(0).length);
    }
    for (const action of this._waiting.splice(0)) action();
    if (options.endpoint && !this._isClosed) this._sender = new Sender(this, options, weight);
  }

  /** Acts now, or once the module is there. */
  _act(action: (glue: Glue) => void): void {
    if (this._isClosed) return;
    if (!this._glue) {
      if (this._waiting.length < MAX_WAITING) this._waiting.push(() => this._act(action));
      else this._drop('waiting');
      return;
    }
    try {
      action(this._glue);
    } catch (error) {
      this._fail(error);
    }
  }

  /** Ends because the module does not count: what comes from now on is lost, and counted. */
  _fail(error: unknown, lost = 1): void {
    this._hasFailed = true;
    this._end();
    this._drop('module', error, lost || 1);
  }

  /** Counts what comes after the end, unless the end was asked for. */
  _late(): void {
    if (this._hasFailed) this._drop('module');
  }

  /** Counts what is lost; the first of its kind is told. */
  _drop(reason: string, what?: unknown, count = 1): void {
    if (!this.dropped[reason]) console.warn(`p95: dropped (${reason})`, what ?? '');
    this.dropped[reason] = (this.dropped[reason] ?? 0) + count;
    const help = 'What the page lost, by reason.';
    if (!this._isClosed) this._family(0, { name: 'p95_page_dropped', help, labelNames: ['reason'] }).inc({ reason }, count);
  }

  _family(kind: number, config: FamilyConfig, states?: readonly string[]): Family {
    let family = new Family(this, kind, '', []);
    try {
      const { name, help = '', labelNames = [], buckets = BUCKETS } = config;
      const base = name.replace(TYPES[kind]!.own, '');
      const known = this._families.get(base);
      if (known?._kind === kind && `${known._labelNames}` === `${labelNames}`) return known;
      family = new Family(this, kind, base, labelNames.map(String), states);
      const names = ['', ...TYPES[kind]!.suffixes].map((suffix) => base + suffix);
      if (names.some((taken) => this._names.has(taken))) throw name;
      for (const taken of names) this._names.add(taken);
      this._families.set(base, family);
      this._act((glue) => {
        glue.word(base);
        glue.word(help);
        if (kind === 2) [...buckets].sort((a, b) => a - b).forEach(glue.bound);
        family._id = glue.family(kind);
        if (family._id === REFUSED) this._refuse(family, name);
      });
    } catch (error) {
      this._refuse(family, error);
    }
    return family;
  }

  private _refuse(family: Family, what: unknown): void {
    family._isDead = true;
    this._drop('name', what);
  }

  counter(config: never): Family {
    return this._family(0, config);
  }
  gauge(config: never): Family {
    return this._family(1, config);
  }
  histogram(config: never): Family {
    return this._family(2, config);
  }
  summary(config: never): Family {
    return this._family(3, config);
  }
  info(config: never): Family {
    return this._family(4, config);
  }
  stateSet(config: { states: readonly string[] }): Family {
    return this._family(5, config as never, config?.states);
  }

  toText(): string {
    let text = '';
    if (this._glue) this._act((glue) => (text = glue.write(0, 0)));
    return text;
  }

  async flush(): Promise<void> {
    await this.ready;
    await this._sender?._flush();
  }

  close(): void {
    this._sender?._leave();
    this._end();
  }

  private _end(): void {
    this._isClosed = true;
    this._sender?._stop();
    for (const stop of this._stops.splice(0)) stop();
    const all = globalThis as { [KEY]?: Page };
    if (all[KEY] === this) delete all[KEY];
  }
}

/** The page's one registry: also where its code is loaded again, or twice. */
export const create = (options: Options, load: (() => Source | Promise<Source>) | undefined): Page => {
  const all = globalThis as { [KEY]?: Page };
  return (all[KEY] ??= new Page(options, load));
};
