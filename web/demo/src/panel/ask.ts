/** A query of one's own, answered anew with every look at the metrics. */
import { element } from '../dom.js';
import type { Data, Engine, Series } from './engine.js';
import { format } from './format.js';

const FIRST = 'sort_desc(sum by (product) (shop_cart_adds_total))';
const MAX_ROWS = 6;

const labelsOf = ({ metric: { __name__: name = '', ...labels } }: Series): string => {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${value}"`).join(', ');
  return pairs || !name ? `${name}{${pairs}}` : name;
};

const valueOf = (text: string): string => (/^[+-]?(Inf|NaN)/.test(text) ? text : format(Number(text), 'none'));

const row = (name: string, value: string): HTMLElement =>
  element('tr', {}, element('td', { textContent: name, title: name }), element('td', { textContent: value }));

export class Ask {
  readonly element: HTMLElement;
  private input = element('textarea', { value: FIRST, rows: 1, spellcheck: false, attributes: { 'aria-label': 'PromQL' } });
  private rows = element('tbody');
  private said = element('p', { className: 'said', attributes: { role: 'status' } });
  private last: [Engine, number] | undefined;

  constructor() {
    this.input.oninput = () => {
      this.fit();
      if (this.last) this.show(...this.last);
    };
    this.element = element('section', { className: 'ask' }, element('h3', { textContent: 'Ask it yourself' }), this.input,
      element('table', {}, this.rows), this.said);
  }

  ask(expr: string): void {
    this.input.value = expr;
    this.input.dispatchEvent(new Event('input'));
    this.input.focus();
  }

  show(engine: Engine, now: number): void {
    this.last = [engine, now];
    this.fit();
    const expr = this.input.value.trim();
    const { data, error, warnings = [] } = expr ? engine.query(expr, now) : {};
    this.element.classList.toggle('is-wrong', error !== undefined);
    const rows = data ? this.answer(data) : [];
    this.rows.replaceChildren(...rows.slice(0, MAX_ROWS));
    const nothing = data && !rows.length ? 'No series fit now.' : '';
    const cut = rows.length > MAX_ROWS ? `Showing ${MAX_ROWS} of ${rows.length}.` : '';
    this.said.textContent = error ?? (expr ? [nothing, cut, ...warnings].filter(Boolean).join(' ') : 'PromQL, over what this page has counted.');
  }

  private answer({ resultType, result }: Data): HTMLElement[] {
    if (resultType === 'scalar' || resultType === 'string') return [row(resultType, valueOf((result as [number, string])[1]))];
    return (result as readonly Series[]).map((series) =>
      row(labelsOf(series), series.value ? valueOf(series.value[1]) : `${series.values?.length ?? 0} samples`));
  }

  /** As high as its text. */
  private fit(): void {
    this.input.style.height = 'auto';
    this.input.style.height = `${this.input.scrollHeight + 2}px`;
  }
}
