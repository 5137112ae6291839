/** Builds `dist` from the sources and from what wasm-bindgen wrote; its folder is the argument. */
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { build } from 'esbuild';
import { shrink } from './shrink.mjs';

const [bindings] = process.argv.slice(2);
if (!bindings) throw new Error('usage: node scripts/build.mjs FOLDER; `cargo xtask wasm` calls it');

rmSync('dist', { recursive: true, force: true });
mkdirSync('dist');
mkdirSync('src/wasm', { recursive: true });
for (const file of ['p95_wasm_bg.js', 'p95_wasm.d.ts']) copyFileSync(`${bindings}/${file}`, `src/wasm/${file}`);
copyFileSync(`${bindings}/p95_wasm.d.ts`, 'src/wasm/p95_wasm_bg.d.ts');
writeFileSync('src/wasm/float.js', "export { float } from '../float.ts';\n");
writeFileSync('dist/p95.wasm', shrink(readFileSync(`${bindings}/p95_wasm_bg.wasm`)));
writeFileSync('src/p95.wasm', readFileSync('dist/p95.wasm'));

for (const licence of ['LICENSE-MIT', 'LICENSE-APACHE']) copyFileSync(`../../${licence}`, licence);

await build({
  entryPoints: ['src/index.ts', 'src/inline.ts', 'src/slim.ts', 'src/node.ts', { in: 'src/collectors/index.ts', out: 'collectors' }]
    .map((entry) => (typeof entry === 'string' ? { in: entry, out: entry.slice(4, -3) } : entry)),
  outdir: 'dist',
  bundle: true,
  format: 'esm',
  target: 'es2022',
  minify: true,
  mangleProps: /^_[a-z]/i,
  legalComments: 'none',
  loader: { '.wasm': 'binary' },
});
execFileSync('node_modules/.bin/tsc', ['-p', 'tsconfig.build.json'], { stdio: 'inherit' });
