import type { SchemaPart } from '../connection/schema.ts';

/**
 * Where one-phase commits leave word. `committed`: it was written in the branch's transaction. Not so: it was written by who
 * settled it, and the unique key keeps the branch from committing.
 */
export const resourceTables: SchemaPart = {
  name: 'two-phase',
  versions: [
    (schema) => `CREATE TABLE ${schema}.one_phase_commits (
      branch text COLLATE "C" PRIMARY KEY,
      committed boolean NOT NULL,
      at timestamptz NOT NULL DEFAULT clock_timestamp()
    )`,
  ],
};
