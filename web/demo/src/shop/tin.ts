/** The picture of a product: a tin in its colour. */
import { drawn } from '../dom.js';
import type { Product } from './catalogue.js';

export const tin = ({ hue, name }: Product): SVGElement => {
  const colour = (lightness: number): string => `oklch(${lightness} 0.09 ${hue})`;
  const initial = drawn('text', { x: 50, y: 67, 'text-anchor': 'middle', 'font-size': 20, 'font-weight': 600, fill: colour(0.36) });
  initial.textContent = name.slice(0, 1);
  return drawn('svg', { viewBox: '0 0 100 108', class: 'tin', 'aria-hidden': 'true' },
    drawn('ellipse', { cx: 50, cy: 99, rx: 34, ry: 5, fill: 'currentColor', opacity: 0.1 }),
    drawn('rect', { x: 20, y: 26, width: 60, height: 72, rx: 6, fill: colour(0.62) }),
    drawn('rect', { x: 20, y: 26, width: 14, height: 72, rx: 6, fill: colour(0.7) }),
    drawn('rect', { x: 17, y: 12, width: 66, height: 18, rx: 5, fill: colour(0.5) }),
    drawn('rect', { x: 17, y: 25, width: 66, height: 5, rx: 2.5, fill: colour(0.43) }),
    drawn('rect', { x: 31, y: 44, width: 38, height: 34, rx: 17, fill: colour(0.93) }),
    initial,
  );
};
