import { brand, isHoldfastError } from './brand.ts';
import type { ErrorCategory, Executed, Retryable, Severity } from './classification.ts';
import { type ErrorContext, toErrorContext } from './context.ts';
import { type ErrorJson, errorToJson } from './json.ts';

export { isHoldfastError } from './brand.ts';

/** One entry of a package's error catalogue. */
export interface ErrorDefinition<Code extends string = string> {
  readonly code: Code;
  readonly severity: Severity;
  readonly category: ErrorCategory;
  readonly retryable: Retryable;
  readonly executed: Executed;
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

const noOrigin: ErrorOrigin = Object.freeze({});
const noCauses: readonly unknown[] = Object.freeze([]);

/** V8's limit of captured frames; other engines ignore it. */
const stacks = Error as { stackTraceLimit?: number | undefined };

/**
 * The one error class of Holdfast. `code` is stable and `UPPER_SNAKE`; everything else says what to do about
 * it. Recognise it with {@link isHoldfastError} (or `instanceof`), which also works for errors of another
 * copy of this package and of another realm. `structuredClone` and `postMessage` strip every error of its
 * fields: send {@link errorToJson} and revive it with `errorFromJson`.
 */
export class HoldfastError<Code extends string = string> extends Error {
  declare readonly code: Code;
  declare readonly severity: Severity;
  declare readonly category: ErrorCategory;
  declare readonly retryable: Retryable;
  declare readonly executed: Executed;
  /** Milliseconds after which trying again makes sense. */
  declare readonly retryAfter: number | undefined;
  declare readonly context: ErrorContext;
  declare readonly origin: ErrorOrigin;
  declare readonly causes: readonly unknown[];

  constructor(definition: ErrorDefinition<Code>, options: HoldfastErrorOptions) {
    const init = 'cause' in options ? { cause: options.cause } : undefined;
    if (options.stack === false) {
      const stackTraceLimit = stacks.stackTraceLimit;
      // Restored even on a stack overflow, which would otherwise cost the process all its later stacks.
      try {
        stacks.stackTraceLimit = 0;
        super(options.message, init);
      } finally {
        stacks.stackTraceLimit = stackTraceLimit;
      }
    } else {
      super(options.message, init);
    }
    this.code = definition.code;
    this.severity = options.severity ?? definition.severity;
    this.category = definition.category;
    this.retryable = options.retryable ?? definition.retryable;
    this.executed = options.executed ?? definition.executed;
    this.retryAfter = options.retryAfter;
    this.context = toErrorContext(options.context);
    this.origin = options.origin === undefined ? noOrigin : Object.freeze({ ...options.origin });
    this.causes = options.causes === undefined ? noCauses : Object.freeze([...options.causes]);
  }

  /** The versioned JSON form, which `JSON.stringify` uses; the stack stays out. */
  toJSON(): ErrorJson {
    return errorToJson(this);
  }
}

Object.defineProperty(HoldfastError.prototype, 'name', { value: 'HoldfastError', configurable: true });
Object.defineProperty(HoldfastError.prototype, brand, { value: true });
Object.defineProperty(HoldfastError, Symbol.hasInstance, { value: isInstance, configurable: true });

/** `instanceof`. The brand says "a HoldfastError", but not of which subclass: those compare prototypes. */
function isInstance(this: typeof HoldfastError, value: unknown): boolean {
  return this === HoldfastError
    ? isHoldfastError(value)
    : Function.prototype[Symbol.hasInstance].call(this, value);
}
