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

const secretName =
  /pass(word|phrase|wd)|secret|token|authorization|cookie|credential|api[-_]?key|private[-_]?key/i;
const depthMax = 6;
const entriesMax = 64;
const stringLengthMax = 2048;

const empty: ErrorContext = Object.freeze({});

/**
 * Copies `facts` into a frozen, JSON-safe context. A value whose key looks like a secret (password, token,
 * authorization ...) becomes `[redacted]`; what JSON cannot carry becomes a string; depth, entries and
 * string length are capped.
 */
export function toErrorContext(facts: Readonly<Record<string, unknown>> | undefined): ErrorContext {
  return facts === undefined ? empty : (copyRecord(facts, 0, new Set()) as ErrorContext);
}

function copy(value: unknown, depth: number, ancestors: Set<object>): JsonValue {
  switch (typeof value) {
    case 'string':
      return value.length > stringLengthMax ? `${value.slice(0, stringLengthMax)}…` : value;
    case 'number':
      return Number.isFinite(value) ? value : String(value);
    case 'boolean':
      return value;
    case 'object':
      return value === null ? null : copyObject(value, depth, ancestors);
    default:
      return String(value);
  }
}

function copyObject(value: object, depth: number, ancestors: Set<object>): JsonValue {
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'Invalid Date' : value.toISOString();
  if (value instanceof Error) return `${value.name}: ${value.message}`;
  if (ancestors.has(value)) return '[circular]';
  if (depth >= depthMax) return '[too deep]';
  ancestors.add(value);
  const copied = Array.isArray(value)
    ? Object.freeze(value.slice(0, entriesMax).map((item) => copy(item, depth + 1, ancestors)))
    : copyRecord(value as Record<string, unknown>, depth + 1, ancestors);
  ancestors.delete(value);
  return copied;
}

function copyRecord(
  record: Readonly<Record<string, unknown>>,
  depth: number,
  ancestors: Set<object>,
): JsonValue {
  const copied: Record<string, JsonValue> = {};
  for (const key of Object.keys(record).slice(0, entriesMax)) {
    const value = record[key];
    if (value === undefined) continue;
    copied[key] = secretName.test(key) ? '[redacted]' : copy(value, depth, ancestors);
  }
  return Object.freeze(copied);
}
