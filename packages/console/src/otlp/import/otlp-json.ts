import { consoleErrors } from '../../console-errors.ts';
import type { Signal } from '../signal.ts';

/** A request of OTLP in JSON, parsed. */
export interface ParsedRequest {
  readonly signal: Signal;
  readonly request: unknown;
}

/** How requests of each signal begin. */
const roots: readonly (readonly [string, Signal])[] = [
  ['resourceSpans', 'spans'],
  ['resourceLogs', 'logs'],
  ['resourceMetrics', 'metrics'],
];

/**
 * Reads a file of OTLP's JSON: one request, or one a line, as OpenTelemetry's collector writes files.
 *
 * @throws HoldfastError TELEMETRY_MALFORMED.
 */
export function readRequests(text: string): ParsedRequest[] {
  const whole = parse(text);
  const requests =
    whole === undefined
      ? text
          .split('\n')
          .filter((line) => line.trim() !== '')
          .map(parseLine)
      : [whole];
  return requests.flatMap((request) => {
    const found = roots.filter(([root]) => Object.hasOwn(Object(request), root));
    if (found.length === 0) {
      throw malformed('it holds none of resourceSpans, resourceLogs and resourceMetrics');
    }
    return found.map(([, signal]) => ({ signal, request }));
  });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function parseLine(line: string, index: number): unknown {
  const parsed = parse(line);
  if (parsed === undefined) throw malformed(`line ${index + 1} is no JSON`);
  return parsed;
}

function malformed(message: string): Error {
  return consoleErrors.create('TELEMETRY_MALFORMED', { message, stack: false });
}

const isTime = (key: string): boolean => key.endsWith('imeUnixNano');

/** All times in a request, in nanoseconds. */
export function timesOf({ request }: ParsedRequest): bigint[] {
  const times: bigint[] = [];
  JSON.stringify(request, (key, value: unknown) => {
    if (isTime(key) && isNanos(value)) times.push(BigInt(value));
    return value;
  });
  return times;
}

/** The same request with all its times moved. */
export function shiftTimes(request: unknown, shift: bigint): unknown {
  if (shift === 0n) return request;
  return JSON.parse(
    JSON.stringify(request, (key, value: unknown) =>
      isTime(key) && isNanos(value) ? `${BigInt(value) + shift}` : value,
    ),
  );
}

/** A time that is told: 0 stands for none. */
function isNanos(value: unknown): value is string | number {
  if (typeof value === 'string') return /^\d{1,20}$/.test(value) && value !== '0';
  return Number.isInteger(value) && value !== 0;
}
