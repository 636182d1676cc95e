import type { DuckDBConnection } from '@duckdb/node-api';
import { readChunks } from './column-reader.ts';
import type { Resource, ShapeBook } from './shape-book.ts';
import { hexOf } from './span-reader.ts';
import { moment } from './trace-search.ts';

/** An exception that a span or a log tells of. */
export interface SeenException {
  readonly resource: Resource;
  /** Milliseconds since the Unix epoch. */
  readonly at: number;
  readonly name: string;
  readonly message: string;
  readonly stack: string | undefined;
  /** The instrumentation scope or the operation. */
  readonly component: string | undefined;
  readonly traceId: string | undefined;
  readonly spanId: string | undefined;
}

const readMax = 5_000;

/** The newest exceptions of a window: those that spans recorded or ended with, and those in logs. */
export async function readExceptions(
  connection: DuckDBConnection,
  book: ShapeBook,
  { from, to }: { readonly from: number; readonly to: number },
  signal?: AbortSignal,
): Promise<SeenException[]> {
  const seen: SeenException[] = [];
  // Who failed because it called somebody who did says nothing new.
  const spans = `
    WITH failed AS (
      SELECT trace_high, trace_low, span, shape, start, status_message, events, parent FROM span_rows
      WHERE start >= ${moment(from)} AND start < ${moment(to)}
        AND (events LIKE '%"exception"%' OR (status = 2 AND status_message IS NOT NULL))
      ORDER BY start DESC LIMIT ${readMax})
    SELECT * FROM failed WHERE events IS NOT NULL OR NOT EXISTS (
      FROM failed AS child WHERE child.trace_low = failed.trace_low AND child.parent = failed.span)
    ORDER BY start DESC`;
  for await (const chunk of readChunks(connection, spans, [], signal)) {
    for (let row = 0; row < chunk.rows; row++) {
      const shape = book.shapes[chunk.integers(3)[row]!]!;
      const thrown = exceptionIn(chunk.text(6, row));
      seen.push({
        resource: shape.resource,
        at: thrown?.at ?? Number(chunk.bigints(4)[row]!) / 1e6,
        name: thrown?.name ?? shape.name,
        message: thrown?.message ?? chunk.text(5, row) ?? '',
        stack: thrown?.stack,
        component: shape.name,
        traceId: hexOf(chunk.unsigned(0)[row]!) + hexOf(chunk.unsigned(1)[row]!),
        spanId: hexOf(chunk.unsigned(2)[row]!),
      });
    }
  }
  const logs = `
    SELECT trace_high, trace_low, span, resource, time, scope, body, attributes FROM log_rows
    WHERE time >= ${moment(from)} AND time < ${moment(to)} AND severity >= 17 AND attributes LIKE '%"exception.%'
    ORDER BY time DESC LIMIT ${readMax}`;
  for await (const chunk of readChunks(connection, logs, [], signal)) {
    for (let row = 0; row < chunk.rows; row++) {
      const traced = chunk.unsigned(0)[row] !== 0n || chunk.unsigned(1)[row] !== 0n;
      const attributes = JSON.parse(chunk.text(7, row)!) as Record<string, unknown>;
      const { name, message, stack } = exceptionOf(attributes);
      seen.push({
        resource: book.resources[chunk.integers(3)[row]!]!,
        at: Number(chunk.bigints(4)[row]!) / 1e6,
        name,
        message: message || chunk.text(6, row)!,
        stack,
        component: chunk.text(5, row) ?? undefined,
        traceId: traced ? hexOf(chunk.unsigned(0)[row]!) + hexOf(chunk.unsigned(1)[row]!) : undefined,
        spanId: traced ? hexOf(chunk.unsigned(2)[row]!) : undefined,
      });
    }
  }
  return seen;
}

interface Thrown {
  readonly name: string;
  readonly message: string;
  readonly stack: string | undefined;
}

/** By the semantic conventions. */
function exceptionOf(attributes: Readonly<Record<string, unknown>>): Thrown {
  const { 'exception.type': type, 'exception.message': message, 'exception.stacktrace': stack } = attributes;
  return {
    name: typeof type === 'string' ? type : 'Error',
    message: typeof message === 'string' ? message : '',
    stack: typeof stack === 'string' ? stack : undefined,
  };
}

function exceptionIn(eventsJson: string | null): (Thrown & { readonly at: number }) | undefined {
  if (eventsJson === null) return undefined;
  const events = JSON.parse(eventsJson) as {
    at: string;
    name: string;
    attributes: Record<string, unknown>;
  }[];
  const event = events.findLast(({ name }) => name === 'exception');
  return event && { ...exceptionOf(event.attributes), at: Number(event.at) / 1e6 };
}
