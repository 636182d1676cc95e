// One trace, and the page that shows it. The answer is made once: what is measured is the page, not who serves it.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { packed, packedType } from '../../../../packages/console/src/api/packed-answer.ts';
import { buildPage } from '../../../../packages/console/web/build.ts';
import { largeTrace, largeTraceId } from '../../../../packages/console/web/fixtures/trace-view.ts';

export const spanCount = 100_000;

export interface TraceServer {
  /** Of the trace's screen. */
  readonly screen: string;
  /** Of the answer that the screen asks for. */
  readonly answer: string;
  close(): Promise<void>;
}

export async function serveTrace(spans: number): Promise<TraceServer> {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-waterfall-'));
  await buildPage(folder);
  const id = largeTraceId(spans);
  const trace = Buffer.concat(packed(largeTrace(spans)));
  const types: Readonly<Record<string, string>> = {
    css: 'text/css',
    js: 'text/javascript',
    svg: 'image/svg+xml',
  };
  const server = createServer(({ url = '/' }, response) => {
    if (url === `/api/v1/traces/${id}`) {
      response.writeHead(200, { 'content-type': packedType }).end(trace);
    } else if (url.startsWith('/api/')) {
      response.writeHead(404, { 'content-type': 'application/problem+json' }).end('{}');
    } else if (url.startsWith('/assets/')) {
      const type = types[url.split('.').at(-1)!] ?? 'application/octet-stream';
      response
        .writeHead(200, { 'content-type': type })
        .end(readFileSync(join(folder, 'assets', basename(url))));
    } else if (url === '/bare') {
      response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><title>bare</title>');
    } else {
      response.writeHead(200, { 'content-type': 'text/html' }).end(readFileSync(join(folder, 'index.html')));
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string')
    throw new Error('The server of the trace has no port.');
  const origin = `http://127.0.0.1:${address.port}`;
  return {
    screen: `${origin}/traces/${id}`,
    answer: `${origin}/api/v1/traces/${id}`,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      rmSync(folder, { recursive: true });
    },
  };
}
