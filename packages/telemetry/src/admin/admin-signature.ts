import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

/**
 * How a request shows that its sender has the token, without showing the token: an HMAC-SHA-256 over everything that says
 * what is asked of whom, once. It stands in three headers:
 *
 *     authorization: Holdfast <the code, in hexadecimal>
 *     holdfast-date: <milliseconds since the Unix epoch>
 *     holdfast-nonce: <16 to 64 of A-Za-z0-9_->, for one use
 *
 * and covers these lines: `holdfast-admin-1`, method, host and port as in the Host header, path with its query, date,
 * nonce, and the SHA-256 of the body in hexadecimal.
 */
export interface SignedRequest {
  readonly method: string;
  readonly host: string;
  /** The path with its query. */
  readonly target: string;
  /** Wall-clock milliseconds since the Unix epoch. */
  readonly date: number;
  readonly nonce: string;
  readonly body: string | Uint8Array;
}

export const scheme = 'Holdfast';
/** Characters of a token at least: what can be guessed protects nothing. */
export const tokenLengthMin = 16;

export function signatureOf(token: string, request: SignedRequest): string {
  const { method, host, target, date, nonce, body } = request;
  const bodyHash = createHash('sha256').update(body).digest('hex');
  const lines = ['holdfast-admin-1', method, host, target, date, nonce, bodyHash];
  return createHmac('sha256', token).update(lines.join('\n')).digest('hex');
}

/** Takes the same time whatever is wrong. */
export function isSignedWith(token: string, request: SignedRequest, signature: string): boolean {
  const expected = Buffer.from(signatureOf(token, request));
  const given = Buffer.from(signature);
  return given.length === expected.length && timingSafeEqual(given, expected);
}
