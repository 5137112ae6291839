/** The shop: its header, its routes, and the view that is open. */
import { byId, element } from '../dom.js';
import { clicks, views, viewSeconds } from '../metrics.js';
import * as cart from './cart.js';
import { KINDS } from './catalogue.js';
import { cartView, notice, orderView, products, waiting } from './views.js';

/** How long typing has to pause before a search. */
const TYPING_MS = 200;

const shown = element('div', { id: 'view' });
const cartLink = element('a', { href: '#/cart', className: 'button', onclick: () => clicks.inc({ button: 'cart' }) });
const search = element('input', { type: 'search', placeholder: 'Search teas', attributes: { 'aria-label': 'Search teas' } });
const links = ['all', ...KINDS].map((kind) =>
  element('a', {
    href: kind === 'all' ? '#/' : `#/${kind}`,
    textContent: `${kind[0]!.toUpperCase()}${kind.slice(1)}`,
    onclick: () => clicks.inc({ button: 'menu' }),
  }));

/** The name of the view in its metrics, and what makes it. */
const route = (): [string, () => HTMLElement | Promise<HTMLElement>] => {
  const [first = '', second = ''] = location.hash.slice(2).split('/').map(decodeURIComponent);
  if (first === 'cart') return ['cart', cartView];
  if (first === 'order') return ['order', () => orderView(second)];
  if (first === 'search') return ['search', () => products(`q=${encodeURIComponent(second)}`)];
  return KINDS.includes(first as never) ? [first, () => products(`kind=${first}`)] : ['all', () => products('')];
};

/** The view that was asked for last; one that comes after it is not shown. */
let asked = 0;

const show = async (): Promise<void> => {
  const mine = ++asked;
  const [view, make] = route();
  views.inc({ view });
  for (const link of links) {
    const isCurrent = link.hash.slice(2) === (view === 'all' ? '' : view);
    if (isCurrent) link.setAttribute('aria-current', 'page');
    else link.removeAttribute('aria-current');
  }
  if (search !== document.activeElement) search.value = view === 'search' ? decodeURIComponent(location.hash.slice('#/search/'.length)) : '';
  try {
    await viewSeconds.time({ view }, async () => {
      const made = make();
      if (made instanceof Promise) shown.replaceChildren(waiting());
      const content = await made;
      if (mine === asked) shown.replaceChildren(content);
    });
  } catch {
    if (mine === asked) shown.replaceChildren(notice('That did not work', 'The shop does not answer. Try another page.'));
  }
};

export const openShop = (): void => {
  let typing: ReturnType<typeof setTimeout>;
  search.oninput = () => {
    clearTimeout(typing);
    typing = setTimeout(() => (location.hash = search.value ? `#/search/${encodeURIComponent(search.value)}` : '#/'), TYPING_MS);
  };
  const name = element('a', { href: '#/', className: 'name' }, 'Leaf ', element('i', { textContent: '&' }), ' Kettle');
  byId('shop').replaceChildren(
    element('header', {}, name, search, cartLink),
    element('nav', { attributes: { 'aria-label': 'Kinds of tea' } }, ...links),
    shown,
  );
  cart.watch(() => {
    cartLink.replaceChildren('Cart', element('b', { textContent: `${cart.count()}` }));
    if (location.hash === '#/cart') shown.replaceChildren(cartView());
  });
  cart.clear();
  addEventListener('hashchange', () => void show());
  void show();
};
