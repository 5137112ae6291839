/** A card: a query over the page's own metrics, its newest numbers, and its chart. */
import { element } from '../dom.js';
import { draw, type Line } from './chart.js';
import type { Engine, Series } from './engine.js';
import { format, type Unit } from './format.js';

export interface Question {
  readonly title: string;
  readonly unit: Unit;
  /** Each answers with one series, or, where `by` is given, with one for each value of that label. */
  readonly queries: readonly { readonly name: string; readonly expr: string; readonly by?: string }[];
  /** What is said while there is nothing to be seen. */
  readonly empty: string;
}

/** How many entries a legend has; where there are more lines, the last one says how many more there are. */
const MAX_LINES = 4;
/** How much of the past it shows, and how finely. */
const SPAN_MS = 120_000;
const STEP_MS = 1_000;
/** How many colours the theme has. */
const COLOURS = 6;

const points = ({ values = [] }: Series): (readonly [number, number])[] =>
  values.map(([seconds, text]) => [seconds * 1000, Number(text.replace('Inf', 'Infinity'))]);

/** The newest number, where the line has not ended. */
const newest = ({ points }: Line, end: number): number => {
  const last = points.at(-1);
  return last && end - last[0] < 2 * STEP_MS ? last[1] : NaN;
};

/** Those that have not ended come first, and otherwise the oldest: they keep their places. */
const order = (a: Line, b: Line, end: number): number =>
  Number(Number.isNaN(newest(a, end))) - Number(Number.isNaN(newest(b, end)));

export class Card {
  readonly element: HTMLElement;
  /** By name; each look asks for what has come since the last one. */
  private lines = new Map<string, Line>();
  private askedUntil = -Infinity;
  private legend = element('dl');
  private chart = element('div', { className: 'chart' });
  private empty: HTMLElement;

  constructor(private question: Question, ask: (expr: string) => void) {
    const [first] = question.queries;
    const more = question.queries.length - 1;
    this.empty = element('p', { className: 'empty', textContent: question.empty });
    this.element = element('section', { className: 'card' },
      element('h3', { textContent: question.title }), this.legend, this.chart, this.empty,
      element('footer', {},
        element('button', { type: 'button', className: 'query', title: `${first!.expr}\nClick to ask it below`, textContent: first!.expr, onclick: () => ask(first!.expr) }),
        more ? element('span', { textContent: `+${more}`, title: question.queries.slice(1).map(({ expr }) => expr).join('\n') }) : undefined));
  }

  /** Asks for what has come since the last look, and shows it. */
  look(engine: Engine, now: number): void {
    const end = Math.floor(now / STEP_MS) * STEP_MS;
    const from = Math.max(this.askedUntil + STEP_MS, end - SPAN_MS);
    if (from > end) return;
    this.askedUntil = end;
    for (const { name, expr, by } of this.question.queries) {
      for (const series of engine.range(expr, from, end, STEP_MS)) {
        const text = by ? series.metric[by] || 'none' : name;
        const known = this.lines.get(text);
        const colour = known?.colour ?? (this.lines.size % COLOURS) + 1;
        this.lines.set(text, { name: text, colour, points: [...(known?.points ?? []), ...points(series)].filter(([at]) => at >= end - SPAN_MS) });
      }
    }
    this.show();
  }

  /** Draws what it knows, as wide as it is now. */
  show(): void {
    const end = this.askedUntil;
    const { queries: [first, ...others], unit } = this.question;
    const lines = [...this.lines.values()].filter(({ points }) => points.some(([at, value]) => at >= end - SPAN_MS && Number.isFinite(value)));
    const sorted = first?.by ? lines.sort((a, b) => order(a, b, end)) : lines;
    const shown = sorted.slice(0, lines.length > MAX_LINES ? MAX_LINES - 1 : MAX_LINES);
    this.element.classList.toggle('is-empty', !shown.length);
    this.legend.className = first?.by ? 'many' : others.length ? 'few' : 'one';
    this.legend.replaceChildren(...shown.map((line) =>
      element('div', { className: `colour-${line.colour}` },
        element('dt', { textContent: line.name, title: line.name }), element('dd', { textContent: format(newest(line, end), unit) }))),
      ...(lines.length > shown.length ? [element('div', { className: 'more', textContent: `+${lines.length - shown.length} more` })] : []));
    draw(this.chart, shown, { start: end - SPAN_MS, end, step: STEP_MS, unit });
  }
}
