import { deadlineToHeaders, fromProblemDetails, platformWorld, type World } from '@holdfast/core';
import type { Attempt } from '../pipeline/attempt.ts';
import type { CallOptions } from '../pipeline/call-options.ts';
import type { Operation } from '../pipeline/outcome.ts';
import { protect } from '../presets/protect.ts';
import { markRetried } from '../retry/retried.ts';
import { readDocument } from './read-document.ts';

export interface ProtectedFetchOptions {
  /** Default: `protect({ name: 'fetch' })`. */
  readonly pipeline?: FetchPipeline;
  /** What makes the requests. Default: the platform's. */
  readonly fetch?: typeof fetch;
  /** Which answers with a status from 400 on are failures. Default: 408, 425, 429 and all from 500 on. */
  readonly isFailure?: (response: Response) => boolean;
  /** The key of a request, for keyed policies. Default: the origin of its URL. */
  readonly key?: (url: string) => string;
  /**
   * Whether the deadline of the call goes along, as a `grpc-timeout` header. Default true. In browsers a header of
   * one's own makes requests to other origins ask for permission first (CORS).
   */
  readonly sendDeadline?: boolean;
  readonly world?: World;
}

/** What {@link protectedFetch} needs of a pipeline. One that may answer instead has to answer with a Response. */
export interface FetchPipeline {
  execute(operation: Operation<Response>, options?: CallOptions): Promise<Response>;
}

/** Methods whose repetition is harmless (RFC 9110, section 9.2.2). */
const idempotentMethods: readonly string[] = ['GET', 'HEAD', 'OPTIONS', 'TRACE', 'PUT', 'DELETE'];
const failureStatuses: readonly number[] = [408, 425, 429];

/**
 * `fetch` under a pipeline. It takes what `fetch` takes, and returns the answer, except that an answer with a
 * failing status is thrown as the error that it stands for (see `fromProblemDetails`), so that policies see it:
 * with its code, whether to try again, and when (`Retry-After`).
 *
 * A request is repeated if its method is idempotent or it has an `Idempotency-Key` header, or if the answer says that
 * nothing has happened; never if its body is a stream, which can be sent only once. The signal of the caller aborts
 * all of it; timeouts cover what happens until the headers of the answer are there, and not the reading of its body.
 *
 * @throws TypeError when the network fails, as `fetch` does; else HoldfastError.
 */
export function protectedFetch(options: ProtectedFetchOptions = {}): typeof fetch {
  const { world = platformWorld(), isFailure = failed, key = originOf, sendDeadline = true } = options;
  const pipeline = options.pipeline ?? protect({ name: 'fetch', world });
  const send = options.fetch ?? ((input, init) => fetch(input, init));

  return (input, init) => {
    const request = new Outgoing(input, init);
    const attempt = async ({ deadline, signal }: Attempt): Promise<Response> => {
      const headers = request.headersWith(sendDeadline ? deadlineToHeaders(deadline) : {});
      const response = await send(input, { ...init, headers, signal: request.abortedBy(signal) });
      if (response.status < 400 || !isFailure(response)) return response;
      throw await request.failureOf(response, world);
    };
    return pipeline.execute(attempt, {
      idempotent: request.idempotent,
      key: key(request.url),
      ...(request.signal && { signal: request.signal }),
    });
  };
}

type FetchInput = Parameters<typeof fetch>[0];

/** What the arguments of `fetch` say. */
class Outgoing {
  readonly url: string;
  readonly idempotent: boolean;
  readonly signal: AbortSignal | undefined;
  private readonly headers: Headers;
  private readonly repeatable: boolean;

  constructor(input: FetchInput, init: RequestInit = {}) {
    const request = typeof input === 'string' || input instanceof URL ? undefined : input;
    const method = (init.method ?? request?.method ?? 'GET').toUpperCase();
    this.url = request?.url ?? String(input);
    this.headers = new Headers(init.headers ?? request?.headers);
    this.signal = (init.signal === undefined ? request?.signal : init.signal) ?? undefined;
    this.repeatable = init.body == null ? !hasBody(request, method) : !isStream(init.body);
    this.idempotent =
      this.repeatable && (idempotentMethods.includes(method) || this.headers.has('idempotency-key'));
  }

  /** The headers, with those of `others` that are not among them. */
  headersWith(others: Readonly<Record<string, string>>): Headers {
    const headers = new Headers(this.headers);
    for (const [name, value] of Object.entries(others)) {
      if (!headers.has(name)) headers.set(name, value);
    }
    return headers;
  }

  /** `attempt`, and the caller's own signal, which goes on to count while the body of the answer is read. */
  abortedBy(attempt: AbortSignal): AbortSignal {
    return this.signal === undefined ? attempt : AbortSignal.any([attempt, this.signal]);
  }

  /** The error that `response` stands for; its body is used up or cancelled. */
  async failureOf(response: Response, world: World): Promise<unknown> {
    const { headers, status } = response;
    const body = await readDocument(response);
    const wall = world.clock.wall();
    const failure = fromProblemDetails({ status, headers, ...(body !== undefined && { body }) }, { wall });
    if (!this.repeatable) markRetried(failure);
    return failure;
  }
}

function failed({ status }: Response): boolean {
  return status >= 500 || failureStatuses.includes(status);
}

/** A request does not tell where its body came from, and where `body` is not supported, not even whether it has one. */
function hasBody(request: Request | undefined, method: string): boolean {
  if (request === undefined) return false;
  return request.body === undefined ? method !== 'GET' && method !== 'HEAD' : request.body !== null;
}

/** Whether it can be read only once. */
function isStream(body: NonNullable<RequestInit['body']>): boolean {
  return body instanceof ReadableStream || Symbol.asyncIterator in Object(body);
}

function originOf(url: string): string {
  return URL.canParse(url) ? new URL(url).origin : '';
}
