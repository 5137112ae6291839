/** The engine as it is compiled for WebAssembly: Prometheus' scripts, and the same answers as the engine of this machine. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';

const FOLDERS = { own: '../../core/tests/promql', corpora: process.env.P95_CORPORA && join(process.env.P95_CORPORA, 'promqltest') };
/** The runner of scripts that is compiled for this machine. */
const NATIVE = join(dirname(process.env.P95_BIN ?? '../../target/debug/p95'), 'promqltest');

let copies = 0;

/** A module with glue of its own: the glue knows the memory of one. */
const start = async (file) => {
  const glue = await import(`../../demo/src/wasm/engine.js?${copies++}`);
  const { instance } = await WebAssembly.instantiate(readFileSync(file), { './p95_wasm_engine_bg.js': glue });
  glue.__wbg_set_wasm(instance.exports);
  instance.exports.__wbindgen_start();
  return glue;
};

/** What cannot run here says so, and fails on a build machine. */
const notRun = (t, reason) => {
  assert.notEqual(process.env.CI, 'true', `not run: ${reason}`);
  t.diagnostic(`not run: ${reason}`);
};

for (const [name, folder] of Object.entries(FOLDERS)) {
  test(`${name}: every script passes in WebAssembly, as many evaluations as natively`, async (t) => {
    if (!folder) return notRun(t, 'corpora: not run (P95_CORPORA is not set)');
    const glue = await start('../../target/wasm/engine/p95_wasm_engine_bg.wasm');
    const files = readdirSync(folder).filter((file) => file.endsWith('.test')).sort().map((file) => join(folder, file));
    assert(files.length > 5, `${folder} holds ${files.length} scripts`);
    let passed = 0;
    let withValues = 0;
    const failures = [];
    for (const file of files) {
      const { data, error } = JSON.parse(glue.runScript(readFileSync(file, 'utf8')));
      assert(data, `${file}: ${error}`);
      passed += data.passed;
      withValues += data.passedWithValues;
      failures.push(...data.failures.map((failure) => `${file}:${failure}`));
    }
    assert.deepEqual(failures, []);
    t.diagnostic(`${passed} evaluations pass, ${withValues} of them with a non-empty expected result`);
    if (!existsSync(NATIVE)) return notRun(t, `${NATIVE} is not built`);
    const native = execFileSync(NATIVE, files, { encoding: 'utf8' });
    assert.match(native, new RegExp(`^of the passed, ${withValues} have .*\ntotal: ${passed} passed, 0 failed$`, 'm'));
  });
}

test('the module that pages get answers queries, and says what is wrong', async () => {
  const glue = await start('../demo/dist/engine.wasm');
  const engine = new glue.Engine('tab', 'shop', 600_000, 1 << 24);
  const page = (clicks) => `# TYPE clicks counter\nclicks_total{button="buy"} ${clicks}.0\n# EOF\n`;
  for (let second = 0; second <= 60; second++) {
    assert.equal(JSON.parse(engine.ingest(page(second * 3), second * 1000, 2)).status, 'success');
  }
  const { data } = JSON.parse(engine.query('sum by (button) (rate(clicks_total[30s]))', 60_000));
  assert.deepEqual(data, { resultType: 'vector', result: [{ metric: { button: 'buy' }, value: [60, '3'] }] });
  const range = JSON.parse(engine.queryRange('clicks_total{button=~"b.*"}', 10_000, 30_000, 10_000)).data.result[0];
  assert.deepEqual(range.values, [[10, '30'], [20, '60'], [30, '90']]);
  const mistake = JSON.parse(engine.query('rate(clicks_total)', 60_000));
  assert.match(mistake.error, /^position 1:6: rate expects a range vector/);
  assert.match(JSON.parse(engine.ingest('clicks{ 1\n', 61_000, 0)).error, /^line 1, column /);
  assert.equal(JSON.parse(engine.stats()).data.series, 6);
  engine.free();
});
