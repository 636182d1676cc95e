export { throwIfAborted, toAbortError } from './cancellation/abort-error.ts';
export { AbortableWait } from './cancellation/abortable-wait.ts';
export { type AnySignal, anySignal } from './cancellation/any-signal.ts';
export { type AbortSubscriber, offAbort, onAbort } from './cancellation/on-abort.ts';
export { crc32c } from './checksum/crc32c.ts';
export { defineErrors, type ErrorCatalogue } from './errors/catalogue.ts';
export type { ErrorCategory, Executed, Retryable, Severity } from './errors/classification.ts';
export { type ErrorContext, type JsonValue, toJsonValue } from './errors/context.ts';
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
  isHoldfastError,
} from './errors/error.ts';
export { errorFromJson } from './errors/from-json.ts';
export {
  fromGrpcStatus,
  type GrpcErrorInfo,
  type GrpcFailure,
  type GrpcRetryInfo,
  type GrpcStatus,
  type GrpcStatusOptions,
  toGrpcStatus,
} from './errors/grpc-status.ts';
export {
  type CauseJson,
  type ErrorJson,
  type ErrorToJsonOptions,
  errorToJson,
  type ForeignErrorJson,
  type ThrownJson,
} from './errors/json.ts';
export {
  ErrorMonitor,
  type ErrorMonitorEvent,
  type ErrorMonitorOptions,
  errorMonitors,
} from './errors/monitor.ts';
export type { ErrorEpisode, ErrorGroup, ErrorMonitorSnapshot } from './errors/monitor-snapshot.ts';
export {
  type FromProblemDetailsOptions,
  fromProblemDetails,
  type HttpFailure,
  type ProblemDetails,
  type ProblemDetailsOptions,
  type ProblemResponse,
  toProblemDetails,
} from './errors/problem-details.ts';
export { type RemoteErrorCode, remoteErrors } from './errors/remote-errors.ts';
export type { ErrorSample } from './errors/sample.ts';
export type { ErrorThreshold } from './errors/threshold.ts';
export type { GrpcStatusName } from './errors/wire-status.ts';
export { isId, newId } from './identity/id.ts';
export { type AsyncContext, captureAsyncContext } from './observation/async-context.ts';
export { AsyncLocal } from './observation/async-local.ts';
export { type ComponentRegistry, componentRegistry } from './observation/component-registry.ts';
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
  type OperationOrigin,
  type OperationScope,
  observeOperations,
  operationsObserved,
} from './observation/operations.ts';
export { currentDeadline, runWithDeadline, runWithoutDeadline } from './time/current-deadline.ts';
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
export type { Disk, DiskFile, OpenOptions } from './world/disk.ts';
export { type DiskErrorCode, diskErrors } from './world/disk-errors.ts';
export { ManualWorld, type ManualWorldOptions, type RunAllOptions } from './world/manual-world.ts';
export {
  type Address,
  type Connection,
  type DatagramSocket,
  datagramBytesMax,
  type Listener,
  type Network,
  type WaitOptions,
} from './world/network.ts';
export { type NetworkErrorCode, networkErrors } from './world/network-errors.ts';
export { platformWorld } from './world/platform-world.ts';
export type { Random } from './world/random.ts';
export { seededRandom } from './world/seeded-random.ts';
export { type SleepOptions, sleep } from './world/sleep.ts';
export type { Switches } from './world/switches.ts';
export { Timer, type Timers } from './world/timers.ts';
export { TimingWheel } from './world/timing-wheel.ts';
export type { HostWorld, World } from './world/world.ts';
