/** A shop, and beside it the panel that shows what it counts. */
import { metrics } from './metrics.js';
import { openPanel } from './panel/panel.js';
import { openShop } from './shop/shop.js';

// For the console: `metrics.toText()`, `metrics.flush()`.
Object.assign(globalThis, { metrics });

openShop();
void openPanel();
