/** What TypeScript allows a page to write, and what it does not. The compiler is the test. */
import type { Metrics } from '../src/types.js';

export const page = (m: Metrics): void => {
  const clicks = m.counter({ name: 'clicks_total', labelNames: ['button'] as const });
  clicks.inc({ button: 'buy' });
  clicks.labels({ button: 'buy' }).inc(2);
  clicks.labels('buy').inc();
  // @ts-expect-error: there is no such label
  clicks.inc({ knob: 'buy' });
  // @ts-expect-error: a label is missing
  clicks.inc({});
  // @ts-expect-error: a counter does not fall
  clicks.dec();

  const load = m.histogram({ name: 'load_seconds', labelNames: ['view'] });
  load.observe({ view: 'cart' }, 0.42);
  const seconds: number = load.startTimer({ view: 'cart' })();
  const answer: Promise<string> = load.time({ view: 'cart' }, async () => `${seconds}`);
  void answer;
  // @ts-expect-error: the value is missing
  load.observe({ view: 'cart' });

  const net = m.stateSet({ name: 'net', states: ['up', 'down'] });
  net.set('up');
  // @ts-expect-error: there is no such state
  net.set('sideways');
  m.info({ name: 'build', labelNames: ['version'] }).set({ version: '1' });
};
