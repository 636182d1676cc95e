/** How much it matters to the people who run the system, the least first. */
export const severities = ['low', 'medium', 'high', 'critical'] as const;
export type Severity = (typeof severities)[number];

/** What kind of trouble it is, whatever component it comes from. */
export const errorCategories = [
  'transient',
  'overload',
  'timeout',
  'cancelled',
  'rejected',
  'invalid',
  'unauthenticated',
  'forbidden',
  'not-found',
  'conflict',
  'unavailable',
  'internal',
] as const;
export type ErrorCategory = (typeof errorCategories)[number];

/** Whether trying again can help: not at all, without risk, or only if the operation is idempotent. */
export const retryables = ['never', 'safe', 'if-idempotent'] as const;
export type Retryable = (typeof retryables)[number];

/** Whether the effect that was asked for has happened on the other side. */
export const executedAnswers = ['no', 'maybe', 'yes'] as const;
export type Executed = (typeof executedAnswers)[number];

/** The word among `words` that equals `value`, for reading what others wrote. */
export function wordAmong<Word extends string>(words: readonly Word[], value: unknown): Word | undefined {
  return words.find((word) => word === value);
}

/** Whether `severity` is `least` or worse. */
export function isAtLeast(severity: Severity, least: Severity): boolean {
  return severities.indexOf(severity) >= severities.indexOf(least);
}
