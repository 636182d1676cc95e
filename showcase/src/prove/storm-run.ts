import { type Random, seededRandom } from '@holdfast/core';
import type { FaultPlan, RunOptions, TimedOperation } from '@holdfast/simulation';
import { arrivals } from '../load/schedule.ts';
import { serviceNames } from '../shop/services.ts';
import { type Conditions, fair } from '../storm/conditions.ts';
import { conditionsOf, type ServiceFault, strikesService } from '../storm/fault.ts';
import { stormPlan } from '../storm/plan.ts';
import { type Operation, stormMillis } from './shop-scenario.ts';

const ordersPerSecond = 8;

/**
 * The run of `seed`: the storm that the report has under this seed, and further kills. What strikes the store is left out: here
 * the ledger is a journal.
 */
export function stormRun(seed: number): RunOptions & { readonly plan: FaultPlan } {
  const faults = stormPlan(seed, stormMillis)
    .flatMap((episode) => episode.faults)
    .filter(strikesService);
  const random = seededRandom(seed).fork('prove');
  const blows = faults.flatMap((fault) => blowOf(fault));
  return {
    seed,
    plan: {
      version: 1,
      network: { loss: 0.005, reordering: 0.01, duplication: 0.005 },
      faults: [...blows, ...kills(random)].sort((one, other) => (one.at as number) - (other.at as number)),
    },
    operations: [...faults.flatMap(weatherOf), ...customers(seed)].sort((one, other) => one.at - other.at),
  };
}

type Blow = NonNullable<FaultPlan['faults']>[number];

/** What hits a process from outside. */
function blowOf({ service, trouble, from, until }: ServiceFault): Blow[] {
  if (trouble.kind !== 'kill' && trouble.kind !== 'pause') return [];
  const kind = trouble.kind === 'kill' ? 'crash' : 'pause';
  return [{ kind, host: service, at: from, for: until - from }];
}

/** Up to six more, of any service, for up to a second and a half. */
function kills(random: Random): Blow[] {
  return Array.from({ length: random.below(7) }, () => ({
    kind: 'crash',
    host: random.below(2) === 0 ? 'orders' : serviceNames[random.below(serviceNames.length)]!,
    at: random.below(stormMillis),
    for: 20 + random.below(1_500),
  }));
}

/** What the storm does to a service from within. */
function weatherOf({ service, trouble, from, until }: ServiceFault): TimedOperation<Operation>[] {
  if (trouble.kind !== 'slow' && trouble.kind !== 'break') return [];
  const change = (at: number, conditions: Conditions): TimedOperation<Operation> => ({
    at: at * 1_000,
    client: 'storm',
    operation: { kind: 'weather', service, conditions },
  });
  return [change(from, conditionsOf(trouble)), change(until, fair)];
}

function customers(seed: number): TimedOperation<Operation>[] {
  const all: TimedOperation<Operation>[] = [];
  for (const { at, order, hesitationMillis } of arrivals(seed, ordersPerSecond)) {
    if (at >= stormMillis) break;
    const operation = { kind: 'customer' as const, order: { ...order }, hesitationMillis };
    all.push({ at: Math.floor(at * 1_000), client: order.basket, operation });
  }
  return all;
}
