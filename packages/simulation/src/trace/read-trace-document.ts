import { invalidArgument } from '@holdfast/core';
import { parseFaultPlan } from '../plan/parse-fault-plan.ts';
import type { TraceDocument } from './trace-document.ts';
import type { TraceEvent } from './trace-event.ts';

/**
 * Checks that `json`, as it comes out of a file, is a trace document.
 *
 * @throws HoldfastError INVALID_ARGUMENT, which names the field and its value: `events[7].at is -1, but must be ...`.
 */
export function readTraceDocument(json: unknown): TraceDocument {
  const document = record(json, 'trace');
  if (document['version'] !== 1) throw invalidArgument('version', document['version'], '1');
  for (const field of ['scenario', 'replay', 'verdict', 'text']) check(isText, document, field, '');
  check(isSeed, document, 'seed', '');
  if (document['commit'] !== undefined) check(isText, document, 'commit', '');
  parseFaultPlan(document['plan']);
  forEach(document, 'operations', (operation, path) => {
    check(isCount, operation, 'at', path);
    check(isText, operation, 'client', path);
    check(isPresent, operation, 'operation', path);
  });
  forEach(document, 'choices', (choice, path) => {
    check(isText, choice, 'kind', path);
    check(isText, choice, 'subject', path);
    check(isCount, choice, 'ordinal', path);
  });
  for (const [index, host] of list(document, 'hosts').entries()) {
    if (typeof host !== 'string') throw invalidArgument(`hosts[${index}]`, host, 'a text');
  }
  check(isCount, document, 'droppedEvents', '');
  let last = 0;
  forEach(document, 'events', (event, path) => {
    const what = event['what'];
    if (typeof what !== 'string' || !Object.hasOwn(eventFields, what)) {
      throw invalidArgument(`${path}.what`, what, `one of ${Object.keys(eventFields).join(', ')}`);
    }
    check(isCount, event, 'at', path);
    for (const [field, kind] of Object.entries(eventFields[what as TraceEvent['what']])) {
      check(kind, event, field, path);
    }
    const at = event['at'] as number;
    if (at < last) throw invalidArgument(`${path}.at`, at, `at least ${last}, when the event before it was`);
    last = at;
  });
  return json as TraceDocument;
}

/** A kind of value: what it must be, and whether a value is that. */
interface Kind {
  readonly expected: string;
  readonly accepts: (value: unknown) => boolean;
}

const isText: Kind = { expected: 'a text', accepts: (value) => typeof value === 'string' };
const isCount: Kind = {
  expected: 'a whole number from 0',
  accepts: (value) => Number.isSafeInteger(value) && (value as number) >= 0,
};
const isOptionalCount: Kind = {
  expected: `${isCount.expected}, or left out`,
  accepts: (value) => value === undefined || isCount.accepts(value),
};
const isPresent: Kind = { expected: 'JSON', accepts: (value) => value !== undefined };
const isSeed: Kind = {
  expected: 'a number or a text',
  accepts: (value) => typeof value === 'number' || typeof value === 'string',
};
const isHostChange = oneOf('started', 'crashed', 'paused', 'resumed');
const isOutcome = oneOf('ok', 'failed', 'unknown');

/** The fields of each kind of event that must be there, or, where optional, must be right. */
const eventFields: { readonly [What in TraceEvent['what']]: Readonly<Record<string, Kind>> } = {
  send: { id: isCount, from: isText, to: isText, message: isPresent },
  deliver: { id: isCount },
  drop: { id: isCount, why: isText },
  host: { host: isText, state: isHostChange },
  disk: { host: isText, operation: isText, outcome: isText },
  fault: { kind: isText, subject: isText, index: isOptionalCount },
  'fault-end': { kind: isText, index: isCount },
  note: { host: isText, text: isText },
  invoke: { id: isCount, client: isText, operation: isPresent },
  complete: { id: isCount, outcome: isOutcome },
  healed: {},
  failure: { text: isText },
};

function oneOf(...words: readonly string[]): Kind {
  return { expected: `one of ${words.join(', ')}`, accepts: (value) => words.includes(value as string) };
}

function check({ accepts, expected }: Kind, of: Record<string, unknown>, field: string, path: string): void {
  const value = of[field];
  if (!accepts(value)) throw invalidArgument(path === '' ? field : `${path}.${field}`, value, expected);
}

function forEach(
  of: Record<string, unknown>,
  field: string,
  visit: (item: Record<string, unknown>, path: string) => void,
): void {
  for (const [index, item] of list(of, field).entries()) {
    const path = `${field}[${index}]`;
    visit(record(item, path), path);
  }
}

function list(of: Record<string, unknown>, field: string): readonly unknown[] {
  const value = of[field];
  if (!Array.isArray(value)) throw invalidArgument(field, value, 'an array');
  return value;
}

function record(value: unknown, path: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw invalidArgument(path, value, 'an object');
  }
  return value as Record<string, unknown>;
}
