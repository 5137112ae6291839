/** What the panel asks of the page's metrics. Rates look back over ten seconds: the page is read every second. */
import type { Question } from './card.js';

const quantiles = (name: string) => [0.95, 0.5].map((quantile) => ({
  name: `p${quantile * 100}`,
  expr: `histogram_quantile(${quantile}, sum by (le) (rate(${name}_bucket[10s])))`,
}));

export const QUESTIONS: readonly Question[] = [
  {
    title: 'Clicks', unit: 'per_second', empty: 'Click around: rates appear with the second look.',
    queries: [{ name: '', by: 'button', expr: 'sum by (button) (rate(shop_clicks_total[10s]))' }],
  },
  {
    title: 'Time to show a view', unit: 'seconds', empty: 'Open a view or two.',
    queries: quantiles('shop_view_seconds'),
  },
  {
    title: 'Requests by route', unit: 'per_second', empty: 'Nothing was asked of the server yet.',
    queries: [{ name: '', by: 'route', expr: 'sum by (route) (rate(page_request_seconds_count[10s]))' }],
  },
  {
    title: 'Time of requests', unit: 'seconds', empty: 'Nothing was asked of the server yet.',
    queries: quantiles('page_request_seconds'),
  },
  {
    title: 'Orders by result', unit: 'per_second', empty: 'Put a tin into the cart and pay: the server is slow, and refuses some.',
    queries: [{ name: '', by: 'result', expr: 'sum by (result) (rate(shop_orders_total[10s]))' }],
  },
  {
    title: 'JavaScript heap', unit: 'bytes', empty: 'This browser does not tell.',
    queries: [{ name: 'heap', expr: 'page_js_heap_bytes' }],
  },
];
