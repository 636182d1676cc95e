import { encodeHeaders, type Http2Stream, http2Code, type StreamHandler } from '@holdfast/transport/http2';
import { answerTo, type WebAnswer } from './web-connection.ts';
import type { WebRequest } from './web-request.ts';

/** Bytes that may wait for the client before the next piece is asked for. */
const queuedBytesMax = 65_536;
const nothingMore = encodeHeaders([]);
const encoder = new TextEncoder();

/** Answers a plain request that came by HTTP/2, as scrapers make it within TLS. */
export function serveHttp2Page(stream: Http2Stream, answer: WebAnswer): StreamHandler {
  const page = new Http2Page(stream);
  // A page that cannot be written to its end is broken off: half of it must not pass for all.
  page.send(answer).catch(() => stream.reset(http2Code.internalError));
  return page;
}

class Http2Page implements StreamHandler {
  readonly #stream: Http2Stream;
  #cancelled = false;
  #whenDrained: (() => void) | undefined;

  constructor(stream: Http2Stream) {
    this.#stream = stream;
  }

  async send(answer: WebAnswer): Promise<void> {
    const request = requestOf(this.#stream);
    const { body, contentType, status } = answerTo(request, answer);
    const head = encodeHeaders([
      [':status', `${status}`],
      ['content-type', contentType],
      ['x-content-type-options', 'nosniff'],
      ['cache-control', 'no-store'],
    ]);
    const empty = request.method === 'HEAD';
    this.#stream.respond(head, empty);
    if (empty) return;
    for await (const piece of body) {
      if (this.#cancelled) return;
      this.#stream.write(typeof piece === 'string' ? encoder.encode(piece) : piece);
      if (this.#stream.queuedBytes > queuedBytesMax) {
        await new Promise<void>((resolve) => {
          this.#whenDrained = resolve;
        });
      }
    }
    if (!this.#cancelled) this.#stream.trailers(nothingMore);
  }

  data(bytes: Uint8Array): void {
    this.#stream.consumed(bytes.length);
  }

  cancelled(): void {
    this.#cancelled = true;
    this.#whenDrained?.();
  }

  drained(): void {
    this.#whenDrained?.();
  }
}

function requestOf({ headers }: Http2Stream): WebRequest {
  const fields = new Map<string, string>(headers.map(([name, value]) => [name, value]));
  const host = fields.get('host') ?? fields.get(':authority');
  if (host !== undefined) fields.set('host', host);
  return {
    method: fields.get(':method') ?? '',
    path: (fields.get(':path') ?? '').split('?', 1)[0]!,
    minorVersion: 1,
    headers: fields,
  };
}
