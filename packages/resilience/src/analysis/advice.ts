import { formatMicros, type HoldfastError } from '@holdfast/core';

const adviceOfCode: Readonly<Record<string, string>> = {
  BREAKER_OPEN:
    'Do not call more often: find out why the service behind it fails, and answer with a fallback until it works.',
  TIMEOUT:
    'Find out what is slow. Check whether the call has had its effect before you repeat what is not idempotent.',
  BULKHEAD_FULL: 'Send less at once, or raise its limits if the service behind it has room.',
  QUEUE_TIMEOUT: 'Send less at once: calls arrive faster than they are served.',
  RATE_LIMITED: 'Spread the calls out, or raise the limit if it is yours.',
  CONCURRENCY_LIMITED: 'Send less at once: the service behind it does not serve more without becoming slow.',
  LOAD_SHED: 'Send less, or give the calls that matter a priority nearer to 0.',
  ASYNC_REQUIRED: 'Use execute or tryExecute instead of the synchronous form.',
  KEY_REQUIRED: 'Pass the call a { key }.',
  WORKER_CRASHED: 'Look into the crash; repeat the call only if it is idempotent.',
  RECOVERY_FAILED: 'Repair the component by hand: what could be done by itself has been tried.',
  STORE_UNAVAILABLE: 'Bring the store back, or let the policy fail open or go on locally without it.',
  FALLBACK_FAILED: 'Repair the first cause, or give the fallback a substitute that cannot fail.',
  OPERATION_FAILED: 'The cause says what went wrong in the operation itself.',
  ABORTED: 'Nothing to do: whoever asked has given up.',
  DEADLINE_EXCEEDED: 'Allow the whole call more time, or let it ask for less.',
  INVALID_ARGUMENT: 'Correct the value that the message names.',
  ASSERTION_FAILED: 'Report it: this is a defect of Holdfast.',
};

const adviceOfRetryable = {
  never: 'Do not repeat it as it is: it would fail again.',
  safe: 'Repeating it is safe: nothing has happened.',
  'if-idempotent': 'Repeat it only if it is idempotent, for it may have had its effect.',
};

/** What to do next about `error`. */
export function adviceFor(error: HoldfastError): string {
  const { code, retryAfter, retryable } = error;
  const advice = Object.hasOwn(adviceOfCode, code) ? adviceOfCode[code]! : adviceOfRetryable[retryable];
  if (retryAfter === undefined || retryAfter === 0) return advice;
  return `${advice} Try again after ${formatMicros(Math.round(retryAfter * 1_000))}.`;
}
