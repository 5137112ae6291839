/** The text that a Prometheus would scrape, as it is now; what has changed since the last look is marked. */
import { element } from '../dom.js';

/** The series of a line, and its value. */
const split = (line: string): [string, string] => {
  const at = line.lastIndexOf(' ');
  return [line.slice(0, at), line.slice(at + 1)];
};

/** A name and its labels, apart. */
const series = (text: string): (Node | string)[] => {
  const name = text.replace(/\{.*/, '');
  return [name, element('i', { textContent: text.slice(name.length) })];
};

/** How a value shows that it has changed. */
const CHANGED = { background: ['color-mix(in oklab, var(--accent) 45%, transparent)', 'transparent'] };
const CHANGED_MS = 1_600;

const isComment = (line: string): boolean => line.startsWith('#');

export class Exposition {
  readonly element = element('pre', { tabIndex: 0, attributes: { 'aria-label': 'OpenMetrics text of this page' } });
  private keys = '';
  private values = new Map<string, HTMLElement>();

  show(text: string): void {
    const lines = text.trimEnd().split('\n');
    const keys = lines.map((line) => (isComment(line) ? line : split(line)[0])).join('\n');
    if (keys !== this.keys) this.rebuild(lines, keys);
    for (const line of lines) {
      if (isComment(line)) continue;
      const [key, value] = split(line);
      const place = this.values.get(key);
      if (!place || place.textContent === value) continue;
      if (place.textContent) place.animate(CHANGED, CHANGED_MS);
      place.textContent = value;
    }
  }

  private rebuild(lines: readonly string[], keys: string): void {
    this.keys = keys;
    this.values.clear();
    this.element.replaceChildren(...lines.flatMap((line) => {
      if (isComment(line)) return [element('s', { textContent: line }), '\n'];
      const [key] = split(line);
      const value = element('b');
      this.values.set(key, value);
      return [element('span', {}, ...series(key), ' ', value), '\n'];
    }));
  }
}
