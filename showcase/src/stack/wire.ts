import { type Dispatcher, request } from 'undici';
import { inClientSpan } from '../telemetry/http-spans.ts';
import type { Call } from './stack.ts';

/** An answer that says the other side failed. */
class RemoteFailure extends Error {
  readonly status: number;
  /** Milliseconds after which the other side wants to be asked again. */
  readonly retryAfterMillis: number | undefined;

  constructor(target: string, status: number, retryAfterMillis: number | undefined) {
    super(`${target} answered ${status}`);
    this.name = 'RemoteFailure';
    this.status = status;
    this.retryAfterMillis = retryAfterMillis;
  }
}

export interface Sending {
  readonly target: string;
  readonly port: number;
  readonly call: Call;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

/** Brings a request to another service, and back the body of its answer. Everything above this line is policy. */
export type Wire = (sending: Sending) => Promise<unknown>;

/** Sends one HTTP request over loopback and reads its answer. */
export function send(
  { target, port, call, headers, signal }: Sending,
  dispatcher: Dispatcher,
): Promise<unknown> {
  const { method, path, body } = call;
  return inClientSpan({ method, path, target, port }, async (traced, answered) => {
    const response = await request(`http://127.0.0.1:${port}${path}`, {
      method,
      dispatcher,
      headers: { ...traced, ...headers, ...(body !== undefined && { 'content-type': 'application/json' }) },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      ...(signal !== undefined && { signal }),
    });
    answered(response.statusCode);
    const text = await response.body.text();
    return readAnswer(target, response.statusCode, text, response.headers['retry-after']);
  });
}

/** What an answer of `status` says. Throws when that is a failure. */
export function readAnswer(
  target: string,
  status: number,
  text: string,
  retryAfter?: string | string[] | undefined,
): unknown {
  if (status >= 400) throw new RemoteFailure(target, status, retryAfterMillis(retryAfter));
  return JSON.parse(text);
}

function retryAfterMillis(header: string | string[] | undefined): number | undefined {
  const seconds = typeof header === 'string' ? Number(header) : Number.NaN;
  return Number.isFinite(seconds) && seconds >= 0 ? seconds * 1_000 : undefined;
}

/** Statuses that say: not now, but perhaps in a moment. 502 and 504 do not: there another service is the trouble. */
const passing: readonly number[] = [429, 500, 503];

/**
 * Whether trying the same call again may help: the connection broke, no answer came in time, or the other side
 * itself stumbled. Where a service further down failed, its caller has tried again already, and one level of
 * retries is enough.
 */
export function isPassing(error: unknown): boolean {
  return error instanceof RemoteFailure ? passing.includes(error.status) : true;
}

/** Whether the other side refused the call because it has too much to do. */
export function isOverload(error: unknown): boolean {
  return error instanceof RemoteFailure && (error.status === 429 || error.status === 503);
}
