/** A real gateway that can be killed and restarted, and a proxy before it that loses answers. */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';

/** The program, from the build before. */
export const GATEWAY = process.env.P95_BIN ?? '../../target/debug/p95';
export const hasGateway = existsSync(GATEWAY);

const TYPES = { '.css': 'text/css', '.html': 'text/html', '.js': 'text/javascript', '.wasm': 'application/wasm' };

/** A port that nobody listens at. */
export const freePort = () => new Promise((found) => {
  const server = createServer().listen(0, '127.0.0.1', () => {
    const { port } = server.address();
    server.close(() => found(port));
  });
});

/** Waits until a program answers at `url`. */
export const ready = async (url) => {
  for (let wait = 0; wait < 600; wait++) {
    if (await fetch(url).then((answer) => answer.ok, () => false)) return;
    await new Promise((go) => setTimeout(go, 50));
  }
  throw new Error(`${url} does not answer`);
};

/** A gateway that keeps what it has in a folder. */
export const openGateway = async () => {
  const folder = mkdtempSync(join(tmpdir(), 'p95-gateway-'));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  let process;
  const start = async () => {
    process = spawn(GATEWAY, ['gateway', '--listen', `127.0.0.1:${port}`, '--folder', folder], { stdio: 'ignore' });
    await ready(`${url}/-/ready`);
  };
  const kill = () => process.kill('SIGKILL');
  await start();
  return {
    url, start, kill,
    /** The samples of a metric: the number of each label set, without the labels that the gateway adds. */
    async samples(name) {
      const page = await (await fetch(`${url}/metrics`)).text();
      const lines = page.split('\n').filter((line) => line.startsWith(`${name}{`));
      return Object.fromEntries(lines.map((line) => [line.match(/(?:button|product|reason|view)="(\w+)"/)?.[1], Number(line.split(' ').at(-1))]));
    },
    close() {
      kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
};

/** Serves the files of a folder, hands frames on as `change` has them, and loses every third answer. */
export const openProxy = async (gateway, folder, change = (frame) => frame) => {
  const seen = { posts: 0 };
  const server = createServer((request, response) => {
    if (request.method !== 'POST') {
      const { pathname } = new URL(request.url, 'http://x');
      const file = join(folder, pathname === '/' ? 'index.html' : pathname);
      if (!existsSync(file)) return response.writeHead(404).end();
      return response.writeHead(200, { 'Content-Type': TYPES[extname(file)] }).end(readFileSync(file));
    }
    const parts = [];
    request.on('data', (part) => parts.push(part)).on('end', async () => {
      const isLost = ++seen.posts % 3 === 0;
      try {
        const answer = await fetch(`${gateway.url}/p95`, { method: 'POST', body: change(Buffer.concat(parts).toString()) });
        if (isLost) return request.socket.destroy();
        response.writeHead(answer.status).end(await answer.text());
      } catch {
        request.socket.destroy();
      }
    });
  });
  await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
  return {
    seen,
    origin: `http://127.0.0.1:${server.address().port}/`,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
};
