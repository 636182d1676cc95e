import type { LedgerEngineFigures } from './ledger-engine.ts';
import type { RunFilter, RunPage, RunStatus, RunSummary, StoredRun } from './run.ts';
import type { RunDefinition } from './run-definition.ts';

/** Where transactions run: what it has accepted goes on after any crash, here or at another worker. Made by `openLedger`. */
export interface Ledger {
  /** See {@link LedgerSession.ledgerId}. */
  readonly ledgerId: string;
  readonly epoch: number;
  readonly figures: LedgerFigures;
  /**
   * Starts a run, and resolves once it is durable that it will go to its end. The same id gives the same run.
   *
   * @throws HoldfastError LEDGER_RUN_CONFLICT when the run of that id is of another definition or has another input;
   * LEDGER_DEFINITION_UNKNOWN when the ledger was opened without this definition; LEDGER_BUSY when as many runs are under
   * way as may be; LEDGER_FULL, LEDGER_UNAVAILABLE, LEDGER_FENCED, LEDGER_FAILED, LEDGER_CLOSED; ABORTED.
   */
  start<Input, Result>(
    definition: RunDefinition<Input, Result>,
    input: Input,
    options?: StartOptions,
  ): Promise<Run<Result>>;
  /** The run of that id, whoever drives it; undefined when there is none. */
  find<Result>(definition: RunDefinition<never, Result>, id: string): Promise<Run<Result> | undefined>;
  /** The run of that id with its records, for the protocol's own account of it; undefined when there is none. */
  read(id: string, signal?: AbortSignal): Promise<StoredRun | undefined>;
  list(filter?: RunFilter, signal?: AbortSignal): Promise<RunPage>;
  /** Leaves a message for a run. Protocols have words of their own for it, such as signals. */
  post(id: string, message: Uint8Array, signal?: AbortSignal): Promise<'posted' | 'ended' | 'unknown'>;
  /** Ends nothing: runs go on when the ledger is opened again, or at once at another worker. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

export interface StartOptions {
  /** 1 to 200 characters. Default a new one: then a start that is repeated is another run. */
  readonly id?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface Run<Result> {
  readonly id: string;
  /**
   * How it ended. Woken by the end itself. Rejects only when this process cannot learn it any more: LEDGER_CLOSED,
   * LEDGER_FENCED, LEDGER_FAILED; the run goes on.
   */
  readonly result: Promise<Result>;
  summary(): Promise<RunSummary>;
}

/** Counts since it was opened, and how things are now. */
export interface LedgerFigures {
  readonly engine: LedgerEngineFigures;
  readonly started: number;
  readonly recovered: number;
  readonly ended: number;
  /** At this worker, now. */
  readonly byStatus: { readonly [status in Exclude<RunStatus, 'ended'>]: number };
}
