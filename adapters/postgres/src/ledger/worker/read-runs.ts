import type { Announcements } from '../../connection/announcements.ts';
import { plainBytes } from '../../connection/plain-bytes.ts';
import type { PostgresStatement } from '../../connection/postgres-pool.ts';
import { statusOf } from '../postgres-visit.ts';
import { PostgresRun } from './postgres-run.ts';

/** Where a worker reads: what is announced from a query on is heard after it. */
type Reader = Pick<Announcements, 'query'>;

/** A run as a worker that takes it over gets it, without what it has. */
export interface AdoptedRow {
  /** Of the worker, by that. */
  readonly own_epoch: number;
  readonly number: number;
  readonly id: string;
  readonly type: string;
  readonly version: number;
  readonly status: number;
  readonly note: string | null;
  readonly created_at: number;
}

export function adoptedRun(row: AdoptedRow): PostgresRun {
  const { id, type, version } = row;
  const state = { status: statusOf(row.status), note: row.note ?? undefined, createdAt: row.created_at };
  const run = new PostgresRun({ id, type, version, records: [], ...state });
  run.number = row.number;
  return run;
}

/** All runs under way that are a worker's, whether it knows or not. */
export function ownRuns(schema: string, worker: number): PostgresStatement {
  return {
    text: `SELECT (SELECT epoch FROM ${schema}.workers WHERE worker = $1)::float8 AS own_epoch,
        number::float8, id, type, version, status, note, created_at::float8
      FROM ${schema}.runs WHERE worker = $1 AND status <> 2 ORDER BY number`,
    values: [worker],
  };
}

/** Gives runs that were taken over what they have: records, places in lines, messages. */
export async function readAdopted(
  reader: Reader,
  schema: string,
  adopted: readonly PostgresRun[],
): Promise<void> {
  if (adopted.length === 0) return;
  const runs = new Map(adopted.map((run) => [run.number, run]));
  const values = [[...runs.keys()]];
  const records = await reader.query({
    text: `SELECT run::float8, array_agg(bytes ORDER BY position) AS records, max(position) AS last
      FROM ${schema}.records WHERE run = ANY ($1::bigint[]) GROUP BY run`,
    values,
  });
  for (const { run: number, records: bytes, last } of records) {
    const run = runs.get(number)!;
    run.records = bytes.map(plainBytes);
    run.nextPosition = last + 1;
  }
  const claims = await reader.query({
    text: `SELECT run::float8, key, place::float8,
        place = (SELECT min(place) FROM ${schema}.claims AS line WHERE line.key = claim.key) AS held
      FROM ${schema}.claims AS claim WHERE run = ANY ($1::bigint[]) ORDER BY place`,
    values,
  });
  for (const { run, key, place, held } of claims) runs.get(run)!.restoreClaim(key, place, held);
  await readNews(reader, schema, adopted);
}

/** Tells runs of messages that they have not been told of, and of keys that they hold now. */
export async function readNews(reader: Reader, schema: string, runs: readonly PostgresRun[]): Promise<void> {
  const byNumber = new Map(runs.map((run) => [run.number, run]));
  const messages = await reader.query({
    text: `SELECT run::float8, sequence::float8, bytes
      FROM unnest($1::bigint[], $2::bigint[]) AS asked (number, told)
      JOIN ${schema}.messages ON run = number AND sequence > told ORDER BY run, sequence`,
    values: [runs.map(({ number }) => number), runs.map(({ lastSequence }) => lastSequence)],
  });
  const grants = await reader.query({
    text: `SELECT run::float8, key, place::float8 FROM ${schema}.claims AS claim WHERE run = ANY ($1::bigint[])
      AND place = (SELECT min(place) FROM ${schema}.claims AS line WHERE line.key = claim.key)`,
    values: [runs.filter(({ claims }) => claims.size > 0).map(({ number }) => number)],
  });
  for (const { run, sequence, bytes } of messages) {
    byNumber.get(run)!.deliver({ sequence, bytes: plainBytes(bytes) });
  }
  for (const { run, key, place } of grants) byNumber.get(run)!.grant(key, place);
}
