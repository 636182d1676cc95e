import type { HeaderSource } from '../time/deadline-headers.ts';
import type { ErrorCategory, Executed, Retryable, Severity } from './classification.ts';
import { errorCategories, executedAnswers, wordAmong } from './classification.ts';
import type { ErrorContext } from './context.ts';
import { invalidArgument } from './core-errors.ts';
import { disclose } from './disclosure.ts';
import type { HoldfastError } from './error.ts';
import { errorFromJson, isErrorJson } from './from-json.ts';
import { remoteErrors } from './remote-errors.ts';
import { formatRetryAfter, parseHttpDate, parseRetryAfter } from './retry-after.ts';
import { readField, readText } from './thrown.ts';
import { httpFailure, statusOfCategory } from './wire-status.ts';

/** A problem document (RFC 9457). The members from `version` on are Holdfast's extension. */
export interface ProblemDetails {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail?: string;
  readonly instance?: string;
  readonly version: 1;
  readonly code: string;
  readonly severity: Severity;
  readonly category: ErrorCategory;
  readonly retryable: Retryable;
  readonly executed: Executed;
  /** Milliseconds. */
  readonly retryAfter?: number;
  readonly context?: ErrorContext;
  readonly origin?: { readonly traceId: string };
}

/** An answer to send. */
export interface ProblemResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: ProblemDetails;
}

export interface ProblemDetailsOptions {
  /** A URI of this occurrence, such as the path of the request. Default: none. */
  readonly instance?: string;
  /** A URI to which the code is appended to make the problem's `type`. Default: `type` is `about:blank`. */
  readonly typeBase?: string;
  /**
   * `true` tells the message and the context whatever the category: for peers you trust. `false` tells
   * neither. Default: the message of errors about the request itself (invalid, unauthenticated, forbidden,
   * not-found, conflict) that this service raised, and no context.
   */
  readonly expose?: boolean;
}

/**
 * The HTTP answer for anything thrown: status by category, `application/problem+json` and, where the error
 * has a `retryAfter`, `Retry-After` in seconds, rounded up. Code, category, severity, retryable, executed and
 * trace id always go along, so that the peer's retry decides well; see {@link ProblemDetailsOptions.expose}
 * for the rest. A 401 needs a `WWW-Authenticate` header, which is yours to add.
 */
export function toProblemDetails(thrown: unknown, options: ProblemDetailsOptions = {}): ProblemResponse {
  const { error, message, context } = disclose(thrown, options.expose);
  const { http: status, title } = statusOfCategory[error.category];
  const { retryAfter } = error;
  const { traceId } = error.origin;
  return {
    status,
    headers: {
      'content-type': 'application/problem+json',
      ...(retryAfter !== undefined && { 'retry-after': formatRetryAfter(retryAfter) }),
    },
    body: {
      type: options.typeBase === undefined ? 'about:blank' : options.typeBase + error.code,
      title,
      status,
      ...(message !== undefined && { detail: message }),
      ...(options.instance !== undefined && { instance: options.instance }),
      version: 1,
      code: error.code,
      severity: error.severity,
      category: error.category,
      retryable: error.retryable,
      executed: error.executed,
      ...(retryAfter !== undefined && { retryAfter }),
      ...(context !== undefined && { context }),
      ...(traceId !== undefined && { origin: { traceId } }),
    },
  };
}

/** An answer with a failing status. */
export interface HttpFailure {
  /** From 400 to 599. */
  readonly status: number;
  readonly headers?: HeaderSource;
  /** The body as text, or as parsed JSON. */
  readonly body?: unknown;
}

export interface FromProblemDetailsOptions {
  /**
   * Wall time in milliseconds since the Unix epoch, for a `Retry-After` that is a date. The answer's own
   * `Date` header, which no difference of clocks can spoil, comes first.
   */
  readonly wall?: number;
}

/**
 * The error that a failing HTTP answer stands for. A document of {@link toProblemDetails} gives the error it
 * was made from, as far as it was told; any other problem document or plain answer gives one of the
 * `REMOTE_...` errors by its status, with status and body in the context. `retryAfter` comes from the
 * document or the `Retry-After` header.
 *
 * @throws HoldfastError INVALID_ARGUMENT when the status is not from 400 to 599.
 */
export function fromProblemDetails(
  { status, headers = {}, body }: HttpFailure,
  options: FromProblemDetailsOptions = {},
): HoldfastError {
  if (!Number.isInteger(status) || status < 400 || status > 599) {
    throw invalidArgument('status', status, 'a failing HTTP status, from 400 to 599');
  }
  const document = parseDocument(body);
  const retryAfter = readRetryAfter(headers, options.wall);
  if (document !== undefined && isOurs(document)) {
    return errorFromJson({ retryAfter, ...document, message: describe(status, document) });
  }
  const { code, ...differences } = httpFailure(status);
  return remoteErrors.create(code, {
    message: describe(status, document),
    context: { status, body: document ?? body },
    ...differences,
    ...(retryAfter !== undefined && { retryAfter }),
  });
}

/** A foreign document may have a `code`, too, but hardly all of these. */
function isOurs(document: object): boolean {
  return (
    isErrorJson({ ...document, message: '' }) &&
    wordAmong(errorCategories, readField(document, 'category')) !== undefined &&
    wordAmong(executedAnswers, readField(document, 'executed')) !== undefined
  );
}

function describe(status: number, document: object | undefined): string {
  const title = document && readText(document, 'title');
  const detail = document && readText(document, 'detail');
  if (detail !== undefined) return detail;
  return title === undefined
    ? `the peer answered HTTP ${status}`
    : `the peer answered HTTP ${status} ${title}`;
}

function parseDocument(body: unknown): object | undefined {
  const parsed = typeof body === 'string' ? parseJson(body) : body;
  return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed) ? parsed : undefined;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // Not a problem document: its text goes into the context.
  }
}

function readRetryAfter(headers: HeaderSource, wall: number | undefined): number | undefined {
  const date = readHeader(headers, 'date');
  const retryAfter = readHeader(headers, 'retry-after');
  if (retryAfter === undefined) return undefined;
  return parseRetryAfter(retryAfter, (date === undefined ? undefined : parseHttpDate(date)) ?? wall);
}

function readHeader(headers: HeaderSource, name: string): string | undefined {
  const value =
    typeof headers.get === 'function' ? headers.get(name) : (headers as Record<string, unknown>)[name];
  return typeof value === 'string' ? value : undefined;
}
