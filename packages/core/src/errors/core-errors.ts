import { defineErrors, type ErrorCatalogue } from './catalogue.ts';
import type { HoldfastError } from './error.ts';

/** Codes of the errors that this package itself throws. */
export type CoreErrorCode = 'INVALID_ARGUMENT' | 'ABORTED' | 'DEADLINE_EXCEEDED' | 'ASSERTION_FAILED';

export const coreErrors: ErrorCatalogue<CoreErrorCode> = defineErrors<CoreErrorCode>({
  INVALID_ARGUMENT: {
    severity: 'medium',
    category: 'invalid',
    retryable: 'never',
    executed: 'no',
    summary: 'An option or argument has a value that cannot work; the message names the field and the value.',
  },
  ABORTED: {
    severity: 'low',
    category: 'cancelled',
    retryable: 'never',
    executed: 'maybe',
    summary: 'The caller aborted the operation through its AbortSignal; the cause is the reason it gave.',
  },
  DEADLINE_EXCEEDED: {
    severity: 'medium',
    category: 'timeout',
    retryable: 'never',
    executed: 'maybe',
    summary: 'The deadline of the whole operation passed before it was done.',
  },
  ASSERTION_FAILED: {
    severity: 'critical',
    category: 'internal',
    retryable: 'never',
    executed: 'maybe',
    summary: 'An invariant of Holdfast itself is broken: a defect to report.',
  },
});

/** The error for a bad argument: `field` is its path as the caller wrote it, `expected` what would work. */
export function invalidArgument(
  field: string,
  value: unknown,
  expected: string,
): HoldfastError<'INVALID_ARGUMENT'> {
  return coreErrors.create('INVALID_ARGUMENT', {
    message: `${field} is ${describe(value)}, but must be ${expected}`,
    context: { field, value: describe(value), expected },
  });
}

/** Throws {@link coreErrors} ASSERTION_FAILED unless `condition` holds. Stays on in production. */
export function assert(condition: boolean, message: string): asserts condition {
  if (!condition) throw coreErrors.create('ASSERTION_FAILED', { message });
}

function describe(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.length > 80 ? `${value.slice(0, 80)}…` : value);
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value === 'function') return 'a function';
  if (Array.isArray(value)) return `an array of ${value.length}`;
  if (typeof value === 'object' && value !== null) return 'an object';
  return String(value);
}
