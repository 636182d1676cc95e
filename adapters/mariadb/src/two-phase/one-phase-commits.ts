/**
 * Where one-phase commits leave word, in the database that the pool's connections are in. `committed`: it was written in the
 * branch. Not so: it was written by who settled it, and the unique key keeps the branch from committing.
 */
export const onePhaseCommits = 'holdfast_one_phase_commits';

export const createOnePhaseCommits: string = `CREATE TABLE IF NOT EXISTS ${onePhaseCommits} (
  branch VARCHAR(110) CHARACTER SET ascii COLLATE ascii_bin PRIMARY KEY,
  committed BOOLEAN NOT NULL,
  at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP
) ENGINE = InnoDB`;
