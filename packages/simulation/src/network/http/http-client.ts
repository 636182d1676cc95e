import type { Address, Connection, WaitOptions } from '@holdfast/core';
import { fetchFailed, nameNotFound, otherSideClosed, toFetchCause } from './fetch-error.ts';
import { encodeMessage, type HttpHead } from './http-message.ts';
import { HttpReader } from './http-reader.ts';

/** What fetching needs of the network. */
export interface HttpNetwork {
  /** In microseconds, for the error. */
  readonly connectTimeout: number;
  knows(host: string): boolean;
  connect(to: Address, options: WaitOptions): Promise<Connection>;
}

/** As many as browsers and Node follow. */
const redirectsMax = 20;
const noBody: Uint8Array<ArrayBuffer> = new Uint8Array(0);

/** One request on its way, through its redirects. */
interface Exchange {
  readonly url: URL;
  readonly method: string;
  readonly headers: Headers;
  readonly body: Uint8Array<ArrayBuffer>;
}

/**
 * `fetch` as of Node, over the simulated network: one connection for each request, the answer read as a whole before it
 * is given. `https:` is carried as `http:` is, without encryption, at its own port. Rejects as Node does: with the
 * signal's reason when it aborts, else with a TypeError whose cause has a code of Node or undici.
 */
export async function fetchOver(
  network: HttpNetwork,
  input: string | URL | Request,
  init: RequestInit = {},
): Promise<Response> {
  const signal = init.signal ?? (input instanceof Request ? input.signal : undefined);
  signal?.throwIfAborted();
  // Without the signal: a Request listens to it for as long as it lives.
  const request = new Request(input, { ...init, signal: null });
  const { method, headers, redirect } = request;
  const body = request.body === null ? noBody : new Uint8Array(await request.arrayBuffer());
  let exchange: Exchange = { url: new URL(request.url), method, headers, body };
  for (let redirects = 0; ; redirects++) {
    const response = await attempt(network, exchange, signal);
    const location = redirectOf(response);
    if (location === undefined || redirect === 'manual')
      return finished(response, exchange.url, redirects > 0);
    if (redirect === 'error') throw fetchFailed(new Error('unexpected redirect'));
    if (redirects === redirectsMax) throw fetchFailed(new Error('redirect count exceeded'));
    exchange = redirected(exchange, response.status, location);
  }
}

async function attempt(
  network: HttpNetwork,
  exchange: Exchange,
  signal: AbortSignal | undefined,
): Promise<Response> {
  const { protocol, hostname } = exchange.url;
  if (protocol !== 'http:' && protocol !== 'https:') throw fetchFailed(new Error('unknown scheme'));
  if (!network.knows(hostname)) throw fetchFailed(nameNotFound(hostname));
  const port = Number(exchange.url.port) || (protocol === 'http:' ? 80 : 443);
  let connection: Connection | undefined;
  try {
    connection = await network.connect({ host: hostname, port }, { signal });
    return await converse(connection, exchange, signal);
  } catch (error) {
    connection?.destroy();
    if (signal?.aborted) throw signal.reason;
    throw fetchFailed(toFetchCause(error, hostname, port, network.connectTimeout));
  }
}

/** Sends the request and reads the answer at the same time: a server may answer before it has heard everything. */
async function converse(
  connection: Connection,
  exchange: Exchange,
  signal: AbortSignal | undefined,
): Promise<Response> {
  let written = false;
  connection.write(encodeRequest(exchange), { signal }).then(
    () => {
      written = true;
    },
    () => {}, // The read fails too, and says so.
  );
  const reader = new HttpReader(connection, signal);
  const head = await reader.head();
  if (head === undefined) throw otherSideClosed();
  const bodiless = exchange.method === 'HEAD' || head.start[1] === '204' || head.start[1] === '304';
  const body = bodiless ? null : await reader.body(head);
  if (body === undefined) throw otherSideClosed();
  if (written) connection.end();
  else connection.destroy();
  return toResponse(head, body);
}

function encodeRequest({ url, method, headers: given, body }: Exchange): Uint8Array {
  const headers = new Headers(given);
  headers.set('host', url.host);
  headers.set('connection', 'close');
  if (!headers.has('accept')) headers.set('accept', '*/*');
  if (body.length > 0 || method === 'POST' || method === 'PUT') {
    headers.set('content-length', String(body.length));
  }
  return encodeMessage({ start: [method, url.pathname + url.search, 'HTTP/1.1'], headers }, body);
}

function toResponse({ start, headers }: HttpHead, body: Uint8Array<ArrayBuffer> | null): Response {
  const status = Number(start[1]);
  headers.delete('connection');
  return new Response(status === 205 ? null : body, { status, statusText: start[2], headers });
}

function redirectOf({ status, headers }: Response): string | undefined {
  const redirects = status === 301 || status === 302 || status === 303 || status === 307 || status === 308;
  return redirects ? (headers.get('location') ?? undefined) : undefined;
}

/** The request that follows a redirect, by the rules of the Fetch standard. */
function redirected({ url, method, headers, body }: Exchange, status: number, location: string): Exchange {
  const target = URL.canParse(location, url) ? new URL(location, url) : undefined;
  if (target === undefined) throw fetchFailed(new Error(`redirected to ${location}, which is no URL`));
  const onward = new Headers(headers);
  if (target.origin !== url.origin) {
    for (const name of ['authorization', 'cookie', 'host']) onward.delete(name);
  }
  const becomesGet =
    ((status === 301 || status === 302) && method === 'POST') ||
    (status === 303 && method !== 'GET' && method !== 'HEAD');
  if (!becomesGet) return { url: target, method, headers: onward, body };
  for (const name of ['content-encoding', 'content-language', 'content-location', 'content-type']) {
    onward.delete(name);
  }
  return { url: target, method: 'GET', headers: onward, body: noBody };
}

function finished(response: Response, url: URL, redirected: boolean): Response {
  const shown = new URL(url);
  shown.hash = '';
  Object.defineProperty(response, 'url', { value: shown.href });
  Object.defineProperty(response, 'redirected', { value: redirected });
  return response;
}
