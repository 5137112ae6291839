/** What a visitor downloads, in bytes of gzip -9. `UPDATE_SIZES=1 npm test` writes sizes.json anew. */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';

const FILE = new URL('../sizes.json', import.meta.url);
const DEMO_FILE = new URL('../../demo/sizes.json', import.meta.url);
/** The module with its glue and the face; and with all collectors. */
const LIMITS = { face: 14 * 1024, all: 19 * 1024 };

/** How much of itself a file may grow: where the compiler stands on the disk moves a few bytes. */
const SLACK = 0.003;
/** The demo page's may grow more: its module has most of core in it, which has other work than to stay small. */
const DEMO_SLACK = 0.03;

const packed = (file) => gzipSync(readFileSync(new URL(file, import.meta.url)), { level: 9 }).length;

/** Holds sizes against a committed file of them, or writes it anew. */
const compare = (file, sizes, slack) => {
  if (process.env.UPDATE_SIZES) return writeFileSync(file, `${JSON.stringify(sizes, null, 2)}\n`);
  const known = JSON.parse(readFileSync(file, 'utf8'));
  for (const [name, size] of Object.entries(sizes)) {
    assert(size <= known[name] * (1 + slack), `${name} grew from ${known[name]} to ${size} bytes: say why, and run UPDATE_SIZES=1 npm test`);
  }
};

test('the package is no larger than sizes.json says', () => {
  const files = Object.fromEntries(['p95.wasm', 'index.js', 'collectors.js', 'inline.js'].map((name) => [name, packed(`../dist/${name}`)]));
  const face = files['p95.wasm'] + files['index.js'];
  const sizes = { ...files, face, all: face + files['collectors.js'] };
  for (const [name, limit] of Object.entries(LIMITS)) {
    assert(sizes[name] <= limit, `${name} has ${sizes[name]} bytes, and ${limit} are allowed`);
  }
  compare(FILE, sizes, SLACK);
});

test('the demo page is no larger than its sizes.json says', () => {
  const names = ['engine.wasm', 'demo.js', 'demo.css'];
  compare(DEMO_FILE, Object.fromEntries(names.map((name) => [name, packed(`../../demo/dist/${name}`)])), DEMO_SLACK);
});
