import type { JsonValue } from '@holdfast/core';

/** How many bytes of binary data are shown, and how many of text. */
const bytesShown = 64;
const textShown = 500;

/**
 * `message` as a person is to see it in a trace. What JSON cannot carry becomes something close: a bigint its digits,
 * binary data its length and first bytes (as text where they are ASCII), a map or set an array. What cannot be shown at all says so.
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
  if (bytes.length > 0 && bytes.subarray(0, textShown).every(isText)) {
    const text = String.fromCharCode(...bytes.subarray(0, textShown));
    return `<${bytes.length} bytes: ${text}${bytes.length > textShown ? '…' : ''}>`;
  }
  let digits = '';
  for (const byte of bytes.subarray(0, bytesShown)) digits += byte.toString(16).padStart(2, '0');
  return `<${bytes.length} bytes: ${digits}${bytes.length > bytesShown ? '…' : ''}>`;
}

/** Whether a byte is printable ASCII, a tab or the end of a line. */
function isText(byte: number): boolean {
  return (byte >= 32 && byte < 127) || byte === 9 || byte === 10 || byte === 13;
}
