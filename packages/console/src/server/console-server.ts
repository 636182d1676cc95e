import { timingSafeEqual } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pipeline } from 'node:stream/promises';
import { invalidArgument, toProblemDetails } from '@holdfast/core';
import type { LiveChannel } from '../api/console-api.ts';
import { consoleErrors } from '../console-errors.ts';
import { ColumnAnswer } from './column-answer.ts';
import { LiveChannels } from './live-channels.ts';
import { servePage } from './page-files.ts';
import { FileAnswer, findRoute, type Route } from './routes.ts';

export interface ConsoleServerOptions {
  readonly port: number;
  readonly routes: readonly Route[];
  /** What acts has to know. */
  readonly token: string;
  readonly channels: readonly LiveChannel[];
  readonly say: (channel: LiveChannel) => Promise<unknown>;
  /** Milliseconds between two events of a channel, at least. */
  readonly periodOf: (channel: LiveChannel) => number;
  /** Answers what is no request of the API or for the page; false when it is none of its either. */
  readonly receive: (request: IncomingMessage, response: ServerResponse) => boolean;
  /** Milliseconds since the Unix epoch. */
  readonly now: () => number;
}

const apiPrefix = '/api/v1';
const bodyMax = 256 * 1024;
/** How this computer is called by those on it. */
const loopbackNames: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]']);

/** The page, its API and its live events on one loopback port. */
export class ConsoleServer {
  readonly port: number;
  readonly #server: Server;
  readonly #live: LiveChannels;

  private constructor(server: Server, live: LiveChannels) {
    this.#server = server;
    this.#live = live;
    this.port = (server.address() as AddressInfo).port;
  }

  /** @throws HoldfastError PORT_UNAVAILABLE. */
  static async listen(options: ConsoleServerOptions): Promise<ConsoleServer> {
    const live = new LiveChannels(options.say, options.periodOf);
    const server = createServer((request, response) => {
      serve(request, response, options, live).catch((error) => refuse(response, error));
    });
    // What is slower than this is not from this computer.
    server.requestTimeout = 30_000;
    server.headersTimeout = 10_000;
    server.maxConnections = 512;
    await listenOn(server, options.port);
    return new ConsoleServer(server, live);
  }

  /** Answers what is under way for a moment, and lets go of the port. */
  async close(): Promise<void> {
    this.#live.close();
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#server.closeIdleConnections();
    const grace = setTimeout(() => this.#server.closeAllConnections(), 1_000);
    await closed;
    clearTimeout(grace);
  }
}

function listenOn(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(
        consoleErrors.create('PORT_UNAVAILABLE', {
          message: `port ${port} cannot be listened on (${error.code}): end who has it, or choose another`,
          cause: error,
        }),
      );
    });
    server.listen({ host: '127.0.0.1', port }, () => {
      server.removeAllListeners('error');
      resolve();
    });
  });
}

async function serve(
  request: IncomingMessage,
  response: ServerResponse,
  options: ConsoleServerOptions,
  live: LiveChannels,
): Promise<void> {
  checkHost(request);
  const url = urlOf(request);
  const { pathname } = url;
  if (pathname === `${apiPrefix}/live`) listen(url, response, options, live);
  else if (pathname.startsWith(`${apiPrefix}/`)) await answer(request, response, url, options);
  else if (options.receive(request, response)) return;
  else if (request.method === 'GET' || request.method === 'HEAD') {
    await servePage(pathname, response, request.method === 'HEAD');
  } else throw consoleErrors.create('NOT_FOUND', { message: `nobody takes ${request.method} ${pathname}` });
}

function urlOf({ url = '/' }: IncomingMessage): URL {
  if (!URL.canParse(url, 'http://localhost')) throw invalidArgument('path', url, 'one of a URL');
  return new URL(url, 'http://localhost');
}

