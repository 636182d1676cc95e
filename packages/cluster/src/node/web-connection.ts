import type { Connection } from '@holdfast/core';
import type { HttpPageAnswer } from './node-options.ts';
import { parseWebRequest, type WebRequest } from './web-request.ts';

/** Bytes of a request's head. */
const headBytesMax = 16_384;
const encoder = new TextEncoder();

/** What answers a request. Whatever it throws ends the connection. */
export type WebAnswer = (request: WebRequest) => HttpPageAnswer;

/**
 * Answers one HTTP/1 request on `connection` and ends it: for pages that are read now and then, not for traffic. `first` are
 * bytes that were already read from it. Never rejects. How long it may take is the caller's concern.
 */
export async function serveWebRequest(
  connection: Connection,
  first: Uint8Array,
  answer: WebAnswer,
): Promise<void> {
  try {
    const head = await readHead(connection, first);
    const request = head === undefined ? undefined : parseWebRequest(head);
    await writeAnswer(connection, request, request === undefined ? malformed : answerTo(request, answer));
    connection.end();
    // What is still on its way here would have the connection reset before the answer has been read.
    while ((await connection.read()) !== undefined);
  } catch {
    connection.destroy();
  }
}

const malformed: HttpPageAnswer = plainText(400, 'this is no HTTP/1 request');

export function plainText(status: number, text: string): HttpPageAnswer {
  return { status, contentType: 'text/plain; charset=utf-8', body: [`${text}\n`] };
}

/** What a request is answered: by `answer`, if it is one of a kind that is answered at all. */
export function answerTo(request: WebRequest, answer: WebAnswer): HttpPageAnswer {
  const { headers, method } = request;
  if (method !== 'GET' && method !== 'HEAD') return plainText(405, 'only GET and HEAD are answered');
  if (headers.has('transfer-encoding') || Number(headers.get('content-length') ?? 0) !== 0) {
    return plainText(413, 'a request without a body, please');
  }
  return answer(request);
}

/** The text before the first empty line; undefined when it is too long or ends too early. */
async function readHead(connection: Connection, first: Uint8Array): Promise<string | undefined> {
  let head = Buffer.from(first).toString('latin1');
  for (;;) {
    const end = head.indexOf('\r\n\r\n');
    if ((end < 0 ? head.length : end) > headBytesMax) return undefined;
    if (end >= 0) return head.slice(0, end);
    const bytes = await connection.read();
    if (bytes === undefined) return undefined;
    head += Buffer.from(bytes).toString('latin1');
  }
}

const reasons: Readonly<Record<number, string>> = {
  200: 'OK',
  400: 'Bad Request',
  404: 'Not Found',
  405: 'Method Not Allowed',
  413: 'Content Too Large',
  421: 'Misdirected Request',
  503: 'Service Unavailable',
};

async function writeAnswer(
  connection: Connection,
  request: WebRequest | undefined,
  { body, contentType, status }: HttpPageAnswer,
): Promise<void> {
  const chunked = request?.minorVersion === 1;
  const head = [
    `HTTP/1.1 ${status} ${reasons[status] ?? ''}`,
    `Content-Type: ${contentType}`,
    'X-Content-Type-Options: nosniff',
    'Cache-Control: no-store',
    'Connection: close',
    ...(chunked ? ['Transfer-Encoding: chunked'] : []),
    ...(status === 405 ? ['Allow: GET, HEAD'] : []),
  ];
  await connection.write(encoder.encode(`${head.join('\r\n')}\r\n\r\n`));
  if (request?.method === 'HEAD') return;
  for await (const piece of body) {
    if (piece.length === 0) continue;
    const bytes = typeof piece === 'string' ? encoder.encode(piece) : piece;
    if (!chunked) await connection.write(bytes);
    else {
      const size = encoder.encode(`${bytes.length.toString(16)}\r\n`);
      await connection.write(Buffer.concat([size, bytes, encoder.encode('\r\n')]));
    }
  }
  if (chunked) await connection.write(encoder.encode('0\r\n\r\n'));
}
