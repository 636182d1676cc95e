import type { Operation } from '../history/operation.ts';
import type { Insight, Model } from './model.ts';

/** An operation as the search sees it. */
export interface Candidate<Input, Output> {
  readonly operation: Operation<Input, Output>;
  readonly input: Input;
  readonly output: Output | undefined;
  /** Of a known operation: among those open at the same time. Of an unknown one: among all unknown ones. */
  readonly bit: bigint;
  readonly readOnly: boolean;
  /** The previous unknown operation that asks for the same: the two are interchangeable, so it goes first. */
  readonly twin: Candidate<Input, Output> | undefined;
}

/** The end of a known operation, and who could take effect before it. */
export interface Return<Input, Output> {
  readonly ending: Candidate<Input, Output>;
  /** Read-only operations called since the previous return. */
  readonly newReads: readonly Candidate<Input, Output>[];
  /** Read-only operations that are open here. */
  readonly reads: readonly Candidate<Input, Output>[];
  /** Known operations, other than read-only ones, that are open here. */
  readonly changes: readonly Candidate<Input, Output>[];
  /** How many of the unknown operations were called before. */
  readonly unknown: number;
  /** The first read-only operation to be called after this: it certainly has not taken effect yet. */
  nextRead: Candidate<Input, Output> | undefined;
}

/** The operations of one partition, laid out for the search. */
export interface Timeline<State, Input, Output> {
  readonly returns: readonly Return<Input, Output>[];
  readonly unknown: readonly Candidate<Input, Output>[];
  readonly insight: Insight<State, Input, Output> | undefined;
  /** The index of the return of each known operation. */
  readonly returnOf: ReadonlyMap<Operation<Input, Output>, number>;
}

/**
 * Lays out operations, given in the order of their calls. Left out is what can decide nothing: failed operations,
 * and unknown ones that would change no state.
 */
export function timeline<State, Input, Output>(
  model: Pick<Model<State, Input, Output>, 'readOnly' | 'insight'>,
  operations: readonly Operation<Input, Output>[],
): Timeline<State, Input, Output> {
  const known = operations.filter(({ outcome }) => outcome === 'ok');
  const insight = model.insight?.(
    known,
    operations.filter(({ outcome }) => outcome === 'unknown'),
  );
  const calls = operations.filter(({ outcome, input }) =>
    outcome === 'unknown'
      ? model.readOnly?.(input, undefined) !== true && insight?.helps?.(input) !== false
      : outcome === 'ok',
  );
  const ends = known.sort((a, b) => a.completed! - b.completed!);
  const unknown: Candidate<Input, Output>[] = [];
  const twins = new Map<string, Candidate<Input, Output>>();
  const slots = new Slots();
  const open = new Map<Operation<Input, Output>, { slot: number; candidate: Candidate<Input, Output> }>();
  const returns: Return<Input, Output>[] = [];
  const returnOf = new Map<Operation<Input, Output>, number>();
  let next = 0;
  for (const end of ends) {
    const newReads: Candidate<Input, Output>[] = [];
    for (; next < calls.length && calls[next]!.invoked < end.completed!; next++) {
      const operation = calls[next]!;
      const { input, output } = operation;
      if (operation.outcome === 'unknown') {
        const likeness = JSON.stringify(input);
        const twin = twins.get(likeness);
        const bit = 1n << BigInt(unknown.length);
        const candidate = {
          operation,
          input,
          output: undefined,
          bit,
          readOnly: false,
          twin,
        };
        twins.set(likeness, candidate);
        unknown.push(candidate);
      } else {
        const slot = slots.take();
        const readOnly = model.readOnly?.(input, output) === true;
        const candidate = {
          operation,
          input,
          output,
          bit: 1n << BigInt(slot),
          readOnly,
          twin: undefined,
        };
        open.set(operation, { slot, candidate });
        if (readOnly) newReads.push(candidate);
      }
    }
    const reads: Candidate<Input, Output>[] = [];
    const changes: Candidate<Input, Output>[] = [];
    for (const { candidate } of open.values()) (candidate.readOnly ? reads : changes).push(candidate);
    const { slot, candidate: ending } = open.get(end)!;
    returnOf.set(end, returns.length);
    const last = returns.at(-1);
    if (last !== undefined) last.nextRead = newReads[0];
    returns.push({ ending, newReads, reads, changes, unknown: unknown.length, nextRead: undefined });
    open.delete(end);
    slots.give(slot);
  }
  for (let index = returns.length - 2; index >= 0; index--) {
    returns[index]!.nextRead ??= returns[index + 1]!.nextRead;
  }
  return { returns, unknown, insight, returnOf };
}

/** Small numbers, each given to one holder at a time. */
class Slots {
  readonly #free: number[] = [];
  #made = 0;

  take(): number {
    return this.#free.pop() ?? this.#made++;
  }

  give(slot: number): void {
    this.#free.push(slot);
  }
}
