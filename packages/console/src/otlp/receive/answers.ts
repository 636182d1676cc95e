import { type HoldfastError, toProblemDetails } from '@holdfast/core';
import { bytes, int32, int53, message, nested, repeated, string } from '@holdfast/transport/protobuf';
import { type Signal, signals } from '../signal.ts';
import type { Encoding, Taken } from './intake.ts';

/** `ExportTracePartialSuccess`; those of logs and metrics have the same numbers. */
const partialSuccess = message('PartialSuccess', { rejected: int53(1), errorMessage: string(2) });
const exportResponse = message('ExportResponse', { partialSuccess: nested(1, partialSuccess) });

const duration = message('google.protobuf.Duration', { seconds: int53(1), nanos: int32(2) });
const retryInfo = message('google.rpc.RetryInfo', { retryDelay: nested(1, duration) });
const any = message('google.protobuf.Any', { typeUrl: string(1), value: bytes(2) });
const status = message('google.rpc.Status', {
  code: int32(1),
  message: string(2),
  details: repeated(nested(3, any)),
});

/** What a request that was taken is answered. */
export function exportAnswer(
  signal: Signal,
  { reason = '', rejected }: Taken,
  encoding: Encoding,
): Uint8Array {
  if (encoding === 'json') {
    const partial = { [signals[signal].rejectedField]: `${rejected}`, errorMessage: reason };
    return Buffer.from(JSON.stringify(rejected === 0 ? {} : { partialSuccess: partial }));
  }
  return exportResponse.encode({
    partialSuccess: rejected === 0 ? undefined : { rejected, errorMessage: reason },
  });
}

/** Numbers of gRPC, for those errors that OTLP tells apart. */
export const grpcCodes = {
  invalidArgument: 3,
  permissionDenied: 7,
  resourceExhausted: 8,
  internal: 13,
  unavailable: 14,
} as const;

/** A refusal as both transports tell it. */
export interface Refusal {
  readonly httpStatus: number;
  readonly grpcCode: number;
  readonly message: string;
  /** Milliseconds; undefined where coming again does not help. */
  readonly retryAfter: number | undefined;
}

/** How a request is refused that failed with `error`: whoever may come again is told so, and all others not to. */
export function refusalOf(error: HoldfastError): Refusal {
  const { body, status: httpStatus } = toProblemDetails(error, { expose: true });
  const message = body.detail ?? body.title;
  if (error.code === 'TELEMETRY_TOO_LARGE') {
    return { httpStatus: 413, grpcCode: grpcCodes.resourceExhausted, message, retryAfter: undefined };
  }
  if (error.category === 'invalid') {
    return { httpStatus: 400, grpcCode: grpcCodes.invalidArgument, message, retryAfter: undefined };
  }
  if (error.category === 'overload' || error.category === 'unavailable') {
    const retryAfter = error.retryAfter ?? 1_000;
    return { httpStatus: 503, grpcCode: grpcCodes.unavailable, message, retryAfter };
  }
  return { httpStatus, grpcCode: grpcCodes.internal, message, retryAfter: undefined };
}

/** A `google.rpc.Status`, which OTLP has in every answer that is a refusal. */
export function statusAnswer({ grpcCode, message, retryAfter }: Refusal, encoding: Encoding): Uint8Array {
  if (encoding === 'json') return Buffer.from(JSON.stringify({ code: grpcCode, message }));
  const details = retryAfter === undefined ? [] : [retryDetail(retryAfter)];
  return status.encode({ code: grpcCode, message, details });
}

function retryDetail(retryAfter: number): { typeUrl: string; value: Uint8Array } {
  const retryDelay = {
    seconds: Math.floor(retryAfter / 1_000),
    nanos: Math.round((retryAfter % 1_000) * 1_000_000),
  };
  return { typeUrl: 'type.googleapis.com/google.rpc.RetryInfo', value: retryInfo.encode({ retryDelay }) };
}
