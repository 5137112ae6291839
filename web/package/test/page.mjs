/** A page without a browser: what it sends, what it keeps, and answers as a test wants them. */
import assert from 'node:assert/strict';

let copies = 0;

/** Requests that pages have sent. */
export const sent = [];
/** What the endpoint answers, in order; the last one stays. `undefined` is no answer at all. */
export let answers = [204];
export const answer = (...with_) => (answers = with_);

export const storage = new Map();
globalThis.localStorage = new Proxy(
  {
    getItem: (key) => storage.get(key) ?? null,
    setItem: (key, value) => void storage.set(key, value),
    removeItem: (key) => void storage.delete(key),
  },
  { ownKeys: () => [...storage.keys()], getOwnPropertyDescriptor: () => ({ enumerable: true, configurable: true }) },
);
const events = new EventTarget();
globalThis.addEventListener = events.addEventListener.bind(events);
globalThis.removeEventListener = events.removeEventListener.bind(events);
export const dispatch = (name) => events.dispatchEvent(new Event(name));

export const warnings = [];
console.warn = (...words) => warnings.push(words.join(' '));

globalThis.fetch = async (url, { body, method, keepalive }) => {
  const status = answers.length > 1 ? answers.shift() : answers[0];
  sent.push({ url, body, method, keepalive, status });
  if (status === undefined) throw new TypeError('no network');
  const given = typeof status === 'object' ? status : { status };
  return new Response(given.status === 204 ? null : 'reason', given);
};

/** A fresh copy of the package, as a new page loads it, with nothing left of the page before. */
export const open = async (options = {}, { keep = false } = {}) => {
  if (!keep) {
    storage.clear();
    answer(204);
  }
  sent.length = 0;
  warnings.length = 0;
  delete globalThis[Symbol.for('p95')];
  const { createMetrics } = await import(`../dist/inline.js?${copies++}`);
  return createMetrics({ flushInterval: 3_600_000, ...options });
};

/** The lines of an exposition that are samples. */
export const samples = (text) => text.split('\n').filter((line) => line && !line.startsWith('#'));

export const check = (found, expect, message) => assert.deepEqual(found, expect, message);
