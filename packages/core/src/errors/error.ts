import { type ErrorContext, toErrorContext } from './context.ts';

/** How much it matters to the people who run the system. */
export type Severity = 'low' | 'medium' | 'high' | 'critical';

/** What kind of trouble it is, whatever component it comes from. */
export type ErrorCategory =
  | 'transient'
  | 'overload'
  | 'timeout'
  | 'cancelled'
  | 'rejected'
  | 'invalid'
  | 'unauthenticated'
  | 'forbidden'
  | 'not-found'
  | 'conflict'
  | 'unavailable'
  | 'internal';

/** Whether trying again can help: not at all, without risk, or only if the operation is idempotent. */
export type Retryable = 'never' | 'safe' | 'if-idempotent';

/** Whether the effect that was asked for has happened on the other side. */
export type Executed = 'no' | 'maybe' | 'yes';

/** One entry of a package's error catalogue. */
export interface ErrorDefinition<Code extends string = string> {
  readonly code: Code;
  readonly severity: Severity;
  readonly category: ErrorCategory;
  readonly retryable: Retryable;
  readonly executed: Executed;
  /** One sentence for the reference: when it occurs. */
  readonly summary: string;
}

/** Where an error came from. */
export interface ErrorOrigin {
  /** The component, such as the name of a policy or a store. */
  readonly component?: string;
  /** The operation under way. */
  readonly operation?: string;
  /** The attempt it happened in, counted from 1. */
  readonly attempt?: number;
  /** Milliseconds since the operation began. */
  readonly elapsed?: number;
  readonly traceId?: string;
}

export interface HoldfastErrorOptions {
  /** What happened, to what, with which values, and what to do next. */
  readonly message: string;
  readonly cause?: unknown;
  /** The causes of an error that has several. */
  readonly causes?: readonly unknown[];
  /** Facts about it, made JSON-safe, redacted and frozen. */
  readonly context?: Readonly<Record<string, unknown>>;
  readonly origin?: ErrorOrigin;
  /** Milliseconds after which trying again makes sense. */
  readonly retryAfter?: number;
  /** Overrides of the catalogue entry, for what only this occurrence knows. */
  readonly severity?: Severity;
  readonly retryable?: Retryable;
  readonly executed?: Executed;
  /** `false` leaves the stack out, which makes the error several times cheaper. Default `true`. */
  readonly stack?: boolean;
}

const brand = Symbol.for('@holdfast/core/error');

/** V8's limit of captured frames; other engines ignore it. */
const stacks = Error as { stackTraceLimit?: number | undefined };

/**
 * The one error class of Holdfast. `code` is stable and `UPPER_SNAKE`; everything else says what to do about
 * it. Recognise it with {@link isHoldfastError} (or `instanceof`), which also works for errors of another
 * copy of this package and of another realm.
 */
export class HoldfastError<Code extends string = string> extends Error {
  readonly code: Code;
  readonly severity: Severity;
  readonly category: ErrorCategory;
  readonly retryable: Retryable;
  readonly executed: Executed;
  readonly retryAfter: number | undefined;
  readonly context: ErrorContext;
  readonly origin: ErrorOrigin;
  readonly causes: readonly unknown[];

  constructor(definition: ErrorDefinition<Code>, options: HoldfastErrorOptions) {
    const stackTraceLimit = stacks.stackTraceLimit;
    if (options.stack === false) stacks.stackTraceLimit = 0;
    if ('cause' in options) super(options.message, { cause: options.cause });
    else super(options.message);
    if (options.stack === false) stacks.stackTraceLimit = stackTraceLimit;
    this.code = definition.code;
    this.severity = options.severity ?? definition.severity;
    this.category = definition.category;
    this.retryable = options.retryable ?? definition.retryable;
    this.executed = options.executed ?? definition.executed;
    this.retryAfter = options.retryAfter;
    this.context = toErrorContext(options.context);
    this.origin = Object.freeze({ ...options.origin });
    this.causes = Object.freeze([...(options.causes ?? [])]);
  }

  static override [Symbol.hasInstance](value: unknown): boolean {
    return isHoldfastError(value);
  }
}

Object.defineProperty(HoldfastError.prototype, 'name', { value: 'HoldfastError', configurable: true });
Object.defineProperty(HoldfastError.prototype, brand, { value: true });

/** Whether `value` is a {@link HoldfastError}, from whichever copy of this package or realm. */
export function isHoldfastError(value: unknown): value is HoldfastError {
  return typeof value === 'object' && value !== null && (value as Record<symbol, unknown>)[brand] === true;
}
