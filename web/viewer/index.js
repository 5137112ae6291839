// Loads the viewer: says how far that is, and what is missing where it cannot be. The program itself goes on in Rust.
import init from './p95.js';
import { carryEverywhere } from './token.js';

const element = (id) => document.getElementById(id);
const state = (name) => { document.documentElement.dataset.state = name; };

/** Shows why there is no viewer. */
const fail = (problem) => {
  element('problem').textContent = problem;
  element('command').textContent = `p95 ${new URL('/metrics', location.href)}`;
  state('failed');
};

/** What the browser lacks, or nothing. */
const missing = () => {
  if (typeof WebAssembly !== 'object') return 'This browser has no WebAssembly, or it is switched off.';
  const canvas = document.createElement('canvas');
  const context = canvas.getContext('webgl2') ?? canvas.getContext('webgl');
  if (!context) return 'This browser has no WebGL: it is switched off, or the graphics driver is not trusted. chrome://gpu or about:support says why.';
  // A page may have few contexts, and the viewer wants one.
  context.getExtension('WEBGL_lose_context')?.loseContext();
  return undefined;
};

const megabytes = (bytes) => (bytes / 1e6).toFixed(1);

/** The module's bytes as they come, with the bar that follows them. */
const watched = (response) => {
  const total = Number(document.querySelector('meta[name="module-bytes"]')?.content);
  let bytes = 0;
  const count = new TransformStream({
    transform(chunk, controller) {
      bytes += chunk.length;
      if (total) element('progress').value = Math.min(bytes / total, 1);
      element('loaded').textContent = total ? `${megabytes(bytes)} of ${megabytes(total)} MB` : `${megabytes(bytes)} MB`;
      controller.enqueue(chunk);
    },
    flush() { element('loaded').textContent = 'Starting…'; },
  });
  return new Response(response.body.pipeThrough(count), { headers: { 'content-type': 'application/wasm' } });
};

/** Whether the server lets this page read its metrics, with this token if one is given. */
const mayRead = async (token) => {
  const answer = await fetch('targets.json', token && { headers: { Authorization: `Bearer ${token}` } });
  return answer.status !== 401;
};

/** Asks for the token until it is the right one. */
const askForToken = () => new Promise((done) => {
  state('locked');
  element('token').focus();
  element('locked').addEventListener('submit', async (event) => {
    event.preventDefault();
    // What cannot stand in a header cannot be the token.
    const token = element('token').value.trim().replace(/[^\x20-\x7e]/g, '?');
    const isRight = await mayRead(token).catch(() => undefined);
    if (isRight) {
      state('loading');
      return done(token);
    }
    element('refused').textContent = isRight === false ? 'This is not the token.' : 'The server does not answer.';
    element('token').select();
  });
});

const load = async () => {
  if (!await mayRead()) carryEverywhere(await askForToken());
  const response = await fetch('p95_bg.wasm');
  if (!response.ok) throw new Error(`The program cannot be loaded: the server answered ${response.status}.`);
  const module = await WebAssembly.compileStreaming(watched(response));
  // From here on a trap is a mistake of ours; the page says so instead of standing still.
  addEventListener('error', ({ error }) => { if (error instanceof WebAssembly.RuntimeError) fail(`It stopped: ${error.message}`); });
  await init({ module_or_path: module });
};

const problem = missing();
if (problem) fail(problem);
else load().catch((error) => fail(String(error?.message ?? error)));
