export { throwIfAborted, toAbortError } from './cancellation/abort-error.ts';
export { type AnySignal, anySignal } from './cancellation/any-signal.ts';
export { type AbortSubscriber, offAbort, onAbort } from './cancellation/on-abort.ts';
export { isHoldfastError } from './errors/brand.ts';
export { defineErrors, type ErrorCatalogue } from './errors/catalogue.ts';
export type { ErrorCategory, Executed, Retryable, Severity } from './errors/classification.ts';
export type { ErrorContext, JsonValue } from './errors/context.ts';
export {
  asHoldfastError,
  assert,
  type CoreErrorCode,
  coreErrors,
  invalidArgument,
} from './errors/core-errors.ts';
export {
  type ErrorDefinition,
  type ErrorOrigin,
  HoldfastError,
  type HoldfastErrorOptions,
} from './errors/error.ts';
export { isId, newId } from './identity/id.ts';
export { AsyncLocal } from './observation/async-local.ts';
export { errorFromJson } from './errors/from-json.ts';
export {
  type CauseJson,
  type ErrorJson,
  type ErrorToJsonOptions,
  errorToJson,
  type ForeignErrorJson,
  type ThrownJson,
} from './errors/json.ts';
export {
  type AnyEventListener,
  defineEvent,
  type EventListener,
  type EventType,
  subscribeToEvents,
  type Unsubscribe,
} from './observation/events.ts';
export {
  enterOperation,
  type OperationAttributes,
  type OperationObserver,
  type OperationScope,
  observeOperations,
  operationsObserved,
} from './observation/operations.ts';
export { currentDeadline, runWithDeadline } from './time/current-deadline.ts';
export { Deadline } from './time/deadline.ts';
export {
  type DeadlineFromHeadersOptions,
  deadlineFromHeaders,
  deadlineToHeaders,
  type HeaderSource,
} from './time/deadline-headers.ts';
export {
  type Duration,
  type DurationUnit,
  formatMicros,
  toMicros,
  toMillis,
  toPositiveMicros,
} from './time/duration.ts';
export type { Clock } from './world/clock.ts';
export { ManualWorld, type ManualWorldOptions, type RunAllOptions } from './world/manual-world.ts';
export { platformWorld } from './world/platform-world.ts';
export type { Random } from './world/random.ts';
export { seededRandom } from './world/seeded-random.ts';
export { type SleepOptions, sleep } from './world/sleep.ts';
export { Timer, type Timers } from './world/timers.ts';
export { TimingWheel } from './world/timing-wheel.ts';
export type { World } from './world/world.ts';
