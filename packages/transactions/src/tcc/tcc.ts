import { type Duration, errorFromJson, invalidArgument, toPositiveMicros } from '@holdfast/core';
import { type Backoff, exponential } from '@holdfast/resilience';
import { acknowledge } from '../atomic-commit/acknowledge.ts';
import { asJson } from '../atomic-commit/as-json.ts';
import type { TransactionOutcome } from '../atomic-commit/outcome.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { RunDefinition } from '../ledger/run-definition.ts';
import { tccInspector } from './inspect-tcc.ts';
import type { ParticipantRegistry } from './participant-registry.ts';
import { TccCoordinator } from './tcc-coordinator.ts';
import { encodeEvent, type NamedBranch, type Reservations, type TccBranch } from './tcc-event.ts';
import { readTcc } from './tcc-state.ts';

export interface TccOptions<Input> {
  /** Of a changed definition: another number. Default 1. */
  readonly version?: number;
  readonly registry: ParticipantRegistry;
  /** Who takes part, and what each is asked for. Of the input alone: no time, no chance. */
  readonly branches: (input: Input) => readonly TccBranch[];
  /**
   * How long reservations last, from when the transaction is started. Half of it is for the tries and the decision; after
   * that it is cancelled. The other half is for the confirms: a participant that gets none by its end may cancel.
   * Default '10m'.
   */
  readonly reservation?: Duration;
  /** How long one call may take. Default '10s'. */
  readonly callTimeout?: Duration;
  /** How often a try is attempted. Default 3. */
  readonly tries?: number;
  /** Between attempts; of confirms and cancels there are as many as it takes. Default from 50 ms to 10 s, with full jitter. */
  readonly backoff?: Backoff;
  /** After how long a decided transaction that cannot be finished is shown as stuck. It goes on. Default '1m'. */
  readonly alarmAfter?: Duration;
}

/** Made by {@link tcc}; started with `ledger.start(definition, input)`. */
export interface TccDefinition<Input> extends RunDefinition<Input, TransactionOutcome<Reservations>> {
  /** Lets a transaction end that is stuck because of a heuristic outcome: an operator has seen to it. */
  acknowledge(ledger: Ledger, id: string): Promise<'posted' | 'ended' | 'unknown'>;
}

/** The options, checked. Times are microseconds. */
export interface TccSettings {
  readonly registry: ParticipantRegistry;
  readonly reservation: number;
  readonly callTimeout: number;
  readonly tries: number;
  readonly backoff: Backoff;
  readonly alarmAfter: number;
}

const branchesMax = 100;

/**
 * Defines a transaction of reservations: all participants try, and then all confirm or all cancel (try, confirm, cancel;
 * Pardon and Pautasso, Atomic Distributed Transactions, 2011):
 *
 *     const booking = tcc('booking', {
 *       registry,
 *       branches: ({ nights, seats }: Trip) => [
 *         { participant: 'hotel', request: { nights } },
 *         { participant: 'flight', request: { seats } },
 *       ],
 *     });
 *     const run = await ledger.start(booking, trip, { id: 'trip-17' });
 *     const outcome = await run.result;
 *
 * @throws HoldfastError INVALID_ARGUMENT.
 */
export function tcc<Input>(name: string, options: TccOptions<Input>): TccDefinition<Input> {
  const settings = settingsOf(options);
  return {
    type: `tcc/${name}`,
    version: options.version ?? 1,
    begin: (input) => encodeEvent({ kind: 'began', branches: checkedBranches(options.branches(input)) }),
    drive: (run) => new TccCoordinator(run, settings).drive(),
    result: outcomeOf,
    acknowledge,
    inspector: tccInspector,
  };
}

/** What the records of a TCC transaction that has ended say. */
export function outcomeOf(records: readonly Uint8Array[]): TransactionOutcome<Reservations> {
  const { reservations, error, heuristics } = readTcc(records);
  return reservations === undefined
    ? { status: 'rolled-back', error: errorFromJson(error!), heuristics }
    : { status: 'committed', value: reservations, heuristics, unconfirmed: [] };
}

function checkedBranches(branches: readonly TccBranch[]): NamedBranch[] {
  if (!(branches.length >= 1 && branches.length <= branchesMax)) {
    throw invalidArgument('branches', branches.length, `1 to ${branchesMax} of them`);
  }
  const names = new Set<string>();
  return branches.map(({ participant, branch = participant, request }, index) => {
    const field = `branches[${index}]`;
    if (typeof branch !== 'string' || branch === '' || branch.length > 40 || names.has(branch)) {
      throw invalidArgument(`${field}.branch`, branch, '1 to 40 characters, of no other branch');
    }
    names.add(branch);
    return { participant, branch, request: asJson(request, `${field}.request`) };
  });
}

function settingsOf(options: TccOptions<never>): TccSettings {
  const { registry, tries = 3, backoff } = options;
  if (!(Number.isSafeInteger(tries) && tries >= 1))
    throw invalidArgument('tries', tries, 'a whole number from 1');
  return {
    registry,
    tries,
    reservation: toPositiveMicros(options.reservation ?? '10m', 'reservation'),
    callTimeout: toPositiveMicros(options.callTimeout ?? '10s', 'callTimeout'),
    backoff: backoff ?? exponential({ initial: '50ms', max: '10s' }),
    alarmAfter: toPositiveMicros(options.alarmAfter ?? '1m', 'alarmAfter'),
  };
}