/** A page of another site can have a name of its own lead to this computer: it says that name. */
function checkHost({ headers }: IncomingMessage): void {
  const name = (headers.host ?? '').replace(/:\d+$/, '').toLowerCase();
  if (loopbackNames.has(name)) return;
  throw consoleErrors.create('HOST_REFUSED', {
    message: `the Host header is ${JSON.stringify(headers.host)}, but must be localhost, 127.0.0.1 or [::1]`,
  });
}

function listen(
  url: URL,
  response: ServerResponse,
  { channels }: ConsoleServerOptions,
  live: LiveChannels,
): void {
  const wanted = (url.searchParams.get('channels') ?? '').split(',').filter((name) => name !== '');
  const known = wanted.filter((name): name is LiveChannel => channels.includes(name as LiveChannel));
  if (known.length === 0 || known.length < wanted.length) {
    throw invalidArgument('channels', wanted.join(','), `some of ${channels.join(',')}`);
  }
  if (live.full) {
    throw consoleErrors.create('QUERIES_OVERLOADED', { message: 'as many listen already as may' });
  }
  live.listen(response, new Set(known));
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
  { routes, token, now }: ConsoleServerOptions,
): Promise<void> {
  const found = findRoute(routes, request.method, url.pathname.slice(apiPrefix.length));
  if (found === undefined || found === 'other-method') {
    throw consoleErrors.create('NOT_FOUND', { message: `there is no ${request.method} ${url.pathname}` });
  }
  const mayAct = bears(request, token);
  if (found.route.acts === true && !mayAct) {
    throw consoleErrors.create('TOKEN_REFUSED', {
      message: 'this needs the token of the console, as a bearer: it was printed when the console started',
    });
  }
  const body = found.route.method === 'POST' ? await readBody(request) : undefined;
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  const answered = await found.route.answer({
    path: found.path,
    query: url.searchParams,
    body,
    mayAct,
    now: now(),
    signal: gone.signal,
  });
  if (answered instanceof FileAnswer) await sendFile(response, answered);
  else if (answered instanceof ColumnAnswer) await answered.send(request, response);
  else sendJson(response, answered);
}

function sendJson(response: ServerResponse, answered: unknown): void {
  if (answered === undefined) {
    response.writeHead(204).end();
    return;
  }
  const body = Buffer.from(JSON.stringify(answered));
  response.writeHead(200, {
    'content-type': 'application/json',
    'content-length': body.length,
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  });
  response.end(body);
}

async function sendFile(response: ServerResponse, { path, contentType, done }: FileAnswer): Promise<void> {
  try {
    response.writeHead(200, { 'content-type': contentType, 'x-content-type-options': 'nosniff' });
    await pipeline(createReadStream(path), response);
  } finally {
    done();
  }
}

/** Only JSON, which no page of another site can send without asking first. */
async function readBody(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > bodyMax)
      throw invalidArgument('body', `${length} bytes and more`, `at most ${bodyMax} bytes`);
    chunks.push(chunk);
  }
  if (length === 0) return undefined;
  const type = request.headers['content-type'] ?? '';
  if (!/^application\/json\s*(;|$)/i.test(type))
    throw invalidArgument('content-type', type, 'application/json');
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'));
  } catch {
    throw invalidArgument('body', 'something else', 'JSON');
  }
}

function bears({ headers }: IncomingMessage, token: string): boolean {
  const given = Buffer.from(/^Bearer (.+)$/i.exec(headers.authorization ?? '')?.[1] ?? '');
  const wanted = Buffer.from(token);
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}

function refuse(response: ServerResponse, error: unknown): void {
  if (response.destroyed || response.writableEnded) return;
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const { status, headers, body } = toProblemDetails(error, { expose: true });
  const authenticate = status === 401 ? { 'www-authenticate': 'Bearer' } : {};
  response.writeHead(status, { ...headers, ...authenticate, connection: 'close' });
  response.end(JSON.stringify(body));
}
