/** Whether what was counted has reached the gateway: frames that have not stand in the page's storage. */
import { element } from '../dom.js';

const waiting = (): number => {
  try {
    return Object.keys(localStorage).filter((key) => key.startsWith('p95 ')).length;
  } catch {
    return 0;
  }
};

export class Delivery {
  readonly element = element('span', { className: 'pill', attributes: { role: 'status' } });
  /** Since when frames wait. */
  private since: number | undefined;

  show(now: number): void {
    const frames = waiting();
    this.since = frames ? (this.since ?? now) : undefined;
    // One that was cut just now is on its way.
    const isLate = this.since !== undefined && now - this.since > 2_000;
    const many = `${frames} ${frames === 1 ? 'frame' : 'frames'}`;
    const [state, text] = !navigator.onLine ? ['late', `Offline: ${many} kept`] : isLate ? ['late', `No gateway: ${many} kept`] : ['good', 'All sent'];
    this.element.dataset['state'] = state;
    if (this.element.textContent !== text) this.element.textContent = text!;
    this.element.title = isLate ? 'They are sent, once each, as soon as the gateway answers; also by the next page.' : 'The gateway has everything that was counted.';
  }
}
