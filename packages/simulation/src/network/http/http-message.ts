/** The head of an HTTP/1.1 message (RFC 9112): its first line in three words, and its headers. */
export interface HttpHead {
  /** `[method, target, version]` or `[version, status, reason]`. */
  readonly start: readonly [string, string, string];
  readonly headers: Headers;
}

/** The longest head, and the longest body, that either side takes. */
export const headBytesMax = 65_536;
export const bodyBytesMax: number = 16 * 1_048_576;

/** Why a message cannot be taken; `status` is what a server answers. */
export class HttpRefusal extends Error {
  readonly status: number;
  /** The code of the error that undici has for it. */
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.name = 'HttpRefusal';
    this.status = status;
    this.code = code;
  }
}

/** `head` and `body` as bytes. */
export function encodeMessage({ start, headers }: HttpHead, body: Uint8Array): Uint8Array {
  let head = `${start.join(' ')}\r\n`;
  for (const [name, value] of headers) head += `${name}: ${value}\r\n`;
  head += '\r\n';
  const bytes = new Uint8Array(head.length + body.length);
  for (let index = 0; index < head.length; index++) bytes[index] = head.charCodeAt(index);
  bytes.set(body, head.length);
  return bytes;
}

/** @throws HttpRefusal for what is no HTTP/1.1 head. */
export function parseHead(text: string): HttpHead {
  const [first = '', ...lines] = text.split('\r\n');
  const match = /^(\S+) (\S+)(?: (.*))?$/.exec(first);
  if (match === null) throw new HttpRefusal(400, 'HPE_INVALID_CONSTANT', 'the first line is no HTTP');
  const headers = new Headers();
  for (const line of lines) {
    const colon = line.indexOf(':');
    try {
      headers.append(line.slice(0, Math.max(0, colon)), line.slice(colon + 1).trim());
    } catch {
      throw new HttpRefusal(400, 'HPE_INVALID_HEADER_TOKEN', 'a line is no header');
    }
  }
  return { start: [match[1]!, match[2]!, match[3] ?? ''], headers };
}

/**
 * The length of the body that follows `head`.
 *
 * @throws HttpRefusal when it says none that can be taken: chunked bodies are not.
 */
export function bodyLength({ headers }: HttpHead): number {
  if (headers.has('transfer-encoding')) {
    throw new HttpRefusal(501, 'UND_ERR_NOT_SUPPORTED', 'only bodies of a stated length are taken');
  }
  const stated = headers.get('content-length') ?? '0';
  if (!/^\d{1,15}$/.test(stated)) {
    throw new HttpRefusal(400, 'HPE_INVALID_CONTENT_LENGTH', 'content-length is no length');
  }
  const length = Number(stated);
  if (length > bodyBytesMax) {
    const message = `a body of ${length} bytes is longer than ${bodyBytesMax}`;
    throw new HttpRefusal(413, 'UND_ERR_RES_EXCEEDED_MAX_SIZE', message);
  }
  return length;
}
