/** The cart. */
import { adds, cartItems } from '../metrics.js';
import type { Product } from './catalogue.js';

/** How many tins of each product. */
const tins = new Map<Product, number>();
const watchers: (() => void)[] = [];

const changed = (): void => {
  cartItems.set(count());
  for (const tell of watchers) tell();
};

/** Calls `tell` after each change. */
export const watch = (tell: () => void): void => void watchers.push(tell);

export const add = (product: Product): void => {
  tins.set(product, (tins.get(product) ?? 0) + 1);
  adds.inc({ product: product.id });
  changed();
};

export const remove = (product: Product): void => {
  const left = (tins.get(product) ?? 0) - 1;
  if (left > 0) tins.set(product, left);
  else tins.delete(product);
  changed();
};

export const clear = (): void => {
  tins.clear();
  changed();
};

export const lines = (): readonly (readonly [Product, number])[] => [...tins];
export const count = (): number => lines().reduce((sum, [, tins]) => sum + tins, 0);
export const total = (): number => lines().reduce((sum, [product, tins]) => sum + product.cents * tins, 0);
