import type { World } from '@holdfast/core';
import type { RunChange, RunMessage, RunStatus, StoredRun } from './run.ts';
import type { RunInspector } from './run-inspection.ts';

/**
 * What a protocol gives a ledger: how its runs begin, how they are driven, and what their records say in the end. Users
 * make definitions with `saga(...)`, `twoPhase(...)` and so on.
 */
export interface RunDefinition<Input, Result> {
  /** The protocol and the definition's name, such as `saga/order`: its runs are found again by it. */
  readonly type: string;
  readonly version: number;
  /**
   * The first record of a run. Runs are the same if their first records are equal, so it has no time and no chance in it.
   *
   * @throws HoldfastError INVALID_ARGUMENT, LEDGER_INPUT_INVALID.
   */
  begin(input: Input): Uint8Array | Promise<Uint8Array>;
  /**
   * Where a protocol takes fewer ids than a ledger does. Asked before `begin`.
   *
   * @throws HoldfastError INVALID_ARGUMENT.
   */
  checkId?(id: string): void;
  /**
   * Drives a run from where its records say it is, until it has ended, is left waiting for a message, a key or a timer, or
   * its signal aborts. Called once in each life of a worker. What it throws parks the run as stuck.
   */
  drive(run: RunContext): void | Promise<void>;
  /**
   * What the protocol does beside its runs while a worker has the ledger open, such as to end what dead workers have left
   * behind. Called once, when the worker has joined; resolves soon after the signal of `ledger` has aborted.
   */
  attend?(ledger: AttendedLedger): Promise<void>;
  /** What the records of an ended run say. */
  result(records: readonly Uint8Array[]): Result;
  /** Tells people of its runs. Without it they see no more than a summary. */
  readonly inspector?: RunInspector;
}

/** A ledger that is open, as a protocol sees it beside its runs. The same object for all definitions. */
export interface AttendedLedger {
  /** See {@link LedgerSession.ledgerId}. */
  readonly ledgerId: string;
  readonly world: World;
  /** Aborts when the worker leaves, or has lost its runs. */
  readonly signal: AbortSignal;
  read(id: string, signal?: AbortSignal): Promise<StoredRun | undefined>;
}

/** One run, as its protocol sees it. */
export interface RunContext {
  readonly id: string;
  /** See {@link LedgerSession.ledgerId}. */
  readonly ledgerId: string;
  /** Of the definition that it was begun with. */
  readonly version: number;
  /** Of its worker when this life of it began: see {@link LedgerSession.epoch}. */
  readonly epoch: number;
  /** Whether this life of it began with a restart or a takeover, rather than with its creation. */
  readonly recovered: boolean;
  /**
   * Wall-clock milliseconds since the Unix epoch, by the engine's clock, which need not be the worker's: deadlines of the
   * whole run count from here. A life of the run that is not recovered begins at this time.
   */
  readonly createdAt: number;
  readonly world: World;
  /** What it had when this life of it began. */
  readonly records: readonly Uint8Array[];
  /** What its status was then. A run that was parked as stuck goes on when an append says that it is `running`. */
  readonly status: RunStatus;
  /** Keys it held then. */
  readonly held: readonly string[];
  /** Aborts when the worker leaves or has lost the run: nothing more may be done in its name. */
  readonly signal: AbortSignal;
  /** Told of each message, from those that waited on. Set it before the first wait. */
  onMessage: ((message: RunMessage) => void) | undefined;
  /**
   * Adds records. Resolves once they are durable; with `order`, in a pipelined ledger, at once: then they are durable no
   * later than what is added after them.
   */
  append(records: readonly Uint8Array[], wait?: 'durable' | 'order', change?: RunChange): Promise<void>;
  /** Waits until the run holds `key`. Aborted, it gives up its place. */
  claim(key: string, signal?: AbortSignal): Promise<void>;
  release(key: string): Promise<void>;
  /** Whether {@link attach} can be used. */
  readonly attachable: boolean;
  /** @throws HoldfastError LEDGER_CAPABILITY_MISSING where the ledger's engine is no database that users write to. */
  attach(work: (transaction: unknown) => Promise<readonly Uint8Array[]>, signal?: AbortSignal): Promise<void>;
}
