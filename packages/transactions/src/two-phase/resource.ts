import type { BranchId } from './branch-id.ts';

/**
 * A database that takes part in transactions with others, after X/Open XA: what its adapter gives. It keeps no state of
 * its own: any process with a resource of the same name and place may end the branches that another one prepared.
 *
 * All calls but {@link Branch.rollback} fail with RESOURCE_UNAVAILABLE when the database cannot be reached or does not
 * answer (what was asked for may have happened), and with ABORTED when their signal aborts (as well).
 */
export interface Resource<Connection = unknown> {
  /** Names it in branches, for good. 1 to 40 of `A-Za-z0-9._-`. */
  readonly name: string;
  readonly abilities: ResourceAbilities;
  /**
   * Whether it is set up for what it promises.
   *
   * @throws HoldfastError RESOURCE_MISCONFIGURED, with the remedy in its message.
   */
  check(signal?: AbortSignal): Promise<void>;
  /** Opens a branch on a session that is its own until it is prepared or ended. */
  begin(id: BranchId, signal?: AbortSignal): Promise<Branch<Connection>>;
  /** Commits a prepared branch, from any session. */
  commit(id: BranchId, signal?: AbortSignal): Promise<BranchOutcome>;
  /** Rolls back a prepared branch, from any session. */
  rollback(id: BranchId, signal?: AbortSignal): Promise<BranchOutcome>;
  /** The prepared branches of this resource's name and database whose transaction begins with `prefix`; no others. */
  recover(prefix: string, signal?: AbortSignal): Promise<readonly BranchId[]>;
  /**
   * What became of {@link Branch.commitOnePhase}. After `rolled back` that commit never happens, whatever is still under
   * way: its branch is fenced off. Only with the ability `settle`.
   */
  settle(id: BranchId, signal?: AbortSignal): Promise<'committed' | 'rolled back'>;
}

// biome-ignore lint/suspicious/noExplicitAny: of whatever connection; inferred from each
export type AnyResource = Resource<any>;

/** At least one of them is true. */
export interface ResourceAbilities {
  /** Can prepare. A transaction may have one resource that cannot: its last resource. */
  readonly prepare: boolean;
  /**
   * Can tell later whether a one-phase commit happened: the branch's id is written with it, into a table with a unique
   * key, where `settle` puts a tombstone if it comes first.
   */
  readonly settle: boolean;
}

/** A branch under way. */
export interface Branch<Connection> {
  /** The driver's own transaction or connection, for the user's work. Useless once the branch is prepared or ended. */
  readonly connection: Connection;
  /** False only when it is certain that it has written nothing: it need not be prepared then. Costs no flush. */
  wrote(signal?: AbortSignal): Promise<boolean>;
  /**
   * Votes. `prepared`: it can be committed and rolled back from any session, after any crash, and holds its locks until
   * then. `read-only`: it has written nothing, and is over. Gives up the session, also when it fails.
   *
   * @throws HoldfastError BRANCH_ROLLED_BACK when that is certain: the vote is no.
   */
  prepare(signal?: AbortSignal): Promise<'prepared' | 'read-only'>;
  /**
   * Commits without preparing. Gives up the session, also when it fails. With the ability `settle`, the outcome can be
   * asked for ever after.
   *
   * @throws HoldfastError BRANCH_ROLLED_BACK when that is certain.
   */
  commitOnePhase(signal?: AbortSignal): Promise<void>;
  /** Ends it before it is prepared. Never rejects: a branch whose session is lost is rolled back by the database. */
  rollback(): Promise<void>;
}

/**
 * What was found of a prepared branch that was to be ended. `unknown`: there is none, because it ended before, was never
 * prepared, or somebody else has ended it. The opposite of what was asked for, and `mixed`, are heuristic outcomes.
 */
export type BranchOutcome = 'committed' | 'rolled back' | 'mixed' | 'unknown';
