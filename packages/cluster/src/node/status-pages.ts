import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { HttpPage, HttpPageAnswer, HttpPaths } from './node-options.ts';

/** What the pages about a node say of it. */
export interface NodeCondition {
  /** Undefined when all is well: it has a leader and no alarm. Else what is wrong, in a few words. */
  unhealthy(): string | undefined;
  /** Undefined when it serves. Else why it does not (yet, or any more). */
  unready(): string | undefined;
  readonly version: { readonly server: string; readonly cluster: string };
}

/** Requests to pages that are answered at once; more are refused with 503. */
const requestsMax = 64;
/** Milliseconds in which a request must be there, and an answer be read. */
const requestTimeout = 10_000;

/**
 * A server, to be handed connections, that answers GET for `/health` (as etcd does), `/livez`, `/readyz`, `/version`, and
 * `pages`.
 */
export function statusPages(condition: NodeCondition, pages: HttpPaths = new Map()): Server {
  const all = new Map<string, HttpPage>([
    ['/health', () => health(condition.unhealthy())],
    ['/livez', () => plain(200, 'ok')],
    ['/readyz', () => readiness(condition.unready())],
    ['/version', () => version(condition.version)],
    ...pages,
  ]);
  let answering = 0;
  const server = createServer(
    { requestTimeout, headersTimeout: requestTimeout, maxHeaderSize: 16_384 },
    (request, response) => {
      const page = findPage(all, request);
      if (answering >= requestsMax) {
        write(request, response, plain(503, 'too many requests are being answered'));
        return;
      }
      answering += 1;
      response.once('close', () => {
        answering -= 1;
      });
      write(request, response, page);
    },
  );
  server.timeout = requestTimeout;
  return server;
}

function findPage(pages: ReadonlyMap<string, HttpPage>, request: IncomingMessage): HttpPageAnswer {
  if (request.method !== 'GET' && request.method !== 'HEAD') return plain(405, 'only GET and HEAD');
  if (!isHostExpected(request)) return plain(421, 'the Host header names another host');
  const page = pages.get((request.url ?? '').split('?', 1)[0]!);
  if (page === undefined) return plain(404, `there are ${[...pages.keys()].join(', ')}`);
  return page({ accept: request.headers.accept });
}

/**
 * Whoever reaches loopback calls it by a name for it: a web page of elsewhere, whose name was made to lead here, would
 * not.
 */
function isHostExpected({ headers, socket }: IncomingMessage): boolean {
  const local = socket.localAddress ?? '';
  if (!local.startsWith('127.') && local !== '::1' && !local.startsWith('::ffff:127.')) return true;
  const host = (headers.host ?? '').replace(/:\d+$/, '').toLowerCase();
  return host === '' || host === 'localhost' || host === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(host);
}

async function write(
  request: IncomingMessage,
  response: ServerResponse,
  { body, contentType, status }: HttpPageAnswer,
): Promise<void> {
  request.resume();
  response.writeHead(status, { 'content-type': contentType, 'x-content-type-options': 'nosniff' });
  if (request.method !== 'HEAD') {
    for await (const piece of body) {
      if (response.destroyed) return;
      if (!response.write(piece)) {
        await Promise.race([once(response, 'drain'), once(response, 'close')]);
      }
    }
  }
  response.end();
}

/** As etcd says it, and with the reason, as its later versions do. */
function health(reason: string | undefined): HttpPageAnswer {
  const body =
    reason === undefined ? { health: 'true', reason: '' } : { health: 'false', reason: reason.toUpperCase() };
  return json(reason === undefined ? 200 : 503, body);
}

function readiness(reason: string | undefined): HttpPageAnswer {
  return reason === undefined ? plain(200, 'ok') : plain(503, reason);
}

function version({ cluster, server }: NodeCondition['version']): HttpPageAnswer {
  return json(200, { etcdserver: server, etcdcluster: cluster });
}

function json(status: number, content: object): HttpPageAnswer {
  return { status, contentType: 'application/json', body: [`${JSON.stringify(content)}\n`] };
}

function plain(status: number, text: string): HttpPageAnswer {
  return { status, contentType: 'text/plain; charset=utf-8', body: [`${text}\n`] };
}
