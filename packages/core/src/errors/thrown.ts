/*
 * Anything can be thrown: errors of another realm, strings, proxies that throw when touched. These functions
 * look at such values without ever throwing themselves.
 */

/** `object[key]`, or undefined when reading it throws. */
export function readField(object: object, key: PropertyKey): unknown {
  try {
    return (object as Record<PropertyKey, unknown>)[key];
  } catch {
    return undefined;
  }
}

/** As {@link readField} for a text; undefined when it is none. */
export function readText(object: object, key: PropertyKey): string | undefined {
  const value = readField(object, key);
  return typeof value === 'string' ? value : undefined;
}

/** Whether `value` is an Error of this realm or another. */
export function isError(value: unknown): value is Error {
  if (typeof value !== 'object' || value === null) return false;
  try {
    return value instanceof Error || Object.prototype.toString.call(value) === '[object Error]';
  } catch {
    return false;
  }
}

/** The name and message of anything thrown. A value that is no error is called `Thrown`. */
export function nameAndMessage(thrown: unknown): { readonly name: string; readonly message: string } {
  if (isError(thrown)) {
    return { name: readText(thrown, 'name') ?? 'Error', message: readText(thrown, 'message') ?? '' };
  }
  return { name: 'Thrown', message: textOf(thrown) };
}

/** `String(value)`, also for objects that refuse it. */
function textOf(value: unknown): string {
  try {
    return String(value);
  } catch {
    return '[unreadable]';
  }
}
