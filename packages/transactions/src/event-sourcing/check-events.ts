import { invalidArgument, throwIfAborted } from '@holdfast/core';
import type { ExpectedVersion, NewEvent, ReadAllOptions, ReadStreamOptions } from './event-store.ts';

/** What an append has to be, before an engine looks at it. @throws HoldfastError INVALID_ARGUMENT, ABORTED. */
export function checkAppend(
  stream: string,
  expected: ExpectedVersion,
  events: readonly NewEvent[],
  signal?: AbortSignal,
): void {
  checkName('stream', stream);
  if (typeof expected === 'number') checkCount('expected', expected, 0);
  else if (expected !== 'any' && expected !== 'none' && expected !== 'exists') {
    throw invalidArgument('expected', expected, "a version, 'any', 'none' or 'exists'");
  }
  if (!(Array.isArray(events) && events.length >= 1 && events.length <= 1_000)) {
    throw invalidArgument('events', events, 'an array of 1 to 1,000 events');
  }
  const ids = new Set<string>();
  for (const [index, { id, type, schemaVersion, data, metadata }] of events.entries()) {
    const field = `events[${index}]`;
    checkName(`${field}.type`, type);
    if (schemaVersion !== undefined) checkCount(`${field}.schemaVersion`, schemaVersion, 1);
    if (data === undefined) throw invalidArgument(`${field}.data`, data, 'a JSON value');
    if (metadata !== undefined && (typeof metadata !== 'object' || metadata === null)) {
      throw invalidArgument(`${field}.metadata`, metadata, 'an object of JSON values');
    }
    if (id === undefined) continue;
    checkName(`${field}.id`, id);
    if (ids.has(id)) throw invalidArgument(`${field}.id`, id, 'unlike that of another event of this append');
    ids.add(id);
  }
  throwIfAborted(signal, 'append');
}

/** @throws HoldfastError INVALID_ARGUMENT, ABORTED. */
export function checkRead(stream: string, { direction, from, limit, signal }: ReadStreamOptions): void {
  checkName('stream', stream);
  if (direction !== undefined && direction !== 'forwards' && direction !== 'backwards') {
    throw invalidArgument('options.direction', direction, "'forwards' or 'backwards'");
  }
  if (from !== undefined) checkCount('options.from', from, 1);
  checkLimit(limit);
  throwIfAborted(signal, 'read');
}

/** @throws HoldfastError INVALID_ARGUMENT. */
export function checkReadAll({ after, prefix, limit }: ReadAllOptions): void {
  if (after !== undefined) checkCount('options.after', after, 0);
  if (prefix !== undefined && typeof prefix !== 'string') {
    throw invalidArgument('options.prefix', prefix, 'a string');
  }
  checkLimit(limit);
}

function checkLimit(limit: number | undefined): void {
  if (limit === undefined) return;
  if (!(Number.isSafeInteger(limit) && limit >= 1 && limit <= 1_000)) {
    throw invalidArgument('options.limit', limit, 'a whole number from 1 to 1,000');
  }
}

function checkName(field: string, name: unknown): void {
  if (typeof name !== 'string' || name === '' || name.length > 200) {
    throw invalidArgument(field, name, 'a string of 1 to 200 characters');
  }
}

function checkCount(field: string, count: number, least: number): void {
  if (!(Number.isSafeInteger(count) && count >= least)) {
    throw invalidArgument(field, count, `a whole number from ${least}`);
  }
}
