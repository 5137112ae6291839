/** The panel beside the shop: every second it scrapes the page, and asks its questions. */
import { byId, element } from '../dom.js';
import { metrics } from '../metrics.js';
import { toggleVisitor } from '../visitor.js';
import { Ask } from './ask.js';
import { Card } from './card.js';
import { Delivery } from './delivery.js';
import { Engine } from './engine.js';
import { Exposition } from './exposition.js';
import { format } from './format.js';
import { QUESTIONS } from './questions.js';
import { themeButton } from './theme.js';

const EVERY_MS = 1_000;
/** From one question to the next. */
const TURN_MS = 50;

const visitorButton = (): HTMLButtonElement => {
  const made = element('button', { type: 'button', attributes: { 'aria-pressed': 'false' } }, 'Send in a visitor');
  made.onclick = () => {
    const isHere = toggleVisitor();
    made.setAttribute('aria-pressed', `${isHere}`);
    made.textContent = isHere ? 'Visitor is shopping' : 'Send in a visitor';
  };
  return made;
};

export const openPanel = async (): Promise<void> => {
  const ask = new Ask();
  const cards = QUESTIONS.map((question) => new Card(question, (expr) => ask.ask(expr)));
  const exposition = new Exposition();
  const delivery = new Delivery();
  const facts = element('p', { className: 'facts' });
  byId('panel').replaceChildren(
    element('header', {},
      element('h2', {}, element('b', { textContent: 'p95' }), ' This page, measured by itself'),
      delivery.element, visitorButton(), themeButton()),
    facts,
    element('div', { className: 'cards' }, ...cards.map(({ element }) => element)),
    element('div', { className: 'below' },
      ask.element,
      element('section', { className: 'text' }, element('h3', { textContent: 'What a Prometheus would scrape' }), exposition.element)),
  );

  let engine: Engine | undefined;
  const tell = (text: string, writing: number, asking: number): void => {
    const { series, samples, size_bytes } = engine!.stats();
    facts.textContent = [
      `${series} series`, `${samples.toLocaleString('en')} samples in ${format(size_bytes, 'bytes')}`,
      `text of ${format(text.length, 'bytes')} written in ${format(writing / 1000, 'seconds')}`,
      `${QUESTIONS.reduce((sum, { queries }) => sum + queries.length, 1)} queries and their charts in ${format(asking / 1000, 'seconds')}`,
    ].join(' · ');
  };
  const look = (): void => {
    const now = Date.now();
    const before = performance.now();
    const text = metrics.toText();
    const elapsed = performance.now() - before;
    delivery.show(now);
    if (!text) return;
    exposition.show(text);
    if (!engine) return;
    engine.ingest(text, now, elapsed);
    if (document.visibilityState === 'hidden') return;
    // Each in a moment of its own, so that the shop is never kept from answering.
    let asking = 0;
    const acts = [...cards.map((card) => () => card.look(engine!, now)), () => ask.show(engine!, now)];
    acts.forEach((act, at) => setTimeout(() => {
      const before = performance.now();
      act();
      asking += performance.now() - before;
    }, at * TURN_MS));
    setTimeout(() => tell(text, elapsed, asking), acts.length * TURN_MS);
  };
  await metrics.ready;
  try {
    engine = await Engine.start();
  } catch (error) {
    facts.textContent = `The engine did not start, so there are no charts: ${error instanceof Error ? error.message : error}`;
    facts.classList.add('is-wrong');
  }
  look();
  setInterval(look, EVERY_MS);
  new ResizeObserver(() => cards.forEach((card) => card.show())).observe(byId('panel'));
};
