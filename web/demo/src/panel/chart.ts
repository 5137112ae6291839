/** A chart of lines: calm, as wide as its place, with gaps where there is nothing. */
import { drawn } from '../dom.js';
import { ago, format, type Unit } from './format.js';

export interface Line {
  readonly name: string;
  /** Which of the theme's colours, from 1. */
  readonly colour: number;
  /** Times in milliseconds, ascending, and values. */
  readonly points: readonly (readonly [number, number])[];
}

export interface Frame {
  readonly start: number;
  readonly end: number;
  readonly step: number;
  readonly unit: Unit;
}

const HEIGHT = 116;
/** Room for the numbers at the left, for the times below, and for half a line above. */
const LEFT = 52;
const BOTTOM = 20;
const TOP = 8;
const RIGHT = 6;

/** The axis' upper end and the distance of its lines: 1, 2 or 5 times a power of ten, two or three lines. */
const axis = (highest: number, unit: Unit): { top: number; every: number } => {
  if (!(highest > 0)) return { top: 1, every: 0.5 };
  const one = unit === 'bytes' ? 1024 ** Math.floor(Math.log2(highest) / 10) : 1;
  const power = one * 10 ** Math.floor(Math.log10(highest / one));
  const every = [0.5, 1, 2, 5].map((factor) => factor * power).find((every) => highest / every <= 3) ?? 5 * power;
  return { top: Math.ceil(highest / every - 1e-9) * every, every };
};

/** A path through the points that begins anew after each gap. */
const path = (points: Line['points'], { step }: Frame, x: (at: number) => number, y: (value: number) => number): string => {
  let before = -Infinity;
  return points.map(([at, value]) => {
    const begins = at - before > 1.5 * step;
    before = at;
    return `${begins ? 'M' : 'L'}${x(at).toFixed(1)} ${y(value).toFixed(1)}`;
  }).join('');
};

const label = (text: string, x: number, y: number, anchor: string): SVGElement => {
  const made = drawn('text', { x, y, 'text-anchor': anchor });
  made.textContent = text;
  return made;
};

/** Draws the lines into `place`, anew. */
export const draw = (place: HTMLElement, lines: readonly Line[], frame: Frame): void => {
  const width = Math.max(160, place.clientWidth);
  const { start, end, unit } = frame;
  const finite = lines.map((line) => ({ ...line, points: line.points.filter(([, value]) => Number.isFinite(value)) }));
  const { top, every } = axis(Math.max(0, ...finite.flatMap(({ points }) => points.map(([, value]) => value))), unit);
  const x = (at: number): number => LEFT + ((at - start) / (end - start)) * (width - LEFT - RIGHT);
  const y = (value: number): number => TOP + (1 - value / top) * (HEIGHT - TOP - BOTTOM);
  const parts: SVGElement[] = [];
  for (let value = 0; value <= top * 1.001; value += every) {
    const height = Math.round(y(value)) + 0.5;
    parts.push(drawn('line', { x1: LEFT, x2: width - RIGHT, y1: height, y2: height, class: 'grid' }));
    parts.push(label(format(value, unit), LEFT - 8, height + 3.5, 'end'));
  }
  parts.push(label(ago(end - start), LEFT, HEIGHT - 4, 'start'), label('now', width - RIGHT, HEIGHT - 4, 'end'));
  for (const { points, colour } of finite) {
    const line = path(points, frame, x, y);
    const [first, last] = [points[0], points.at(-1)];
    if (!first || !last) continue;
    if (finite.length === 1 && !line.slice(1).includes('M')) {
      const area = `${line}L${x(last[0]).toFixed(1)} ${y(0)}L${x(first[0]).toFixed(1)} ${y(0)}Z`;
      parts.push(drawn('path', { d: area, class: `area colour-${colour}` }));
    }
    parts.push(drawn('path', { d: line, class: `line colour-${colour}` }));
    parts.push(drawn('circle', { cx: x(last[0]), cy: y(last[1]), r: 2.5, class: `end colour-${colour}` }));
  }
  place.replaceChildren(drawn('svg', { viewBox: `0 0 ${width} ${HEIGHT}`, width, height: HEIGHT, 'aria-hidden': 'true' }, ...parts));
};
