/** A request as the shop's code sees it. */
export interface Received {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: unknown;
}

export interface Answer {
  readonly status: number;
  readonly body: unknown;
  /** Seconds after which the caller may try again. */
  readonly retryAfter?: number;
}

/** What a service does for a request. */
export type Handler = (request: Received) => Promise<Answer>;

/** The key under which a caller promises that a repeated request is the same request. */
export function idempotencyKey(request: Received): string | undefined {
  const key = request.headers['idempotency-key'];
  return typeof key === 'string' && key.length > 0 && key.length <= 128 ? key : undefined;
}

export const notFound: Answer = { status: 404, body: { error: 'there is no such thing in this shop' } };
