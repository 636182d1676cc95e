import { readFile } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { extname } from 'node:path';
import { consoleErrors } from '../console-errors.ts';

/** Where the page was built to, also for who runs this from its source. */
const folder = new URL('../../dist/web/', import.meta.url);

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
  '.txt': 'text/plain; charset=utf-8',
};

const policy = [
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'",
  "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
].join('; ');

/**
 * Answers with a file of the page: one of its assets, whose names change with what they hold, or the page itself for each of
 * its places.
 *
 * @throws HoldfastError NOT_FOUND.
 */
export async function servePage(path: string, response: ServerResponse, head: boolean): Promise<void> {
  const asset = /^\/assets\/([\w-][\w.-]*)$/.exec(path);
  if (asset === null && path.startsWith('/assets/')) throw notFound(path);
  const name = asset === null ? 'index.html' : `assets/${asset[1]}`;
  let body: Buffer;
  try {
    body = await readFile(new URL(name, folder));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    if (asset !== null) throw notFound(path);
    body = Buffer.from('The page is not built: npm run build. The API is at /api/v1.\n');
  }
  response.writeHead(200, {
    'content-type': types[extname(name)] ?? 'application/octet-stream',
    'content-length': body.length,
    'content-security-policy': policy,
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cache-control': asset === null ? 'no-cache' : 'public, max-age=31536000, immutable',
  });
  response.end(head ? undefined : body);
}

function notFound(path: string): Error {
  return consoleErrors.create('NOT_FOUND', { message: `there is no file ${path}` });
}
