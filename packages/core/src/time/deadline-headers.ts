import { platformWorld } from '../world/platform-world.ts';
import type { World } from '../world/world.ts';
import { currentDeadline } from './current-deadline.ts';
import { Deadline } from './deadline.ts';
import { type Duration, toPositiveMicros } from './duration.ts';

/** Request headers: a `Headers` object, or a record with lower-case names such as Node's `request.headers`. */
export type HeaderSource =
  | { get(name: string): string | null }
  | Readonly<Record<string, string | readonly string[] | undefined>>;

export interface DeadlineFromHeadersOptions {
  /** The most time a caller is given, whatever it asks for. Default `'1h'`. */
  readonly max?: Duration;
  /** Default the platform's. */
  readonly world?: World;
}

const grpcTimeout = 'grpc-timeout';
const envoyTimeout = 'x-envoy-expected-rq-timeout-ms';

/** Units of `grpc-timeout` in nanoseconds, the finest first. */
const units: readonly (readonly [unit: string, nanos: number])[] = [
  ['n', 1],
  ['u', 1e3],
  ['m', 1e6],
  ['S', 1e9],
  ['M', 60e9],
  ['H', 3600e9],
];
const grpcPattern = /^(\d{1,8})([numSMH])$/;
const valueMax = 99_999_999;

/**
 * The header that hands `deadline` on to the next service: `grpc-timeout`, as gRPC over HTTP/2 defines it, which
 * every protocol on HTTP can carry. It holds the time left, not an instant, so that clocks need not agree; never
 * more than is left, except that a deadline that has passed is sent as `1n`, for the format knows no zero.
 *
 *     await fetch(url, { headers: { accept: 'application/json', ...deadlineToHeaders() } });
 *
 * @param deadline - default: the current one. Without one there is no header.
 */
export function deadlineToHeaders(
  deadline: Deadline | undefined = currentDeadline(),
): Record<string, string> {
  return deadline === undefined ? {} : { [grpcTimeout]: formatGrpcTimeout(deadline.remaining()) };
}

/**
 * The deadline that a caller sent: `grpc-timeout`, or `x-envoy-expected-rq-timeout-ms` from an Envoy proxy; the
 * earlier of the two where both are there, and never later than `max` from now. A value that is not in the format
 * is ignored as if the header were not there, repeated headers included: a stranger's header can shorten a
 * request, and can neither break it nor prolong it.
 */
export function deadlineFromHeaders(
  headers: HeaderSource,
  { max = '1h', world = platformWorld() }: DeadlineFromHeadersOptions = {},
): Deadline | undefined {
  const longest = toPositiveMicros(max, 'max');
  const micros = Math.min(
    parseGrpcTimeout(read(headers, grpcTimeout)) ?? Number.POSITIVE_INFINITY,
    parseMillis(read(headers, envoyTimeout)) ?? Number.POSITIVE_INFINITY,
  );
  if (micros === Number.POSITIVE_INFINITY) return undefined;
  return new Deadline(world.clock.now() + Math.min(micros, longest), world.clock);
}

function formatGrpcTimeout(micros: number): string {
  const nanos = Math.max(1, micros * 1_000);
  const [unit, size] = units.find(([, size]) => nanos / size <= valueMax)!;
  return `${Math.floor(nanos / size)}${unit}`;
}

function parseGrpcTimeout(text: string | undefined): number | undefined {
  const match = text === undefined ? null : grpcPattern.exec(text);
  if (match === null) return undefined;
  const [, size] = units.find(([unit]) => unit === match[2])!;
  return Math.ceil((Number(match[1]) * size) / 1_000);
}

function parseMillis(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,12}$/.test(text) ? Number(text) * 1_000 : undefined;
}

function read(headers: HeaderSource, name: string): string | undefined {
  const value =
    typeof headers.get === 'function' ? headers.get(name) : (headers as Record<string, unknown>)[name];
  return typeof value === 'string' ? value.trim() : undefined;
}
