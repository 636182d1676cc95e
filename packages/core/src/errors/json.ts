import { isHoldfastError } from './brand.ts';
import type { ErrorCategory, Executed, Retryable, Severity } from './classification.ts';
import { cleanText } from './clean-text.ts';
import { type ErrorContext, type JsonValue, toJsonValue } from './context.ts';
import type { ErrorOrigin, HoldfastError } from './error.ts';
import { isError, nameAndMessage, readField, readText } from './thrown.ts';

/**
 * A HoldfastError as plain data, for JSON and for `postMessage`. Version 1. Later versions only add fields,
 * so that a reader of any version can read all of them.
 */
export interface ErrorJson {
  readonly version: number;
  readonly code: string;
  readonly message: string;
  readonly severity: Severity;
  readonly category: ErrorCategory;
  readonly retryable: Retryable;
  readonly executed: Executed;
  /** Milliseconds. */
  readonly retryAfter?: number;
  readonly context: ErrorContext;
  readonly origin: ErrorOrigin;
  readonly cause?: CauseJson;
  readonly causes?: readonly CauseJson[];
  readonly stack?: string;
}

/** An error of another class, as a cause. */
export interface ForeignErrorJson {
  readonly name: string;
  readonly message: string;
  readonly code?: string;
  readonly cause?: CauseJson;
  readonly causes?: readonly CauseJson[];
  readonly stack?: string;
}

/** Something thrown that is no error, or a note such as `[circular]` where the chain was cut. */
export interface ThrownJson {
  readonly thrown: JsonValue;
}

export type CauseJson = ErrorJson | ForeignErrorJson | ThrownJson;

export interface ErrorToJsonOptions {
  /** Whether stacks go along. They name files of the service: keep them inside it. Default `false`. */
  readonly stack?: boolean;
}

/** How deep a chain of causes is written and read. */
export const causeDepthMax = 8;
/** How many errors one JSON form holds, all causes included. */
export const causeCountMax = 32;
/** Characters of a message, a name or a foreign code. */
export const messageLengthMax = 2048;
/** Characters. */
export const stackLengthMax = 16_384;

interface Writing {
  readonly stack: boolean;
  causesLeft: number;
  readonly ancestors: Set<unknown>;
}

/** `error` as plain data, its causes included as far as 8 deep and 32 in all. Never throws. */
export function errorToJson(error: HoldfastError, options: ErrorToJsonOptions = {}): ErrorJson {
  return holdfastToJson(error, {
    stack: options.stack ?? false,
    causesLeft: causeCountMax,
    ancestors: new Set([error]),
  });
}

function holdfastToJson(error: HoldfastError, writing: Writing): ErrorJson {
  return {
    version: 1,
    code: error.code,
    message: cleanText(error.message, messageLengthMax),
    severity: error.severity,
    category: error.category,
    retryable: error.retryable,
    executed: error.executed,
    ...(error.retryAfter !== undefined && { retryAfter: error.retryAfter }),
    context: error.context,
    origin: error.origin,
    ...causesToJson(error, error.causes, writing),
  };
}

function foreignToJson(error: Error, writing: Writing): ForeignErrorJson {
  const { name, message } = nameAndMessage(error);
  const code = readText(error, 'code');
  return {
    name: cleanText(name, messageLengthMax),
    message: cleanText(message, messageLengthMax),
    ...(code !== undefined && { code: cleanText(code, messageLengthMax) }),
    ...causesToJson(error, readField(error, 'errors'), writing),
  };
}

function causesToJson(
  error: Error,
  several: unknown,
  writing: Writing,
): Pick<ErrorJson, 'cause' | 'causes' | 'stack'> {
  const cause = readField(error, 'cause');
  const stack = writing.stack ? readText(error, 'stack') : undefined;
  const causes = Array.isArray(several) ? several : [];
  return {
    ...(cause !== undefined && { cause: causeToJson(cause, writing) }),
    ...(causes.length > 0 && { causes: listToJson(causes, writing) }),
    ...(stack !== undefined && { stack: cleanText(stack, stackLengthMax) }),
  };
}

function listToJson(causes: readonly unknown[], writing: Writing): readonly CauseJson[] {
  const list: CauseJson[] = [];
  for (const cause of causes) {
    if (writing.causesLeft === 0) return [...list, { thrown: '…' }];
    list.push(causeToJson(cause, writing));
  }
  return list;
}

function causeToJson(cause: unknown, writing: Writing): CauseJson {
  const { ancestors } = writing;
  if (writing.causesLeft === 0) return { thrown: '…' };
  writing.causesLeft -= 1;
  const ours = isHoldfastError(cause);
  if (!ours && !isError(cause)) return { thrown: toJsonValue(cause) };
  if (ancestors.has(cause)) return { thrown: '[circular]' };
  if (ancestors.size > causeDepthMax) return { thrown: '[too deep]' };
  ancestors.add(cause);
  const json = ours ? holdfastToJson(cause, writing) : foreignToJson(cause, writing);
  ancestors.delete(cause);
  return json;
}
