import {
  BOOLEAN,
  type DuckDBConnection,
  type DuckDBDataChunk,
  UINTEGER,
  UTINYINT,
  VARCHAR,
} from '@duckdb/node-api';
import { ColumnChunk, chunkRows } from './data-chunk.ts';
import type { MetricSeries } from './series-book.ts';
import type { Resource, Shape } from './shape-book.ts';

/** New resources as their table takes them. */
export function* resourceChunks(resources: readonly Resource[]): Generator<DuckDBDataChunk> {
  for (const some of pieces(resources)) {
    const chunk = new ColumnChunk([UINTEGER, VARCHAR, VARCHAR, VARCHAR, VARCHAR], some.length);
    chunk.numbers(
      0,
      Uint32Array.from(some, ({ id }) => id),
    );
    chunk.texts(1, (row) => some[row]!.service);
    chunk.texts(2, (row) => some[row]!.instance);
    chunk.texts(3, (row) => some[row]!.version);
    chunk.texts(4, (row) => some[row]!.attributesJson);
    yield chunk.chunk;
  }
}

/** New shapes as their table takes them. */
export function* shapeChunks(shapes: readonly Shape[]): Generator<DuckDBDataChunk> {
  for (const some of pieces(shapes)) {
    const types = [UINTEGER, UINTEGER, VARCHAR, UTINYINT, VARCHAR, VARCHAR, UTINYINT];
    const chunk = new ColumnChunk(types, some.length);
    chunk.numbers(
      0,
      Uint32Array.from(some, ({ id }) => id),
    );
    chunk.numbers(
      1,
      Uint32Array.from(some, ({ resource }) => resource.id),
    );
    chunk.texts(2, (row) => some[row]!.name);
    chunk.numbers(
      3,
      Uint8Array.from(some, ({ kind }) => kind),
    );
    chunk.texts(4, (row) => some[row]!.scope);
    chunk.texts(5, (row) => some[row]!.peer);
    chunk.numbers(
      6,
      Uint8Array.from(some, ({ peerKind }) => peerKind),
    );
    yield chunk.chunk;
  }
}

/** New series as their table takes them. */
export function* seriesChunks(series: readonly MetricSeries[]): Generator<DuckDBDataChunk> {
  for (const some of pieces(series)) {
    const types = [UINTEGER, UINTEGER, VARCHAR, VARCHAR, UTINYINT, UTINYINT, BOOLEAN, VARCHAR, VARCHAR];
    const chunk = new ColumnChunk(types, some.length);
    chunk.numbers(
      0,
      Uint32Array.from(some, ({ id }) => id),
    );
    chunk.numbers(
      1,
      Uint32Array.from(some, ({ resource }) => resource.id),
    );
    chunk.texts(2, (row) => some[row]!.name);
    chunk.texts(3, (row) => some[row]!.unit);
    chunk.numbers(
      4,
      Uint8Array.from(some, ({ kind }) => kind),
    );
    chunk.numbers(
      5,
      Uint8Array.from(some, ({ temporality }) => temporality),
    );
    chunk.numbers(
      6,
      Uint8Array.from(some, ({ monotonic }) => (monotonic ? 1 : 0)),
    );
    chunk.texts(7, (row) => some[row]!.scope);
    chunk.texts(8, (row) => some[row]!.attributesJson);
    yield chunk.chunk;
  }
}

/** The books as the store holds them. */
export async function readBookRows(connection: DuckDBConnection): Promise<{
  readonly resources: Resource[];
  readonly shapes: Omit<Shape, 'service'>[];
  readonly series: MetricSeries[];
}> {
  const resources: Resource[] = [];
  for (const row of await rowsOf(connection, 'SELECT * FROM resources ORDER BY id')) {
    const [id, service, instance, version, attributesJson] = row as [number, string, string, string, string];
    resources[id] = { id, service, instance, version, attributesJson };
  }
  const shapes: Omit<Shape, 'service'>[] = [];
  for (const row of await rowsOf(connection, 'SELECT * FROM shapes ORDER BY id')) {
    const [id, resource, name, kind, scope, peer, peerKind] = row as [
      ...[number, number, string, number, string, string, number],
    ];
    shapes.push({ id, resource: resources[resource]!, name, kind, scope, peer, peerKind });
  }
  const series: MetricSeries[] = [];
  for (const row of await rowsOf(connection, 'SELECT * FROM series ORDER BY id')) {
    const [id, resource, name, unit, kind, temporality, monotonic, scope, attributesJson] = row as [
      ...[number, number, string, string, number, number, boolean, string, string],
    ];
    const of = resources[resource]!;
    series.push({ id, resource: of, name, unit, kind, temporality, monotonic, scope, attributesJson });
  }
  return { resources: resources.filter((each) => each !== undefined), shapes, series };
}

async function rowsOf(connection: DuckDBConnection, sql: string): Promise<unknown[][]> {
  return (await connection.runAndReadAll(sql)).getRowsJS();
}

function* pieces<Row>(rows: readonly Row[]): Generator<readonly Row[]> {
  for (let at = 0; at < rows.length; at += chunkRows) yield rows.slice(at, at + chunkRows);
}
