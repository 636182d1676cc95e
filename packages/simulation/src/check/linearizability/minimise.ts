import type { Operation } from '../history/operation.ts';
import type { Model } from './model.ts';
import { Search } from './search.ts';
import type { SearchBudget, SearchResult } from './search-result.ts';
import { timeline } from './timeline.ts';

/** What all runs of the search together may cost while minimising. */
const stepsInAll = 5_000_000;
const operationsInAll = 2_000_000;
/** And one of them. */
const stepsPerSearch = 500_000;
const configurationsPerSearch = 50_000;

/**
 * The few operations that show what is wrong with `culprit`: drops others, many at a time at first, as long as the
 * culprit is the one that finds no place (Zeller's delta debugging).
 *
 * A read without its write would be wrong too, but show nothing. So where some choice of the others, in any order,
 * explains the culprit, it must stay so.
 */
export function minimise<State, Input, Output>(
  model: Model<State, Input, Output>,
  operations: readonly Operation<Input, Output>[],
  culprit: Operation<Input, Output>,
): readonly Operation<Input, Output>[] {
  let steps = stepsInAll;
  let laidOut = 0;
  const mayGoOn = (): boolean => steps > 0 && laidOut < operationsInAll;
  const search = (tried: readonly Operation<Input, Output>[]): SearchResult<State, Input, Output> => {
    laidOut += tried.length;
    const most = Math.min(steps, stepsPerSearch);
    const budget: SearchBudget = { steps: most, configurations: configurationsPerSearch };
    const result = new Search(model, timeline(model, tried), budget).run();
    steps -= most - budget.steps;
    return result;
  };
  const isWrong = (tried: readonly Operation<Input, Output>[]): boolean => {
    const result = search(tried);
    return result.verdict === 'violated' && result.deadEnd.ending.operation === culprit;
  };
  const isAttainable = (tried: readonly Operation<Input, Output>[]): boolean =>
    search(unordered(tried, culprit)).verdict === 'ok';

  let kept = operations.filter(
    ({ invoked, outcome }) => invoked < culprit.completed! && outcome !== 'failed',
  );
  const mustStayAttainable = isAttainable(kept);
  const keepIfWrong = (rest: readonly Operation<Input, Output>[]): boolean => {
    if (rest.length === kept.length || !isWrong(rest)) return false;
    if (mustStayAttainable && !isAttainable(rest)) return false;
    kept = [...rest];
    return true;
  };
  // All reads at once: no other operation needs them.
  keepIfWrong(kept.filter((each) => each === culprit || model.readOnly?.(each.input, each.output) !== true));
  for (let size = kept.length >> 1; size >= 1; size = nextSize(size)) {
    const before = kept.length;
    for (let start = 0; start < kept.length && mayGoOn(); ) {
      const rest = kept.filter((each, index) => index < start || index >= start + size || each === culprit);
      if (!keepIfWrong(rest)) start += size;
    }
    if (!mayGoOn() || (size === 1 && kept.length === before)) break;
  }
  return kept;
}

/** Halves it; the last size comes again and again. */
function nextSize(size: number): number {
  return Math.max(size >> 1, 1);
}

/** The same operations, all free to take effect or not, in any order, and the culprit after them. */
function unordered<Input, Output>(
  operations: readonly Operation<Input, Output>[],
  culprit: Operation<Input, Output>,
): Operation<Input, Output>[] {
  const free = operations
    .filter((each) => each !== culprit)
    .map(
      (each, invoked): Operation<Input, Output> => ({
        ...each,
        outcome: 'unknown',
        output: undefined,
        invoked,
        completed: undefined,
      }),
    );
  const invoked = free.length;
  return [...free, { ...culprit, invoked, completed: invoked + 1 }];
}
