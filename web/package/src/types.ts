/** What the package promises: every type that a page's own code meets. */

/** A label's value; it is turned into text. */
export type LabelValue = string | number | boolean;

/** A value for each label name. */
export type Labels<Name extends string> = { readonly [K in Name]: LabelValue };

/** What every family is made of. */
export interface Config<Name extends string = never> {
  /** The metric's name, such as `ui_clicks_total`. */
  readonly name: string;
  /** What it means, for whoever reads the exposition. */
  readonly help?: string;
  /** The names of its labels; `as const` lets TypeScript check their use. */
  readonly labelNames?: readonly Name[];
}

/** A histogram's configuration. */
export interface HistogramConfig<Name extends string = never> extends Config<Name> {
  /** Upper bounds of the buckets; 5 ms to 10 s unless given. */
  readonly buckets?: readonly number[];
}

/** A state set's configuration. */
export interface StateSetConfig<State extends string, Name extends string = never> extends Config<Name> {
  /** All states, of which one holds at a time. */
  readonly states: readonly State[];
}

/** Ends a timer: observes and returns the seconds since its start. */
export type End<Name extends string = never> = (labels?: Partial<Labels<Name>>) => number;

/** Counts up. */
export interface CounterSeries {
  inc(value?: number): void;
}

/** Holds a value that goes up and down. */
export interface GaugeSeries {
  set(value: number): void;
  inc(value?: number): void;
  dec(value?: number): void;
  /** Sets the seconds since the Unix epoch. */
  setToCurrentTime(): void;
  /** The returned function sets the seconds that have passed. */
  startTimer(): End;
}

/** Observes values, such as seconds, that are not negative. */
export interface ObserverSeries {
  observe(value: number): void;
  startTimer(): End;
  /** Observes the seconds that `action` takes, also where it throws or rejects. */
  time<T>(action: () => T): T;
}

/** Says which state holds. */
export interface StateSeries<State extends string> {
  set(state: State): void;
}

/** What finds the series of a family; values go by name, or in the order of the names. */
export interface Family<Name extends string, Series> {
  labels(labels: Labels<Name>): Series;
  labels(...values: LabelValue[]): Series;
  /** Forgets a series, once what it has counted is sent. */
  remove(labels: Labels<Name>): void;
  remove(...values: LabelValue[]): void;
}

/** A family of counters. */
export interface Counter<Name extends string = never> extends Family<Name, CounterSeries>, CounterSeries {
  inc(value?: number): void;
  inc(labels: Labels<Name>, value?: number): void;
}

/** A family of gauges. */
export interface Gauge<Name extends string = never> extends Family<Name, GaugeSeries> {
  set(value: number): void;
  set(labels: Labels<Name>, value: number): void;
  inc(value?: number): void;
  inc(labels: Labels<Name>, value?: number): void;
  dec(value?: number): void;
  dec(labels: Labels<Name>, value?: number): void;
  setToCurrentTime(labels?: Labels<Name>): void;
  startTimer(labels?: Partial<Labels<Name>>): End<Name>;
}

/** A family of histograms or summaries. */
export interface Observer<Name extends string = never> extends Family<Name, ObserverSeries> {
  observe(value: number): void;
  observe(labels: Labels<Name>, value: number): void;
  startTimer(labels?: Partial<Labels<Name>>): End<Name>;
  time<T>(action: () => T): T;
  time<T>(labels: Labels<Name>, action: () => T): T;
}

/** Facts as labels; the last ones hold. */
export interface Info<Name extends string> {
  set(labels: Labels<Name>): void;
}

/** A family of state sets. */
export interface StateSet<State extends string, Name extends string = never> {
  set(state: State): void;
  set(labels: Labels<Name>, state: State): void;
}

/** Measures something by itself, from when it is given its metrics; may return what stops it. */
export type Collector = (metrics: Metrics) => (() => void) | void;

/** What a page is given at its beginning. */
export interface Options {
  /** Where frames go, such as `/p95`. Without one nothing is sent. */
  readonly endpoint?: string;
  /** The app's name. */
  readonly app?: string;
  /** Milliseconds from one frame to the next; 15,000 unless given. */
  readonly flushInterval?: number;
  /** The part of all pages that counts, rounded to one in n; what it counts is multiplied by n. */
  readonly sampleRate?: number;
  /** How many series there may be; 500 unless given. What is beyond counts in one series for each family. */
  readonly maxSeries?: number;
  readonly collectors?: readonly Collector[];
}

/** The metrics of a page. */
export interface Metrics {
  /** Fulfilled once the module counts, or has turned out not to be able to; never rejected. */
  readonly ready: Promise<void>;
  /** What was lost, by reason. */
  readonly dropped: Readonly<Record<string, number>>;
  /** Where frames go. */
  readonly endpoint: string | undefined;
  counter<const Name extends string = never>(config: Config<Name>): Counter<Name>;
  gauge<const Name extends string = never>(config: Config<Name>): Gauge<Name>;
  histogram<const Name extends string = never>(config: HistogramConfig<Name>): Observer<Name>;
  summary<const Name extends string = never>(config: Config<Name>): Observer<Name>;
  info<const Name extends string>(config: Config<Name>): Info<Name>;
  stateSet<const State extends string, const Name extends string = never>(
    config: StateSetConfig<State, Name>,
  ): StateSet<State, Name>;
  /** All metrics as OpenMetrics text; empty until the module is ready. */
  toText(): string;
  /** Sends what has come, and waits for the answer; fulfilled also where there is none. */
  flush(): Promise<void>;
  /** Sends what has come, and stops for good. */
  close(): void;
}
