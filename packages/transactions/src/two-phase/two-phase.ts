import {
  type Duration,
  errorFromJson,
  type HoldfastError,
  invalidArgument,
  toPositiveMicros,
} from '@holdfast/core';
import { type Backoff, exponential } from '@holdfast/resilience';
import { acknowledge } from '../atomic-commit/acknowledge.ts';
import { asJson } from '../atomic-commit/as-json.ts';
import type { TransactionOutcome } from '../atomic-commit/outcome.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { RunDefinition } from '../ledger/run-definition.ts';
import { checkResourceName, checkRunId } from './branch-id.ts';
import { encodeEvent } from './event.ts';
import { twoPhaseInspector } from './inspect-transaction.ts';
import type { Resource } from './resource.ts';
import { readTransaction } from './transaction-state.ts';
import { TwoPhaseCoordinator } from './two-phase-coordinator.ts';
import { twoPhaseType } from './two-phase-type.ts';

/** What a transaction's work is given of each resource. */
export type Connections<Resources> = {
  readonly [Name in keyof Resources]: Resources[Name] extends Resource<infer Connection> ? Connection : never;
};

export interface WorkContext {
  /** Of the run. */
  readonly id: string;
  /** Counts its attempts, from 1. */
  readonly attempt: number;
  /** Aborts when the work has no time left, or its worker leaves. */
  readonly signal: AbortSignal;
}

// biome-ignore lint/suspicious/noExplicitAny: of whatever connection; inferred from each
export type AnyResource = Resource<any>;

export interface TwoPhaseOptions<Resources extends Readonly<Record<string, AnyResource>>, Input, Value> {
  /** Of a changed definition: another number. Default 1. */
  readonly version?: number;
  /** The databases that take part, by names of the definition's own. At most one cannot prepare: the last resource. */
  readonly resources: Resources;
  /**
   * What is done in them. It only works on its connections: what it throws, and a crash before the decision, undo that. What
   * it returns is recorded as JSON. It must begin anew from its input alone.
   */
  readonly work: (
    connections: Connections<Resources>,
    input: Input,
    context: WorkContext,
  ) => Value | Promise<Value>;
  /** How often the work may begin, when crashes stop it before the decision. 1 rolls back at the first. Default 3. */
  readonly attempts?: number;
  /** How long all branches may take to open. Default '10s'. */
  readonly beginTimeout?: Duration;
  /** How long the work may take. Default '30s'. */
  readonly workTimeout?: Duration;
  /** How long all may take to vote. Default '10s'. */
  readonly voteTimeout?: Duration;
  /** How long one attempt to end a branch may take. Default '10s'. */
  readonly finishTimeout?: Duration;
  /** Between attempts to end a branch, of which there are as many as it takes. Default from 50 ms to 10 s, with full jitter. */
  readonly backoff?: Backoff;
  /** After how long a decided transaction that cannot be finished is shown as stuck. It goes on. Default '1m'. */
  readonly alarmAfter?: Duration;
}

/** Made by {@link twoPhase}; started with `ledger.start(definition, input)`. */
export interface TwoPhaseDefinition<Input, Value> extends RunDefinition<Input, TransactionOutcome<Value>> {
  readonly resources: readonly AnyResource[];
  /** Lets a transaction end that is stuck because of a heuristic outcome: an operator has seen to it. */
  acknowledge(ledger: Ledger, id: string): Promise<'posted' | 'ended' | 'unknown'>;
}

/** The options, checked. Times are microseconds. */
export interface TwoPhaseSettings {
  readonly resources: ReadonlyMap<string, AnyResource>;
  readonly work: (
    connections: Readonly<Record<string, unknown>>,
    input: unknown,
    context: WorkContext,
  ) => unknown;
  readonly attempts: number;
  readonly beginTimeout: number;
  readonly workTimeout: number;
  readonly voteTimeout: number;
  readonly finishTimeout: number;
  readonly backoff: Backoff;
  readonly alarmAfter: number;
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
  return {
    type: twoPhaseType + name,
    version: options.version ?? 1,
    resources: [...settings.resources.values()],
    checkId: checkRunId,
    begin: (input) => encodeEvent({ kind: 'began', input: asJson(input, 'input') }),
    drive: (run) => new TwoPhaseCoordinator(run, settings).drive(),
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

function settingsOf(
  options: TwoPhaseOptions<Readonly<Record<string, AnyResource>>, unknown, unknown>,
): TwoPhaseSettings {
  const { resources, work, attempts = 3, backoff } = options;
  const entries = Object.entries(resources);
  if (entries.length === 0) throw invalidArgument('resources', resources, 'at least one');
  const names = new Set<string>();
  for (const [key, resource] of entries) {
    checkResourceName(resource.name, `resources.${key}.name`);
    if (names.has(resource.name)) {
      throw invalidArgument(`resources.${key}.name`, resource.name, 'the name of no other resource');
    }
    names.add(resource.name);
  }
  const onePhase = entries.filter(([, { abilities }]) => !abilities.prepare);
  if (onePhase.length > 1) {
    const keys = onePhase.map(([key]) => key).join(', ');
    throw invalidArgument('resources', keys, 'one, at most, of those that cannot prepare');
  }
  if (typeof work !== 'function') throw invalidArgument('work', work, 'a function');
  if (!(Number.isSafeInteger(attempts) && attempts >= 1)) {
    throw invalidArgument('attempts', attempts, 'a whole number from 1');
  }
  return {
    resources: new Map(entries),
    work,
    attempts,
    beginTimeout: toPositiveMicros(options.beginTimeout ?? '10s', 'beginTimeout'),
    workTimeout: toPositiveMicros(options.workTimeout ?? '30s', 'workTimeout'),
    voteTimeout: toPositiveMicros(options.voteTimeout ?? '10s', 'voteTimeout'),
    finishTimeout: toPositiveMicros(options.finishTimeout ?? '10s', 'finishTimeout'),
    backoff: backoff ?? exponential({ initial: '50ms', max: '10s' }),
    alarmAfter: toPositiveMicros(options.alarmAfter ?? '1m', 'alarmAfter'),
  };
}
