import { isHoldfastError } from './brand.ts';
import { defineErrors, type ErrorCatalogue } from './catalogue.ts';
import type { Severity } from './classification.ts';
import { cleanText } from './clean-text.ts';
import { isSecretName } from './context.ts';
import type { HoldfastError } from './error.ts';
import { nameAndMessage } from './thrown.ts';

/** Codes of the errors that this package itself throws. */
export type CoreErrorCode =
  | 'INVALID_ARGUMENT'
  | 'ABORTED'
  | 'DEADLINE_EXCEEDED'
  | 'ASSERTION_FAILED'
  | 'UNEXPECTED';

export const coreErrors: ErrorCatalogue<CoreErrorCode> = defineErrors<CoreErrorCode>({
  /** An option or argument has a value that cannot work; the message names the field and the value. */
  INVALID_ARGUMENT: {
    severity: 'medium',
    category: 'invalid',
    retryable: 'never',
    executed: 'no',
  },
  /** The caller aborted the operation through its AbortSignal; the cause is the reason it gave. */
  ABORTED: {
    severity: 'low',
    category: 'cancelled',
    retryable: 'never',
    executed: 'maybe',
  },
  /** The deadline of the whole operation passed before it was done. */
  DEADLINE_EXCEEDED: {
    severity: 'medium',
    category: 'timeout',
    retryable: 'never',
    executed: 'maybe',
  },
  /** An invariant of Holdfast itself is broken: a defect to report. */
  ASSERTION_FAILED: {
    severity: 'critical',
    category: 'internal',
    retryable: 'never',
    executed: 'maybe',
  },
  /** Something was thrown that is no HoldfastError; the cause is what was thrown. */
  UNEXPECTED: {
    severity: 'high',
    category: 'internal',
    retryable: 'never',
    executed: 'maybe',
  },
});

/**
 * The error for a bad argument: `field` is its path as the caller wrote it, `expected` what would work. The
 * value of a field whose name looks like a secret is not shown.
 */
export function invalidArgument(
  field: string,
  value: unknown,
  expected: string,
): HoldfastError<'INVALID_ARGUMENT'> {
  const shown = isSecretName(field) ? '[redacted]' : describe(value);
  return coreErrors.create('INVALID_ARGUMENT', {
    message: `${field} is ${shown}, but must be ${expected}`,
    context: { field, value: shown, expected },
  });
}

/**
 * `thrown` itself if it is a HoldfastError, else one with it as the cause: ABORTED for an `AbortError`,
 * DEADLINE_EXCEEDED for a `TimeoutError` (what aborted signals throw), UNEXPECTED for the rest. Never throws.
 */
export function asHoldfastError(thrown: unknown): HoldfastError {
  if (isHoldfastError(thrown)) return thrown;
  const { name, message } = nameAndMessage(thrown);
  return coreErrors.create(codeOfName(name), { message: `${name}: ${message}`, cause: thrown, stack: false });
}

/** The severity that {@link asHoldfastError} gives, at less cost. */
export function severityOf(thrown: unknown): Severity {
  if (isHoldfastError(thrown)) return thrown.severity;
  return coreErrors.definitions[codeOfName(nameAndMessage(thrown).name)].severity;
}

function codeOfName(name: string): CoreErrorCode {
  if (name === 'AbortError') return 'ABORTED';
  return name === 'TimeoutError' ? 'DEADLINE_EXCEEDED' : 'UNEXPECTED';
}

/** Throws {@link coreErrors} ASSERTION_FAILED unless `condition` holds. Stays on in production. */
export function assert(condition: boolean, message: string): asserts condition {
  if (!condition) throw coreErrors.create('ASSERTION_FAILED', { message });
}

function describe(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(cleanText(value, 80));
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value === 'function') return 'a function';
  if (typeof value === 'object' && value !== null) return describeObject(value);
  return String(value);
}

function describeObject(value: object): string {
  try {
    return Array.isArray(value) ? `an array of ${value.length}` : 'an object';
  } catch {
    return 'an object'; // A revoked proxy does not even say whether it is an array.
  }
}
