import { errorCategories, executedAnswers, retryables, severities, wordAmong } from './classification.ts';
import { toErrorContext, toJsonValue } from './context.ts';
import { invalidArgument } from './core-errors.ts';
import { type ErrorOrigin, HoldfastError, type HoldfastErrorOptions } from './error.ts';
import { causeCountMax, causeDepthMax, messageLengthMax, stackLengthMax } from './json.ts';
import { readField, readText } from './thrown.ts';

const codePattern = /^[A-Z][A-Z0-9_]{0,127}$/;

/**
 * Revives the error that {@link errorToJson} wrote, in this or another version, process or thread. `value` is
 * the parsed JSON (or what `postMessage` delivered).
 *
 * Who can send it is not trusted: the context is copied and redacted anew, sizes are capped, fields of later
 * versions are ignored, and a word that this version does not know is read as the careful one: severity
 * `high`, category `internal`, retryable `never`, executed `maybe`. A cause that makes no sense is kept as a
 * plain value. The revived error has the stack that was sent, or none.
 *
 * @throws HoldfastError INVALID_ARGUMENT when there is no `version` of 1 or more, no `UPPER_SNAKE` `code` or no
 * `message`.
 */
export function errorFromJson(value: unknown): HoldfastError {
  if (!isErrorJson(value)) {
    throw invalidArgument('value', value, 'the JSON form of a HoldfastError (version, code, message ...)');
  }
  return reviveHoldfast(value, { depth: 0, causesLeft: causeCountMax });
}

/** Whether `value` has what every version of the JSON form has. */
export function isErrorJson(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false;
  const version = readField(value, 'version');
  return (
    Number.isInteger(version) &&
    (version as number) >= 1 &&
    codePattern.test(readText(value, 'code') ?? '') &&
    readText(value, 'message') !== undefined
  );
}

interface Reading {
  depth: number;
  causesLeft: number;
}

function reviveHoldfast(json: object, reading: Reading): HoldfastError {
  const retryAfter = readField(json, 'retryAfter');
  const options: HoldfastErrorOptions = {
    message: readCut(json, 'message', messageLengthMax)!,
    origin: readOrigin(json),
    context: toErrorContext(readObject(json, 'context')),
    stack: false,
    ...(isAmount(retryAfter) && { retryAfter }),
    ...reviveCauses(json, reading),
  };
  const error = new HoldfastError(
    {
      code: readText(json, 'code')!,
      severity: wordAmong(severities, readField(json, 'severity')) ?? 'high',
      category: wordAmong(errorCategories, readField(json, 'category')) ?? 'internal',
      retryable: wordAmong(retryables, readField(json, 'retryable')) ?? 'never',
      executed: wordAmong(executedAnswers, readField(json, 'executed')) ?? 'maybe',
    },
    options,
  );
  const stack = readCut(json, 'stack', stackLengthMax);
  if (stack !== undefined) error.stack = stack;
  return error;
}

function reviveForeign(json: object, reading: Reading): Error {
  const { cause, causes } = reviveCauses(json, reading);
  const message = readCut(json, 'message', messageLengthMax)!;
  const init = cause === undefined ? undefined : { cause };
  const error = causes === undefined ? new Error(message, init) : new AggregateError(causes, message, init);
  const name = readCut(json, 'name', messageLengthMax)!;
  const code = readCut(json, 'code', messageLengthMax);
  Object.defineProperty(error, 'name', { value: name, configurable: true, writable: true });
  if (code !== undefined) Object.assign(error, { code });
  error.stack = readCut(json, 'stack', stackLengthMax) ?? `${name}: ${message}`;
  return error;
}

function reviveCauses(json: object, reading: Reading): Pick<HoldfastErrorOptions, 'cause' | 'causes'> {
  const cause = readField(json, 'cause');
  const causes = readField(json, 'causes');
  return {
    ...(cause !== undefined && { cause: reviveCause(cause, reading) }),
    ...(Array.isArray(causes) && { causes: reviveList(causes, reading) }),
  };
}

function reviveList(list: readonly unknown[], reading: Reading): readonly unknown[] {
  const causes: unknown[] = [];
  for (const cause of list) {
    const full = reading.causesLeft === 0;
    causes.push(reviveCause(cause, reading));
    if (full) break;
  }
  return causes;
}

function reviveCause(json: unknown, reading: Reading): unknown {
  if (reading.causesLeft === 0) return '…';
  reading.causesLeft -= 1;
  if (typeof json !== 'object' || json === null) return toJsonValue(json);
  const thrown = readField(json, 'thrown');
  if (thrown !== undefined) return toJsonValue(thrown);
  if (reading.depth >= causeDepthMax) return '[too deep]';
  reading.depth += 1;
  const cause = reviveError(json, reading);
  reading.depth -= 1;
  return cause;
}

function reviveError(json: object, reading: Reading): unknown {
  if (isErrorJson(json)) return reviveHoldfast(json, reading);
  const foreign = readText(json, 'name') !== undefined && readText(json, 'message') !== undefined;
  return foreign ? reviveForeign(json, reading) : toJsonValue(json);
}

function readObject(json: object, key: string): Record<string, unknown> | undefined {
  const value = readField(json, key);
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
}

/** A text field, cut one character after `lengthMax`, where the writer put its `…`. */
function readCut(json: object, key: string, lengthMax: number): string | undefined {
  return readText(json, key)?.slice(0, lengthMax + 1);
}

function readOrigin(json: object): ErrorOrigin {
  const { component, operation, attempt, elapsed, traceId } = toErrorContext(readObject(json, 'origin'));
  return {
    ...(typeof component === 'string' && { component }),
    ...(typeof operation === 'string' && { operation }),
    ...(isAmount(attempt) && { attempt }),
    ...(isAmount(elapsed) && { elapsed }),
    ...(typeof traceId === 'string' && { traceId }),
  };
}

function isAmount(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0;
}
