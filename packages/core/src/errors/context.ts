import { cleanText } from './clean-text.ts';
import { isError, nameAndMessage, readText } from './thrown.ts';

/** Values that survive JSON unchanged. */
export type JsonValue =
  | null
  | boolean
  | number
  | string
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue };

/** Facts about an error: JSON-safe, free of secrets, frozen. */
export type ErrorContext = { readonly [key: string]: JsonValue };

const depthMax = 6;
const entriesMax = 64;
const keyLengthMax = 128;
const stringLengthMax = 1024;
/** Of the whole copy; a value other than a string counts as {@link valueCost}. */
const charactersMax = 8192;
const valueCost = 8;

const noContext: ErrorContext = Object.freeze({});

/**
 * Copies `facts` into a frozen, JSON-safe context. A value whose key looks like a secret (password, token,
 * authorization ...) becomes `[redacted]`, and so does the password in a URL. What JSON cannot carry becomes
 * a string. Depth, entries, string length and the whole are capped, and each cut leaves a `…`. Copying a copy
 * changes nothing, and no value, however hostile, makes it throw.
 */
export function toErrorContext(facts: Readonly<Record<string, unknown>> | undefined): ErrorContext {
  if (facts === undefined) return noContext;
  const copied = toJsonValue(facts);
  return isRecord(copied) ? copied : Object.freeze({ value: copied });
}

/** Copies any value as {@link toErrorContext} copies facts. */
export function toJsonValue(value: unknown): JsonValue {
  return copy(value, { charactersLeft: charactersMax, ancestors: new Set() });
}

/** Whether a field of this name holds a secret. */
export function isSecretName(name: string): boolean {
  return secretName.test(name);
}

const secretName =
  /pass(word|phrase|wd)|secret|token|jwt|bearer|authorization|cookie|credential|(api|access|private)[-_]?key/i;
/** `tokens: 5` is a count of permits, not a secret. */
const countName = /tokens/i;

interface Copying {
  charactersLeft: number;
  readonly ancestors: Set<object>;
}

function copy(value: unknown, copying: Copying): JsonValue {
  switch (typeof value) {
    case 'string':
      return copyText(value, copying);
    case 'number':
      if (!Number.isFinite(value)) return copyText(String(value), copying);
      copying.charactersLeft -= valueCost;
      return value + 0; // JSON has no -0.
    case 'boolean':
      copying.charactersLeft -= valueCost;
      return value;
    case 'object':
      return value === null ? null : copyObject(value, copying);
    case 'function':
      return copyText(`[function ${readText(value, 'name') ?? ''}]`, copying);
    default:
      return copyText(String(value), copying);
  }
}

function copyText(text: string, copying: Copying): string {
  const lengthMax = Math.max(0, Math.min(stringLengthMax, copying.charactersLeft));
  const copied = cleanText(text, lengthMax);
  copying.charactersLeft -= Math.min(copied.length, lengthMax);
  return copied;
}

function copyObject(value: object, copying: Copying): JsonValue {
  const { ancestors } = copying;
  if (ancestors.has(value)) return copyText('[circular]', copying);
  if (ancestors.size >= depthMax) return copyText('[too deep]', copying);
  if (copying.charactersLeft <= 0) return '…';
  copying.charactersLeft -= valueCost;
  ancestors.add(value);
  try {
    return copyContent(value, copying);
  } catch {
    return copyText('[unreadable]', copying);
  } finally {
    ancestors.delete(value);
  }
}

function copyContent(value: object, copying: Copying): JsonValue {
  if (Array.isArray(value)) return copyList(value, copying);
  if (isError(value)) {
    const { name, message } = nameAndMessage(value);
    return copyText(`${name}: ${message}`, copying);
  }
  if (ArrayBuffer.isView(value)) return copyText(`[${value.byteLength} bytes]`, copying);
  const { toJSON } = value as { toJSON?: unknown };
  if (typeof toJSON === 'function') return copy(toJSON.call(value), copying);
  if (value instanceof Map) return copyRecord(Object.fromEntries(value), copying);
  if (value instanceof Set) return copyList([...value], copying);
  return copyRecord(value as Record<string, unknown>, copying);
}

function copyList(list: readonly unknown[], copying: Copying): JsonValue {
  const copied: JsonValue[] = [];
  const kept = list.length > entriesMax ? entriesMax - 1 : list.length;
  for (let index = 0; index < kept; index++) copied.push(copy(readEntry(list, index), copying));
  if (kept < list.length) copied.push(copyText(`… ${list.length - kept} more`, copying));
  return Object.freeze(copied);
}

function copyRecord(record: Readonly<Record<string, unknown>>, copying: Copying): JsonValue {
  const copied: Record<string, JsonValue> = {};
  const keys = Object.keys(record);
  const kept = keys.length > entriesMax ? entriesMax - 1 : keys.length;
  for (let index = 0; index < kept; index++) {
    const key = keys[index]!.slice(0, keyLengthMax);
    const value = readEntry(record, keys[index]!);
    // An own `__proto__` would become the prototype of whoever assigns this context to another object.
    if (value === undefined || key === '__proto__') continue;
    copying.charactersLeft -= key.length;
    copied[key] = isSecret(key, value) ? copyText('[redacted]', copying) : copy(value, copying);
  }
  if (kept < keys.length) copied['…'] = copyText(`${keys.length - kept} more`, copying);
  return Object.freeze(copied);
}

function isSecret(key: string, value: unknown): boolean {
  return isSecretName(key) && !(typeof value === 'number' && countName.test(key));
}

function readEntry(container: object, key: PropertyKey): unknown {
  try {
    return (container as Record<PropertyKey, unknown>)[key];
  } catch {
    return '[unreadable]';
  }
}

function isRecord(value: JsonValue): value is ErrorContext {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
