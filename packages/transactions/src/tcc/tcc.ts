import { errorFromJson, invalidArgument } from '@holdfast/core';
import { acknowledge } from '../atomic-commit/acknowledge.ts';
import { asJson } from '../atomic-commit/as-json.ts';
import type { TransactionOutcome } from '../atomic-commit/outcome.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { RunDefinition } from '../ledger/run-definition.ts';
import { tccInspector } from './inspect-tcc.ts';
import { TccCoordinator } from './tcc-coordinator.ts';
import { encodeEvent, type NamedBranch, type Reservations, type TccBranch } from './tcc-event.ts';
import { settingsOf, type TccOptions } from './tcc-options.ts';
import { readTcc } from './tcc-state.ts';

/** Made by {@link tcc}; started with `ledger.start(definition, input)`. */
export interface TccDefinition<Input> extends RunDefinition<Input, TransactionOutcome<Reservations>> {
  /** Lets a transaction end that is stuck because of a heuristic outcome: an operator has seen to it. */
  acknowledge(ledger: Ledger, id: string): Promise<'posted' | 'ended' | 'unknown'>;
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
