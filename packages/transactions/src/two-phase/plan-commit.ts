import type { ResourceAbilities } from './resource.ts';

/** A branch whose work is done, as its commit is planned. */
export interface DoneBranch {
  readonly resource: string;
  readonly abilities: ResourceAbilities;
  /** False only when it is certain that it wrote nothing. */
  readonly wrote: boolean;
}

/**
 * How the branches are committed.
 *
 * `prepare`: these, all at once. Then `last`, where there is one, decides with its one-phase commit; without it the
 * coordinator does. Branches that are in neither have nothing to commit.
 */
export interface CommitPlan {
  readonly prepare: readonly string[];
  readonly last: string | undefined;
}

/** Plans the commit. At most one of the branches cannot prepare. */
export function planCommit(branches: readonly DoneBranch[]): CommitPlan {
  const writers = branches.filter(({ wrote }) => wrote);
  // A single writer needs no second phase, if it can tell later what became of the first.
  const last =
    writers.length === 1
      ? writers.find(({ abilities }) => abilities.settle)
      : writers.find(({ abilities }) => !abilities.prepare);
  return {
    prepare: writers.filter((branch) => branch !== last).map(({ resource }) => resource),
    last: last?.resource,
  };
}
