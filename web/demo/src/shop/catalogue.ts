/** What the shop sells. */

export const KINDS = ['green', 'black', 'herbal'] as const;
export type Kind = (typeof KINDS)[number];

export interface Product {
  readonly id: string;
  readonly name: string;
  readonly kind: Kind;
  readonly note: string;
  readonly cents: number;
  /** The tin's colour, as a hue in degrees. */
  readonly hue: number;
}

export const PRODUCTS: readonly Product[] = [
  { id: 'sencha', name: 'Sencha', kind: 'green', note: 'Steamed, grassy, first flush', cents: 1250, hue: 128 },
  { id: 'gyokuro', name: 'Gyokuro', kind: 'green', note: 'Shaded for three weeks', cents: 2900, hue: 152 },
  { id: 'hojicha', name: 'Hojicha', kind: 'green', note: 'Roasted over charcoal', cents: 1090, hue: 28 },
  { id: 'assam', name: 'Assam', kind: 'black', note: 'Malty, takes milk well', cents: 990, hue: 12 },
  { id: 'darjeeling', name: 'Darjeeling', kind: 'black', note: 'Muscatel, light cup', cents: 1690, hue: 42 },
  { id: 'keemun', name: 'Keemun', kind: 'black', note: 'Cocoa and a little smoke', cents: 1480, hue: 350 },
  { id: 'chamomile', name: 'Chamomile', kind: 'herbal', note: 'Whole flowers, no dust', cents: 790, hue: 52 },
  { id: 'peppermint', name: 'Peppermint', kind: 'herbal', note: 'Cut leaves, very fresh', cents: 690, hue: 172 },
  { id: 'rooibos', name: 'Rooibos', kind: 'herbal', note: 'Red bush, no caffeine', cents: 850, hue: 2 },
];

export const priced = (cents: number): string => `€${(cents / 100).toFixed(2)}`;
