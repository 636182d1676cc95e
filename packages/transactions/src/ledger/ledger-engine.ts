import type { HoldfastError } from '@holdfast/core';
import type { OwnedRun, RunChange, RunFilter, RunPage, StoredRun } from './run.ts';

/**
 * Where a ledger keeps its runs: in memory, in a journal, in PostgreSQL, in a coordination store. A run is a sequence of
 * records under an id that is used once; what the records mean is the protocol's business.
 */
export interface LedgerEngine {
  /** Whether several workers, in several processes, may serve it at once. */
  readonly shared: boolean;
  /**
   * Becomes a worker. From here on the engine gives it runs to drive: those without a worker at once, and those of workers
   * that die, for as long as the session lasts.
   *
   * @throws HoldfastError LEDGER_UNAVAILABLE, and what the engine's own means throw, such as FOLDER_OWNED.
   */
  join(host: EngineHost, options: JoinOptions): Promise<LedgerSession>;
  /** Looks in from outside, without driving anything. */
  visit(): Promise<LedgerVisit>;
}

export interface JoinOptions {
  /** The types of runs that the worker drives, such as `saga/order`. It is given no others. */
  readonly types: readonly string[];
}

/** What an engine tells its worker. Called in turns of their own, never from within a call of the session. */
export interface EngineHost {
  /** These runs are this worker's from now on: their worker has died, or they never had one. Sets their listeners. */
  adopt(runs: readonly OwnedRun[]): void;
  /**
   * The worker's time is over: another one has taken its runs, or the engine has failed. Nothing more may be done in the
   * name of its runs, and the session takes no calls any more.
   */
  lost(error: HoldfastError): void;
}

/** What anybody may do with a ledger. All waits end with ABORTED when their signal aborts. */
export interface LedgerVisit {
  /** The run of that id with all its records; undefined when there is none, or none any more. */
  read(id: string, signal?: AbortSignal): Promise<StoredRun | undefined>;
  /** Runs in the order in which they were created, without their records. */
  list(filter: RunFilter, signal?: AbortSignal): Promise<RunPage>;
  /**
   * Leaves a message for a run, durable once it resolves; its worker is told at once, the next one if it dies before it has
   * consumed it. `ended`: the run has ended. `unknown`: there is none.
   *
   * @throws HoldfastError LEDGER_MESSAGES_FULL when as many wait as a run may have.
   */
  post(id: string, message: Uint8Array, signal?: AbortSignal): Promise<'posted' | 'ended' | 'unknown'>;
  /** Waits until the run has ended, and is woken by that: engines do not poll. Undefined when there is no such run. */
  ended(id: string, signal?: AbortSignal): Promise<StoredRun | undefined>;
  /** Its waits end with LEDGER_CLOSED. */
  close(): Promise<void>;
}

/**
 * A worker's part in a ledger. Whatever it changes is fenced: once the engine has given its runs to another, its calls fail
 * with LEDGER_FENCED and change nothing. Calls of many runs that wait together share one commit.
 *
 * `create` and `post` fail with LEDGER_FULL (nothing happened, try later) and LEDGER_UNAVAILABLE (it may have happened).
 * What changes a run that is under way waits instead until there is room, or until the engine is heard of again: the engine
 * repeats it, and takes it once. All fail with LEDGER_FENCED, LEDGER_FAILED or LEDGER_CLOSED.
 */
export interface LedgerSession extends LedgerVisit {
  /** Of the ledger itself: 8 of `a-z0-9`, drawn when it was made and never changed. No two ledgers share one. */
  readonly ledgerId: string;
  /**
   * Greater than that of every worker whose runs it has taken over: engines may raise it with a takeover. Tokens made of it
   * fence its predecessors outside.
   */
  readonly epoch: number;
  /** Of appends and commits since it joined. */
  readonly figures: LedgerEngineFigures;
  /** Creates a run of this worker, unless there is one of that id: then that is what comes back. */
  create(run: NewRun): Promise<OwnedRun | StoredRun>;
  /** Adds records, all or none, in the order of the calls. Durable once it resolves. */
  append(run: OwnedRun, records: readonly Uint8Array[], change?: RunChange): Promise<void>;
  /**
   * Lines up for a key that one run of the ledger holds at a time, across all workers. True when it holds it now; else the
   * run's listener is told when it does. Its place is durable: it keeps it through a crash. Asking again changes nothing.
   */
  claim(run: OwnedRun, key: string): Promise<boolean>;
  /** Gives up a key, or the place in its line. A run that ends gives up all of its own. */
  release(run: OwnedRun, key: string): Promise<void>;
  /**
   * There where the engine is a database that users write to as well: does `work` in a transaction that also appends the
   * records it resolves with. Either both happen or neither. `work` gets the driver's own transaction.
   */
  attach?(
    run: OwnedRun,
    work: (transaction: unknown) => Promise<readonly Uint8Array[]>,
    signal?: AbortSignal,
  ): Promise<void>;
  /** Waits for what is under way, and gives its runs up so that others may have them at once. */
  close(): Promise<void>;
}

export interface NewRun {
  /** 1 to 200 characters. */
  readonly id: string;
  /** The protocol and the name of its definition, such as `saga/order`. */
  readonly type: string;
  /** Of the definition. */
  readonly version: number;
  readonly records: readonly Uint8Array[];
}

export interface LedgerEngineFigures {
  readonly runsCreated: number;
  readonly recordsAppended: number;
  /** Commits, flushes or transactions that made them durable. */
  readonly commits: number;
  /** Runs taken over. */
  readonly runsAdopted: number;
}
