import {
  asHoldfastError,
  type ErrorJson,
  errorToJson,
  type ForeignErrorJson,
  isHoldfastError,
} from '@holdfast/core';
import type { Attributes } from '@opentelemetry/api';

/**
 * What was thrown, by OpenTelemetry's conventions for exceptions. Messages and stacks are cut, and without the passwords of
 * URLs.
 */
export function exceptionAttributes(thrown: unknown): Attributes {
  const { message, stack, type } = described(thrown);
  return {
    'exception.type': type,
    'exception.message': message,
    ...(stack !== undefined && { 'exception.stacktrace': stack }),
  };
}

/** What was thrown, in words. */
export function errorMessage(thrown: unknown): string {
  return described(thrown).message;
}

interface Described {
  readonly type: string;
  readonly message: string;
  readonly stack: string | undefined;
}

function described(thrown: unknown): Described {
  const json = errorToJson(asHoldfastError(asError(thrown)), { stack: true });
  if (isHoldfastError(thrown)) return describedOurs(json);
  const { cause } = json;
  if (cause === undefined || 'thrown' in cause) {
    return { type: 'Thrown', message: json.message.replace(/^Thrown: /, ''), stack: undefined };
  }
  return 'version' in cause ? describedOurs(cause) : describedForeign(cause);
}

function describedOurs({ code, message, stack }: ErrorJson): Described {
  return { type: code, message, stack };
}

function describedForeign({ code, message, name, stack }: ForeignErrorJson): Described {
  return { type: code ?? name, message, stack };
}

/** OpenTelemetry's API also takes objects that only look like errors, and loggers make such of errors, with a `type`. */
function asError(thrown: unknown): unknown {
  if (thrown instanceof Error || typeof thrown !== 'object' || thrown === null || isHoldfastError(thrown)) {
    return thrown;
  }
  const { code, message, stack, type, name = type } = thrown as Readonly<Record<string, unknown>>;
  if (message === undefined && name === undefined) return thrown;
  return Object.assign(new Error(String(message ?? '')), {
    name: String(name ?? 'Error'),
    ...(code !== undefined && { code: String(code) }),
    stack: stack === undefined ? undefined : String(stack),
  });
}
