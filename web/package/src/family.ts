/** Families and their series: what a page's code holds in its hands. */
import type { Glue } from './module.js';
import { REFUSED, type Page } from './page.js';

/** The most bytes of a label's value that a gateway takes; a character that is not ASCII has up to three. */
const MAX_VALUE = 256;

type Given = Record<string, unknown>;
type Node = Map<string, Node | Series>;

const isObject = (value: unknown): value is Given => typeof value === 'object' && value !== null;

/** One series. Its methods check what they are given: the module counts what comes. */
export class Series {
  /** The module's handle. */
  _id = -1;
  constructor(private _page: Page | undefined, private _name: string, private _isGauge: boolean) {}

  private _do(write: 'add' | 'set', value: number): void {
    const page = this._page;
    if (!page || page._isClosed) return page?._late();
    if (typeof value !== 'number' || !(this._isGauge ? value === value : value >= 0 && value < Infinity)) {
      return page._drop('value', this._name);
    }
    const glue = page._glue;
    if (!glue) return page._act((later: Glue) => later[write](this._id, value));
    try {
      if (write === 'add') glue.add(this._id, value);
      else glue.set(this._id, value);
    } catch (error) {
      page._fail(error);
    }
  }

  inc(value = 1): void {
    this._do('add', value);
  }
  dec(value = 1): void {
    this._do('add', -value);
  }
  observe(value: number): void {
    this._do('add', value);
  }
  set(value: number): void {
    this._do('set', value);
  }
  setToCurrentTime(): void {
    this.set(Date.now() / 1000);
  }
  startTimer(): () => number {
    return timer((seconds) => (this._isGauge ? this.set(seconds) : this.observe(seconds)));
  }
  time<T>(action: () => T): T {
    return timed(this.startTimer(), action);
  }
}

/** Where goes what cannot be counted. */
export const nowhere = new Series(undefined, '', false);

export class Family {
  /** The module's number. */
  _id = -1;
  /** Whether its name cannot be used. */
  _isDead = false;
  private _root: Node | Series | undefined;
  private _overflow: Series | undefined;
  private _last: unknown;
  private _names: readonly string[];

  constructor(
    private _page: Page,
    readonly _kind: number,
    private _name: string,
    readonly _labelNames: readonly string[],
    private _states?: readonly string[],
  ) {
    // The label that names a state has the name of the family.
    this._names = _states ? [..._labelNames, _name] : _labelNames;
  }

  labels(...values: unknown[]): Series {
    return this._find(isObject(values[0]) || !this._names.length ? values[0] as Given : this._named(values));
  }

  remove(...values: unknown[]): void {
    const given = isObject(values[0]) ? values[0] : this._named(values);
    const texts = this._texts(given);
    const last = texts.pop();
    let node = this._root;
    for (const text of texts) node = (node as Node | undefined)?.get(text);
    const series = last === undefined ? this._root : (node as Node | undefined)?.get(last);
    if (!(series instanceof Series)) return;
    if (last === undefined) this._root = undefined;
    else (node as Node).delete(last);
    this._page._room++;
    this._page._act((glue) => {
      glue.remove(series._id);
      series._id = -1;
    });
  }

  inc(a?: unknown, b?: number): void {
    if (isObject(a)) this._find(a).inc(b);
    else this._find().inc(a as number);
  }
  dec(a?: unknown, b?: number): void {
    if (isObject(a)) this._find(a).dec(b);
    else this._find().dec(a as number);
  }
  observe(a: unknown, b?: number): void {
    if (isObject(a)) this._find(a).observe(b!);
    else this._find().observe(a as number);
  }
  set(a: unknown, b?: unknown): void {
    const given = isObject(a) ? a : undefined;
    const value = given ? b : a;
    if (this._kind === 4) {
      // The last info holds: the one before goes.
      if (this._last) this.remove(this._last);
      this._last = a;
      this._find(given).set(1);
    } else if (this._states) {
      for (const state of this._states) this._find({ ...given, [this._name]: state }).set(state === value ? 1 : 0);
    } else {
      this._find(given).set(value as number);
    }
  }
  setToCurrentTime(labels?: Given): void {
    this._find(labels).setToCurrentTime();
  }
  startTimer(labels?: Given): (more?: Given) => number {
    return timer((seconds, more) => {
      const series = this._find({ ...labels, ...more });
      if (this._kind === 1) series.set(seconds);
      else series.observe(seconds);
    });
  }
  time<T>(a: unknown, b?: () => T): T {
    return timed(this.startTimer(b ? (a as Given) : undefined), b ?? (a as () => T));
  }

  /** The series of these labels: two look-ups by text for two labels. */
  private _find(given?: Given): Series {
    let node = this._root;
    for (const name of this._names) {
      const value = given?.[name];
      node = typeof value === 'string' ? (node as Node | undefined)?.get(value) : undefined;
      if (!node) return this._make(given);
    }
    return (node as Series | undefined) ?? this._make(given);
  }

  private _make(given: Given = {}): Series {
    const page = this._page;
    if (page._isClosed) page._late();
    if (page._isClosed || this._isDead) return nowhere;
    if (Object.keys(given).some((name) => !this._names.includes(name))) {
      page._drop('label', this._name);
      return nowhere;
    }
    const texts = this._texts(given);
    let node = this._root;
    for (const text of texts) node = (node as Node | undefined)?.get(text);
    if (node) return node as Series;
    const isOwn = this._name.startsWith('p95_page_');
    if (!isOwn && page._room <= 0) {
      page._drop('series', this._name);
      return (this._overflow ??= this._new(['otel_metric_overflow', 'true']));
    }
    if (!isOwn) page._room--;
    const series = this._new(this._names.flatMap((name, at) => (texts[at] ? [name, texts[at]] : [])));
    const last = texts.pop();
    if (last === undefined) return (this._root = series);
    let parent = (this._root ??= new Map()) as Node;
    for (const text of texts) {
      const next = (parent.get(text) ?? new Map()) as Node;
      parent.set(text, next);
      parent = next;
    }
    parent.set(last, series);
    return series;
  }

  private _new(words: string[]): Series {
    const kind = this._kind;
    const series = new Series(this._page, this._name, kind === 1 || kind > 3);
    this._page._act((glue) => {
      for (const word of words) glue.word(word);
      series._id = glue.series(this._id);
      if (series._id === REFUSED) this._page._drop('label', this._name);
    });
    return series;
  }

  private _texts(given: Given): string[] {
    return this._names.map((name) => {
      const text = String(given[name] ?? '');
      return text.slice(0, /^[\0-\x7f]*$/.test(text) ? MAX_VALUE : MAX_VALUE / 3);
    });
  }

  private _named(values: unknown[]): Given {
    return Object.fromEntries(this._names.map((name, at) => [name, values[at]]));
  }
}

/** The returned function tells how many seconds have passed, and returns them. */
const timer = (tell: (seconds: number, more?: Given) => void): ((more?: Given) => number) => {
  const start = performance.now();
  return (more) => {
    const seconds = (performance.now() - start) / 1000;
    tell(seconds, more);
    return seconds;
  };
};

const timed = <T>(end: () => number, action: () => T): T => {
  let result: T | undefined;
  try {
    result = action();
  } finally {
    if (!(result instanceof Promise)) end();
  }
  return result instanceof Promise ? (result.finally(end) as T) : (result as T);
};
