import type { Address, Connection } from '@holdfast/core';
import { encodeMessage, type HttpHead, HttpRefusal } from './http-message.ts';
import { HttpReader } from './http-reader.ts';
import { reasonOf } from './reason.ts';

export type HttpHandler = (request: Request) => Response | Promise<Response>;

const noBody: Uint8Array<ArrayBuffer> = new Uint8Array(0);
/** What a client that was refused may still send, so that it comes to read the answer. */
const discardedMax = 16 * 1_048_576;

/**
 * Answers the one request of a connection: with 500 where the handler throws, which `onFailure` hears of. Never rejects:
 * a connection that breaks has nobody to tell.
 */
export async function answerConnection(
  connection: Connection,
  { host, port }: Address,
  handler: HttpHandler,
  onFailure: (error: unknown) => void,
): Promise<void> {
  const handle = async (request: Request): Promise<Response> => {
    try {
      return await handler(request);
    } catch (error) {
      onFailure(error);
      return new Response('Internal Server Error', { status: 500 });
    }
  };
  try {
    const answer = await respond(connection, `http://${host}:${port}`, handle);
    if (answer === undefined) {
      connection.destroy();
      return;
    }
    await connection.write(answer);
    connection.end();
  } catch {
    connection.destroy();
  }
}

/** The answer as bytes; undefined when the client has left before its request was complete. */
async function respond(
  connection: Connection,
  origin: string,
  handle: (request: Request) => Promise<Response>,
): Promise<Uint8Array | undefined> {
  const reader = new HttpReader(connection, undefined);
  let method = 'GET';
  let answer: Response;
  try {
    const head = await reader.head();
    const body = head && (await reader.body(head));
    if (head === undefined || body === undefined) return undefined;
    method = head.start[0];
    const leaving = watch(connection);
    answer = await handle(toRequest(head, body, origin, leaving));
  } catch (error) {
    if (!(error instanceof HttpRefusal)) throw error;
    void discard(connection);
    answer = new Response(error.message, { status: error.status });
  }
  return encodeResponse(answer, method);
}

function toRequest(
  { start: [method, target], headers }: HttpHead,
  body: Uint8Array<ArrayBuffer>,
  origin: string,
  signal: AbortSignal,
): Request {
  try {
    const content = body.length > 0 ? body : null;
    return new Request(new URL(target, origin), { method, headers, body: content, signal });
  } catch (error) {
    throw new HttpRefusal(400, 'HPE_INVALID_URL', error instanceof Error ? error.message : 'no request');
  }
}

async function encodeResponse(response: Response, method: string): Promise<Uint8Array> {
  const body = response.body === null ? noBody : new Uint8Array(await response.arrayBuffer());
  const headers = new Headers(response.headers);
  headers.delete('transfer-encoding');
  headers.set('connection', 'close');
  if (response.status !== 204 && response.status !== 304) headers.set('content-length', String(body.length));
  const reason = response.statusText || reasonOf(response.status);
  const start = ['HTTP/1.1', String(response.status), reason] as const;
  return encodeMessage({ start, headers }, method === 'HEAD' ? noBody : body);
}

/** A signal that aborts when the client breaks the connection. */
function watch(connection: Connection): AbortSignal {
  const leaving = new AbortController();
  connection.read().then(
    () => {},
    (error: unknown) => leaving.abort(error),
  );
  return leaving.signal;
}

async function discard(connection: Connection): Promise<void> {
  try {
    for (let discarded = 0; discarded < discardedMax; ) {
      const bytes = await connection.read();
      if (bytes === undefined) return;
      discarded += bytes.length;
    }
    connection.destroy();
  } catch {
    // The client is gone, as it should be.
  }
}
