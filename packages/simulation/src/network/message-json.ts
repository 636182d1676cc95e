import type { JsonValue } from '@holdfast/core';

/** How many bytes of binary data are shown. */
const bytesShown = 64;

/**
 * `message` as a person is to see it in a trace. What JSON cannot carry becomes something close: a bigint its digits,
 * binary data its length and first bytes, a map or set an array. What cannot be shown at all says so.
 */
export function toJson(message: unknown): JsonValue {
  try {
    const text = JSON.stringify(message, replace);
    return text === undefined ? `<${typeof message}>` : (JSON.parse(text) as JsonValue);
  } catch (error) {
    return `<not to be shown: ${error instanceof Error ? error.message : String(error)}>`;
  }
}

function replace(_key: string, value: unknown): unknown {
  if (typeof value === 'bigint') return `${value}n`;
  if (value instanceof Uint8Array) return binary(value);
  if (value instanceof Map || value instanceof Set) return [...value];
  return value;
}

function binary(bytes: Uint8Array): string {
  let digits = '';
  for (const byte of bytes.subarray(0, bytesShown)) digits += byte.toString(16).padStart(2, '0');
  return `<${bytes.length} bytes: ${digits}${bytes.length > bytesShown ? '…' : ''}>`;
}
