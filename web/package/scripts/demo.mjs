/** Builds `web/demo/dist` from its sources, the package in `dist`, and what wasm-bindgen wrote; its folder is the argument. */
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { build } from 'esbuild';
import { shrink } from './shrink.mjs';

const [bindings] = process.argv.slice(2);
if (!bindings) throw new Error('usage: node scripts/demo.mjs FOLDER; `cargo xtask wasm` calls it');

const DEMO = '../demo';
const OUT = `${DEMO}/dist`;
rmSync(OUT, { recursive: true, force: true });
mkdirSync(OUT);
mkdirSync(`${DEMO}/src/wasm`, { recursive: true });
copyFileSync(`${bindings}/p95_wasm_engine_bg.js`, `${DEMO}/src/wasm/engine.js`);
copyFileSync(`${bindings}/p95_wasm_engine.d.ts`, `${DEMO}/src/wasm/engine.d.ts`);
// The scripts are for tests, which take the module as it was before.
writeFileSync(`${OUT}/engine.wasm`, shrink(readFileSync(`${bindings}/p95_wasm_engine_bg.wasm`), ['runScript']));
copyFileSync('dist/p95.wasm', `${OUT}/p95.wasm`);
copyFileSync(`${DEMO}/index.html`, `${OUT}/index.html`);

await build({
  entryPoints: [{ in: `${DEMO}/src/main.ts`, out: 'demo' }, { in: `${DEMO}/style.css`, out: 'demo' }],
  outdir: OUT,
  bundle: true,
  format: 'esm',
  target: 'es2022',
  minify: true,
  legalComments: 'none',
  // As an app has it that installed the package; its module is fetched from beside the script.
  alias: { p95: './dist/index.js', 'p95/collectors': './dist/collectors.js' },
});
