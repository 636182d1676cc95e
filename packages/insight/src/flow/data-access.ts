import type { Span } from '../model/span.ts';

/** What a span does with data that others share. */
export interface DataAccess {
  /** A table or collection of a database, or a queue or topic. */
  readonly resource: string;
  readonly access: 'reads' | 'writes' | 'sends' | 'receives';
}

const reading = /^(?:select|get|find|read|scan|query|count|aggregate|exists|mget|hget\w*|fetch)$/i;
const writing =
  /^(?:insert|update|upsert|delete|merge|replace|set|mset|hset\w*|del|incr\w*|decr\w*|put|save)$/i;
const statement = /^(\w+)\s+([\w.$"`-]+)$/;

/**
 * The table that a database call works on, or the destination of a message, by OpenTelemetry's attributes, those in force and
 * those before; undefined for any other span, and where they do not say.
 */
export function dataAccess(span: Span): DataAccess | undefined {
  if (span.kind === 'producer' || span.kind === 'consumer') return messageAccess(span);
  return span.kind === 'client' ? databaseAccess(span) : undefined;
}

function messageAccess({ kind, attributes, peer }: Span): DataAccess | undefined {
  const resource =
    textOf(attributes['messaging.destination.name']) ?? textOf(attributes['messaging.destination']) ?? peer;
  if (resource === undefined) return undefined;
  return { resource, access: kind === 'producer' ? 'sends' : 'receives' };
}

function databaseAccess({ attributes, operation, peer }: Span): DataAccess | undefined {
  const system = textOf(attributes['db.system.name']) ?? textOf(attributes['db.system']);
  if (system === undefined) return undefined;
  // Where attributes are missing, the conventions call the span `SELECT orders`, or `SELECT` alone.
  const [, verbNamed = verbOf(operation), tableNamed] = statement.exec(operation) ?? [];
  const verb = textOf(attributes['db.operation.name']) ?? textOf(attributes['db.operation']) ?? verbNamed;
  const table = textOf(attributes['db.collection.name']) ?? textOf(attributes['db.sql.table']) ?? tableNamed;
  if (verb === undefined) return undefined;
  const database = textOf(attributes['db.namespace']) ?? textOf(attributes['db.name']) ?? peer ?? system;
  return {
    resource: table === undefined ? database : `${database}.${table}`,
    access: reading.test(verb) ? 'reads' : 'writes',
  };
}

function verbOf(operation: string): string | undefined {
  return reading.test(operation) || writing.test(operation) ? operation : undefined;
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
