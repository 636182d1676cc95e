import { assert, invalidArgument } from '@holdfast/core';
import { canonicalText } from '../canonical-text.ts';
import type { History } from '../history/history.ts';
import type { Operation } from '../history/operation.ts';
import type { Model } from './model.ts';
import { checkZones } from './register-zones.ts';
import { Search } from './search.ts';
import type { SearchBudget, SearchResult } from './search-result.ts';
import { timeline } from './timeline.ts';
import { explain, type LinearizabilityWitness } from './witness.ts';

export interface LinearizabilityOptions {
  /** How often the model may be asked for a step, in all. Default 20,000,000. */
  readonly maxSteps?: number;
  /** How many configurations may be remembered, in all, at some 200 bytes each. Default 1,000,000. */
  readonly maxConfigurations?: number;
}

/** What the check took. */
export interface LinearizabilityCost {
  /** Operations whose outcome counts: all but those that failed. */
  readonly operations: number;
  readonly partitions: number;
  readonly steps: number;
  readonly configurations: number;
}

export type LinearizabilityResult<Input, Output> = LinearizabilityCost &
  (
    | { readonly verdict: 'ok' }
    | {
        readonly verdict: 'violated';
        readonly witness: LinearizabilityWitness<Input, Output>;
        readonly text: string;
      }
    /** The budget was used up before it was certain; `undecided` are the partitions that are left. */
    | { readonly verdict: 'undecided'; readonly undecided: readonly string[]; readonly text: string }
  );

/**
 * Whether there is an order of all operations that the model allows and in which each takes effect at one moment
 * between its call and its end (Herlihy & Wing 1990). An operation with an unknown outcome may take effect at any
 * time after its call or never, a failed one never. The verdict is never `ok` for want of budget.
 */
export function checkLinearizability<State, Input, Output>(
  history: History<Input, Output> | readonly Operation<Input, Output>[],
  model: Model<State, Input, Output>,
  options: LinearizabilityOptions = {},
): LinearizabilityResult<Input, Output> {
  const maxSteps = limit('maxSteps', options.maxSteps, 20_000_000);
  const maxConfigurations = limit('maxConfigurations', options.maxConfigurations, 1_000_000);
  const operations = 'operations' in history ? history.operations : history;
  const counted = operations.filter(({ outcome }) => outcome !== 'failed');
  const partitions = partition(model, counted);
  const budget: SearchBudget = { steps: maxSteps, configurations: maxConfigurations };
  const cost = (): LinearizabilityCost => ({
    operations: counted.length,
    partitions: partitions.size,
    steps: maxSteps - budget.steps,
    configurations: maxConfigurations - budget.configurations,
  });
  const undecided: string[] = [];
  // The small ones first: what is certain is certain before the budget is gone.
  const bySize = [...partitions].sort(([, a], [, b]) => a.length - b.length);
  for (const [key, members] of bySize) {
    if (budget.steps <= 0 || budget.configurations <= 0) {
      undecided.push(key);
      continue;
    }
    const result = decide(model, members, budget);
    if (result.verdict === 'violated') {
      const name = model.partition && key;
      const { witness, text } = explain(model, name, result.told, members.length, result.deadEnd);
      return { verdict: 'violated', witness, text, ...cost() };
    }
    if (result.verdict === 'undecided') undecided.push(key);
  }
  if (undecided.length === 0) return { verdict: 'ok', ...cost() };
  const spent = cost();
  const text =
    `undecided after ${spent.steps} steps and ${spent.configurations} configurations: ${undecided.length} of ` +
    `${spent.partitions} partitions are left (maxSteps ${maxSteps}, maxConfigurations ${maxConfigurations})`;
  return { verdict: 'undecided', undecided, text, ...spent };
}

/** The verdict on one partition; of a violation also the operations that it was found in, which may be a few. */
type Decision<State, Input, Output> =
  | Exclude<SearchResult<State, Input, Output>, { readonly verdict: 'violated' }>
  | (Extract<SearchResult<State, Input, Output>, { readonly verdict: 'violated' }> & {
      readonly told: readonly Operation<Input, Output>[];
    });

/** What a search may take to tell of a violation that is certain already. */
const stepsToTell = 500_000;
const configurationsToTell = 50_000;

/** Decides one partition: by its zones where that is possible, else by a search. */
function decide<State, Input, Output>(
  model: Model<State, Input, Output>,
  operations: readonly Operation<Input, Output>[],
  budget: SearchBudget,
): Decision<State, Input, Output> {
  const search = (told: readonly Operation<Input, Output>[], allowed: SearchBudget) => {
    const result = new Search(model, timeline(model, told), allowed).run();
    return result.verdict === 'violated' ? { ...result, told } : result;
  };
  const zones = model.access
    ? checkZones(operations, model.access.bind(model), canonicalText(model.init()))
    : undefined;
  if (zones?.verdict === 'ok') return zones;
  if (zones?.verdict !== 'violated') return search(operations, budget);
  // It is certain: a search of all tells more, as long as it does not take too long; one of the evidence is short.
  for (const told of [operations, zones.operations]) {
    const allowed: SearchBudget = { steps: stepsToTell, configurations: configurationsToTell };
    const result = search(told, allowed);
    budget.steps -= stepsToTell - allowed.steps;
    budget.configurations -= configurationsToTell - allowed.configurations;
    if (result.verdict === 'violated') return result;
  }
  assert(false, 'a search agrees with the zones of a register');
}

function partition<Input, Output>(
  model: Pick<Model<never, Input, Output>, 'partition'>,
  operations: readonly Operation<Input, Output>[],
): Map<string, Operation<Input, Output>[]> {
  const partitions = new Map<string, Operation<Input, Output>[]>();
  let last = -1;
  for (const operation of operations) {
    assert(operation.invoked > last, 'the operations of a history are in the order of their calls');
    last = operation.invoked;
    const key = model.partition?.(operation.input) ?? '';
    const members = partitions.get(key);
    if (members === undefined) partitions.set(key, [operation]);
    else members.push(operation);
  }
  return partitions;
}

function limit(field: string, value: number | undefined, preset: number): number {
  if (value === undefined) return preset;
  if (!(Number.isSafeInteger(value) && value >= 1)) {
    throw invalidArgument(field, value, 'a whole number from 1');
  }
  return value;
}
