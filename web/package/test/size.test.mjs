/** What a visitor downloads, in bytes of gzip -9. `UPDATE_SIZES=1 npm test` writes sizes.json anew. */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';

const FILE = new URL('../sizes.json', import.meta.url);
/** The module with its glue and the face; and with all collectors. */
const LIMITS = { face: 14 * 1024, all: 19 * 1024 };

/** How much of itself a file may grow: where the compiler stands on the disk moves a few bytes. */
const SLACK = 0.003;

const packed = (name) => gzipSync(readFileSync(new URL(`../dist/${name}`, import.meta.url)), { level: 9 }).length;

test('the package is no larger than sizes.json says', () => {
  const files = Object.fromEntries(['p95.wasm', 'index.js', 'collectors.js', 'inline.js'].map((name) => [name, packed(name)]));
  const face = files['p95.wasm'] + files['index.js'];
  const sizes = { ...files, face, all: face + files['collectors.js'] };
  for (const [name, limit] of Object.entries(LIMITS)) {
    assert(sizes[name] <= limit, `${name} has ${sizes[name]} bytes, and ${limit} are allowed`);
  }
  if (process.env.UPDATE_SIZES) return writeFileSync(FILE, `${JSON.stringify(sizes, null, 2)}\n`);
  const known = JSON.parse(readFileSync(FILE, 'utf8'));
  for (const [name, size] of Object.entries(sizes)) {
    assert(size <= known[name] * (1 + SLACK), `${name} grew from ${known[name]} to ${size} bytes: say why, and run UPDATE_SIZES=1 npm test`);
  }
});
