import { invalidArgument } from './core-errors.ts';
import { disclose } from './disclosure.ts';
import type { HoldfastError } from './error.ts';
import { errorFromJson, isErrorJson } from './from-json.ts';
import { remoteErrors } from './remote-errors.ts';
import { readField, readText } from './thrown.ts';
import { type GrpcStatusName, grpcFailures, grpcStatusNames, statusOfCategory } from './wire-status.ts';

/** The catalogue code, by google.rpc.ErrorInfo. */
export interface GrpcErrorInfo {
  readonly '@type': 'type.googleapis.com/google.rpc.ErrorInfo';
  readonly reason: string;
  readonly domain: 'holdfast';
  readonly metadata: Readonly<Record<string, string>>;
}

/** When to come again, by google.rpc.RetryInfo. */
export interface GrpcRetryInfo {
  readonly '@type': 'type.googleapis.com/google.rpc.RetryInfo';
  /** Seconds, as the JSON form of google.protobuf.Duration: `'1.500s'`. */
  readonly retryDelay: string;
}

/** A failed call's status as plain data, in the JSON form of google.rpc.Status. */
export interface GrpcStatus {
  readonly code: number;
  readonly name: GrpcStatusName;
  readonly message: string;
  readonly details: readonly (GrpcErrorInfo | GrpcRetryInfo)[];
}

export interface GrpcStatusOptions {
  /** As for `toProblemDetails`: what the peer may read besides the classification. */
  readonly expose?: boolean;
}

const errorInfoType = 'type.googleapis.com/google.rpc.ErrorInfo';
const retryInfoType = 'type.googleapis.com/google.rpc.RetryInfo';

/**
 * The gRPC status for anything thrown: code by category, and as details an ErrorInfo with the catalogue code
 * and, where the error has a `retryAfter`, a RetryInfo. A message that is not for the peer is replaced by the
 * name of the status. Encoding `details` into `grpc-status-details-bin` is the transport's.
 */
export function toGrpcStatus(thrown: unknown, options: GrpcStatusOptions = {}): GrpcStatus {
  const { error, message, context } = disclose(thrown, options.expose);
  const name = statusOfCategory[error.category].grpc;
  const { traceId } = error.origin;
  const errorInfo: GrpcErrorInfo = {
    '@type': errorInfoType,
    reason: error.code,
    domain: 'holdfast',
    metadata: {
      version: '1',
      severity: error.severity,
      category: error.category,
      retryable: error.retryable,
      executed: error.executed,
      ...(context !== undefined && { context: JSON.stringify(context) }),
      ...(traceId !== undefined && { traceId }),
    },
  };
  return {
    code: grpcStatusNames.indexOf(name),
    name,
    message: message ?? name,
    details: error.retryAfter === undefined ? [errorInfo] : [errorInfo, retryInfo(error.retryAfter)],
  };
}

function retryInfo(retryAfter: number): GrpcRetryInfo {
  return { '@type': retryInfoType, retryDelay: `${(Math.ceil(retryAfter) / 1000).toFixed(3)}s` };
}

/** A failed call's status as a peer or a gRPC library gives it. */
export interface GrpcFailure {
  /** The number from 1 to 16, or the name. Unknown numbers are read as UNKNOWN, as gRPC demands. */
  readonly code: number | GrpcStatusName;
  readonly message?: string;
  /** Decoded details: objects with `@type` in the JSON form of protobuf. Others are ignored. */
  readonly details?: unknown;
}

/**
 * The error that a failed gRPC call stands for. One with the ErrorInfo of {@link toGrpcStatus} gives the
 * error it was made from, as far as it was told; any other gives one of the `REMOTE_...` errors by its code.
 *
 * @throws HoldfastError INVALID_ARGUMENT when the code is OK or neither a number nor a name of gRPC.
 */
export function fromGrpcStatus({ code, message = '', details }: GrpcFailure): HoldfastError {
  const name = statusName(code);
  const retryAfter = readRetryDelay(findDetail(details, retryInfoType));
  const ours = readErrorInfo(findDetail(details, errorInfoType));
  if (ours !== undefined) return errorFromJson({ ...ours, retryAfter, message: message || name });
  const { code: remoteCode, ...differences } = grpcFailures[name];
  return remoteErrors.create(remoteCode, {
    message: message === '' ? `the peer answered gRPC ${name}` : message,
    context: { status: name, details },
    ...differences,
    ...(retryAfter !== undefined && { retryAfter }),
  });
}

function statusName(code: unknown): Exclude<GrpcStatusName, 'OK'> {
  const name =
    typeof code === 'number' && Number.isInteger(code) ? (grpcStatusNames[code] ?? 'UNKNOWN') : code;
  if (typeof name === 'string' && Object.hasOwn(grpcFailures, name)) return name as keyof typeof grpcFailures;
  throw invalidArgument('code', code, 'a gRPC status other than OK, by number or by name');
}

function findDetail(details: unknown, type: string): object | undefined {
  if (!Array.isArray(details)) return undefined;
  return details.find(
    (detail) => typeof detail === 'object' && detail !== null && readField(detail, '@type') === type,
  );
}

/** The JSON form of the error that `info` tells of, or undefined when it is not one of ours. */
function readErrorInfo(info: object | undefined): object | undefined {
  if (info === undefined || readText(info, 'domain') !== 'holdfast') return undefined;
  const metadata = readField(info, 'metadata');
  if (typeof metadata !== 'object' || metadata === null) return undefined;
  const json = {
    ...metadata,
    version: Number(readText(metadata, 'version')),
    code: readText(info, 'reason'),
    context: parseContext(readText(metadata, 'context')),
    origin: { traceId: readField(metadata, 'traceId') },
    message: '',
  };
  return isErrorJson(json) ? json : undefined;
}

function parseContext(text: string | undefined): unknown {
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return { text };
  }
}

/** Milliseconds of a google.protobuf.Duration: its JSON form `'1.5s'`, or its fields. */
function readRetryDelay(info: object | undefined): number | undefined {
  const delay = info && readField(info, 'retryDelay');
  if (typeof delay === 'string') {
    return /^\d+(\.\d+)?s$/.test(delay) ? finite(Number(delay.slice(0, -1)) * 1000) : undefined;
  }
  if (typeof delay !== 'object' || delay === null) return undefined;
  // `seconds` may be a number, a text or a 64-bit integer object: all of them turn into a number.
  const seconds = Number(readField(delay, 'seconds') ?? 0);
  const nanos = Number(readField(delay, 'nanos') ?? 0);
  return finite(seconds * 1000 + nanos / 1_000_000);
}

function finite(millis: number): number | undefined {
  return Number.isFinite(millis) && millis >= 0 ? millis : undefined;
}
