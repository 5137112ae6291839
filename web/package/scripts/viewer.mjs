/**
 * Puts the viewer's files into a folder: `node scripts/viewer.mjs BINDINGS FOLDER [fast]`; `cargo xtask web` calls it. The
 * module comes twice, as it is and packed. Where it is not wanted fast, Binaryen makes it smaller first.
 */
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

const [bindings, folder, fast] = process.argv.slice(2);
if (!folder) throw new Error('usage: node scripts/viewer.mjs BINDINGS FOLDER [fast]');
const SOURCES = new URL('../../viewer/', import.meta.url);
const SIZES = new URL('sizes.json', SOURCES);
/** How much the module may grow without a word. */
const SLACK = 0.02;

/** What Binaryen makes of a module; where it has done so before, which takes minutes, what it made then. @param {Uint8Array} bytes */
const smaller = async (bytes) => {
  const key = createHash('sha256').update(bytes).update(readFileSync(new URL(import.meta.url)));
  const kept = `${bindings}/small-${key.digest('hex').slice(0, 16)}.wasm`;
  if (!existsSync(kept)) writeFileSync(kept, await optimized(bytes));
  return readFileSync(kept);
};

/** @param {Uint8Array} bytes */
const optimized = async (bytes) => {
  const [{ default: binaryen }, { FEATURES }] = await Promise.all([import('binaryen'), import('./shrink.mjs')]);
  const module = binaryen.readBinary(bytes);
  module.setFeatures(FEATURES);
  binaryen.setOptimizeLevel(2);
  binaryen.setShrinkLevel(1);
  module.optimize();
  module.runPasses(['strip-debug', 'strip-producers', 'strip-target-features']);
  return module.emitBinary();
};

rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
for (const name of ['index.js', 'token.js', 'worker.js', 'style.css']) copyFileSync(new URL(name, SOURCES), `${folder}/${name}`);
copyFileSync(new URL('../../viewer/assets/p95.svg', SOURCES), `${folder}/p95.svg`);
copyFileSync(`${bindings}/p95.js`, `${folder}/p95.js`);

const built = readFileSync(`${bindings}/p95_bg.wasm`);
const module = fast ? built : await smaller(built);
if (!WebAssembly.validate(module)) throw new Error('Binaryen wrote a module that is not valid');
const packed = gzipSync(module, { level: fast ? 1 : 9 });
writeFileSync(`${folder}/p95_bg.wasm`, module);
writeFileSync(`${folder}/p95_bg.wasm.gz`, packed);
const page = readFileSync(new URL('index.html', SOURCES), 'utf8');
writeFileSync(`${folder}/index.html`, page.replace('<title>', `<meta name="module-bytes" content="${module.length}">\n    <title>`));
console.log(`${folder}: ${built.length} bytes built, ${module.length} delivered, ${packed.length} packed`);

if (!fast && (process.env.UPDATE_SIZES || !existsSync(SIZES))) {
  writeFileSync(SIZES, `${JSON.stringify({ 'p95_bg.wasm': module.length, 'p95_bg.wasm.gz': packed.length }, null, 2)}\n`);
} else if (!fast) {
  const known = JSON.parse(readFileSync(SIZES, 'utf8'))['p95_bg.wasm.gz'];
  if (packed.length > known * (1 + SLACK)) {
    throw new Error(`the viewer grew from ${known} to ${packed.length} bytes: say why, and run UPDATE_SIZES=1 cargo xtask web`);
  }
}
