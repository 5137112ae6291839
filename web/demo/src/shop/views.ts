/** What the shop shows: lists of products, the cart, an order. */
import { element } from '../dom.js';
import { checkoutSeconds, clicks, orders } from '../metrics.js';
import * as cart from './cart.js';
import { PRODUCTS, priced, type Product } from './catalogue.js';
import { tin } from './tin.js';

/** A button that counts its clicks. */
const button = (name: string, text: string, act: () => void, className = '', label = ''): HTMLButtonElement =>
  element('button', {
    type: 'button',
    textContent: text,
    className,
    attributes: label ? { 'aria-label': label } : {},
    onclick: () => {
      clicks.inc({ button: name });
      act();
    },
  });

const card = (product: Product): HTMLElement => {
  const buy = button('add', 'Add', () => cart.add(product), 'buy', `Add ${product.name} to the cart`);
  buy.dataset['product'] = product.id;
  return element('article', { className: 'product' },
    element('div', { className: 'shelf' }, tin(product)),
    element('h3', { textContent: product.name }),
    element('p', { textContent: product.note }),
    element('footer', {}, element('span', { className: 'price', textContent: priced(product.cents) }), buy),
  );
};

/** Places for products that are on their way. */
export const waiting = (): HTMLElement =>
  element('div', { className: 'products', attributes: { 'aria-busy': 'true' } },
    ...Array.from({ length: 6 }, () => element('article', { className: 'product ghost' })));

/** Products that fit, as the server answers. */
export const products = async (query: string): Promise<HTMLElement> => {
  const answer = await fetch(`/api/products?${query}`);
  const ids = ((await answer.json()) as Product[]).map((product) => product.id);
  const found = PRODUCTS.filter((product) => ids.includes(product.id));
  return found.length
    ? element('div', { className: 'products' }, ...found.map(card))
    : notice('Nothing fits', 'There is no tea of that name here. A shorter word finds more.');
};

export const notice = (title: string, text: string, ...children: HTMLElement[]): HTMLElement =>
  element('div', { className: 'notice' }, element('h2', { textContent: title }), element('p', { textContent: text }), ...children);

export const cartView = (): HTMLElement => {
  if (!cart.count()) {
    return notice('The cart is empty', 'Put a tin or two into it; each one counts.', element('a', { href: '#/', className: 'button', textContent: 'To the teas' }));
  }
  const said = element('p', { className: 'said', attributes: { role: 'status' } });
  const pay = button('checkout', `Pay ${priced(cart.total())}`, () => void checkout(pay, said), 'primary');
  const lines = cart.lines().map(([product, tins]) =>
    element('li', {},
      tin(product),
      element('div', {}, element('strong', { textContent: product.name }), element('span', { textContent: `${priced(product.cents)} a tin` })),
      element('div', { className: 'steps' },
        button('remove', '−', () => cart.remove(product), '', `One ${product.name} less`),
        element('output', { textContent: `${tins}` }),
        button('add', '+', () => cart.add(product), '', `One ${product.name} more`)),
      element('span', { className: 'price', textContent: priced(product.cents * tins) }),
    ));
  return element('section', { className: 'cart' }, element('h2', { textContent: 'Your cart' }), element('ul', {}, ...lines),
    element('footer', {}, said, pay));
};

/** Orders what is in the cart. The server is slow at times, and refuses some. */
const checkout = async (pay: HTMLButtonElement, said: HTMLElement): Promise<void> => {
  pay.disabled = true;
  const price = pay.textContent;
  pay.textContent = 'Paying…';
  said.textContent = '';
  let result = 'lost';
  let reason = 'The connection was lost.';
  let number = 0;
  const end = checkoutSeconds.startTimer();
  try {
    const answer = await fetch('/api/orders', { method: 'POST' });
    result = { 200: 'placed', 402: 'declined' }[answer.status] ?? 'unavailable';
    ({ number = 0, reason = '' } = (await answer.json()) as { number?: number; reason?: string });
  } catch {
    // It is counted as lost.
  }
  end();
  orders.inc({ result });
  if (result === 'placed') {
    cart.clear();
    location.hash = `#/order/${number}`;
    return;
  }
  pay.disabled = false;
  pay.textContent = price;
  said.textContent = `${reason} Try again.`;
};

export const orderView = (number: string): HTMLElement =>
  notice('Thank you', `Order ${number} is placed. The kettle can go on.`, element('a', { href: '#/', className: 'button', textContent: 'More tea' }));
