/** What the shop counts. This file is all that an app has to write. */
import { createMetrics } from 'p95';
import { errors, fetchTiming, longTasks, memory, navigation, webVitals } from 'p95/collectors';
import { flushInterval } from './settings.js';
import { startServer } from './shop/server.js';

// Requests are measured from outside the server that is played here.
startServer();

/** The shop's requests by their path; those for the page's own files are left out. */
const route = ({ pathname }: URL): string | undefined => (pathname.startsWith('/api/') ? pathname.slice(4) : undefined);

export const metrics = createMetrics({
  endpoint: '/p95',
  app: 'tea',
  flushInterval,
  collectors: [errors(), fetchTiming({ route }), longTasks(), memory({ interval: 2_000 }), navigation(), webVitals()],
});

export const clicks = metrics.counter({ name: 'shop_clicks_total', help: 'Clicks, by what was clicked.', labelNames: ['button'] });
export const adds = metrics.counter({ name: 'shop_cart_adds_total', help: 'Tins put into the cart.', labelNames: ['product'] });
export const views = metrics.counter({ name: 'shop_views_total', help: 'Views shown.', labelNames: ['view'] });
export const viewSeconds = metrics.histogram({
  name: 'shop_view_seconds', help: 'From asking for a view to seeing it.', labelNames: ['view'],
});
export const orders = metrics.counter({ name: 'shop_orders_total', help: 'Orders, by what became of them.', labelNames: ['result'] });
export const checkoutSeconds = metrics.histogram({
  name: 'shop_checkout_seconds', help: 'From the order to its answer.', buckets: [0.1, 0.25, 0.5, 0.75, 1, 1.5, 2, 3, 5],
});
export const cartItems = metrics.gauge({ name: 'shop_cart_items', help: 'Tins in the cart.' });
