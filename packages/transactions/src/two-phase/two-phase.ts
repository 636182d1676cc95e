import { errorFromJson, type HoldfastError, invalidArgument } from '@holdfast/core';
import { acknowledge } from '../atomic-commit/acknowledge.ts';
import { asJson } from '../atomic-commit/as-json.ts';
import type { TransactionOutcome } from '../atomic-commit/outcome.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { RunDefinition } from '../ledger/run-definition.ts';
import { checkRunId } from './branch-id.ts';
import { encodeEvent } from './event.ts';
import { twoPhaseInspector } from './inspect-transaction.ts';
import type { AnyResource } from './resource.ts';
import { sweepLedger } from './sweep-ledger.ts';
import { readTransaction } from './transaction-state.ts';
import { TwoPhaseCoordinator } from './two-phase-coordinator.ts';
import { settingsOf, type TwoPhaseOptions } from './two-phase-options.ts';
import { twoPhaseType } from './two-phase-type.ts';

/** Made by {@link twoPhase}; started with `ledger.start(definition, input)`. */
export interface TwoPhaseDefinition<Input, Value> extends RunDefinition<Input, TransactionOutcome<Value>> {
  readonly resources: readonly AnyResource[];
  /** Lets a transaction end that is stuck because of a heuristic outcome: an operator has seen to it. */
  acknowledge(ledger: Ledger, id: string): Promise<'posted' | 'ended' | 'unknown'>;
}

/**
 * Defines a transaction over several databases that commits in all of them or in none, by two-phase commit with presumed
 * abort (Mohan, Lindsay and Obermarck, 1986):
 *
 *     const transfer = twoPhase('transfer', {
 *       resources: { from: savings, to: cards },
 *       work: async ({ from, to }, { amount }: { amount: number }) => { ... },
 *     });
 *     const run = await ledger.start(transfer, { amount: 5 }, { id: 'transfer-17' });
 *     const outcome = await run.result;
 *
 * Ids of its runs have 1 to 40 printable ASCII characters.
 *
 * @throws HoldfastError INVALID_ARGUMENT.
 */
export function twoPhase<const Resources extends Readonly<Record<string, AnyResource>>, Input, Value>(
  name: string,
  options: TwoPhaseOptions<Resources, Input, Value>,
): TwoPhaseDefinition<Input, Value> {
  const settings = settingsOf(options as unknown as Parameters<typeof settingsOf>[0]);
  const resources = [...settings.resources.values()];
  const { sweep } = settings;
  return {
    type: twoPhaseType + name,
    version: options.version ?? 1,
    resources,
    checkId: checkRunId,
    begin: (input) => encodeEvent({ kind: 'began', input: asJson(input, 'input') }),
    drive: (run) => new TwoPhaseCoordinator(run, settings).drive(),
    ...(sweep !== undefined && { attend: (ledger) => sweepLedger(ledger, resources, sweep) }),
    result: outcomeOf,
    acknowledge,
    inspector: twoPhaseInspector,
  };
}

/** What the records of a two-phase commit that has ended say. */
export function outcomeOf<Value>(records: readonly Uint8Array[]): TransactionOutcome<Value> {
  const { end, heuristics } = readTransaction(records);
  if (end === undefined)
    throw invalidArgument('records', records.length, 'those of a transaction that has ended');
  if (end.status === 'rolled-back') {
    return { status: 'rolled-back', error: errorFromJson(end.error) as HoldfastError, heuristics };
  }
  const { decision, unconfirmed } = end;
  return { status: 'committed', value: decision.value as Value, heuristics, unconfirmed };
}
