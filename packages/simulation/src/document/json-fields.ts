import { invalidArgument } from '@holdfast/core';

/** A kind of value: what it must be, and whether a value is that. */
export interface Kind {
  readonly expected: string;
  readonly accepts: (value: unknown) => boolean;
}

export const isText: Kind = { expected: 'a text', accepts: (value) => typeof value === 'string' };
export const isCount: Kind = {
  expected: 'a whole number from 0',
  accepts: (value) => Number.isSafeInteger(value) && (value as number) >= 0,
};
export const isOptionalCount: Kind = {
  expected: `${isCount.expected}, or left out`,
  accepts: (value) => value === undefined || isCount.accepts(value),
};
export const isPresent: Kind = { expected: 'JSON', accepts: (value) => value !== undefined };
/** What is the same after a way through a file. */
export const isJson: Kind = {
  expected: 'JSON: null, a finite number, a text, true, false, or an array or plain object of these',
  accepts: isJsonValue,
};
export const isSeed: Kind = {
  expected: 'a number or a text',
  accepts: (value) => typeof value === 'number' || typeof value === 'string',
};
/** One of these words. */
export function oneOf(...words: readonly string[]): Kind {
  return { expected: `one of ${words.join(', ')}`, accepts: (value) => words.includes(value as string) };
}

/** @throws HoldfastError INVALID_ARGUMENT unless the field of `of`, which lies at `path`, is of this kind. */
export function check(
  { accepts, expected }: Kind,
  of: Record<string, unknown>,
  field: string,
  path: string,
): void {
  const value = of[field];
  if (!accepts(value)) throw invalidArgument(path === '' ? field : `${path}.${field}`, value, expected);
}

/** Visits the objects in the array that is a field of `of`. */
export function forEach(
  of: Record<string, unknown>,
  field: string,
  visit: (item: Record<string, unknown>, path: string) => void,
): void {
  for (const [index, item] of list(of, field).entries()) {
    const path = `${field}[${index}]`;
    visit(record(item, path), path);
  }
}

/** The array that is a field of `of`. */
export function list(of: Record<string, unknown>, field: string): readonly unknown[] {
  const value = of[field];
  if (!Array.isArray(value)) throw invalidArgument(field, value, 'an array');
  return value;
}

/** The value as an object. */
export function record(value: unknown, path: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw invalidArgument(path, value, 'an object');
  }
  return value as Record<string, unknown>;
}

function isJsonValue(value: unknown): boolean {
  if (typeof value === 'number') return Number.isFinite(value);
  if (typeof value !== 'object') return typeof value === 'string' || typeof value === 'boolean';
  if (value === null) return true;
  if (Array.isArray(value)) return value.every(isJsonValue);
  const prototype = Object.getPrototypeOf(value);
  const plain = prototype === null || Object.getPrototypeOf(prototype) === null;
  return plain && Object.values(value).every(isJsonValue);
}
