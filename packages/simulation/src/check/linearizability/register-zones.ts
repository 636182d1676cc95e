import type { Operation } from '../history/operation.ts';

/** What an operation does to an object that is a register. Equal values are equal texts. */
export interface RegisterAccess {
  /** The value that it found. Undefined when it looked at none, or nobody knows. */
  readonly reads?: string;
  /** The value that it leaves. */
  readonly writes?: string;
  /** False when there is more to the operation, as to a compare-and-swap, than a read or a write. */
  readonly exact: boolean;
}

export type ZoneVerdict<Input, Output> =
  | { readonly verdict: 'ok' }
  /** With a few operations that no order explains. */
  | { readonly verdict: 'violated'; readonly operations: readonly Operation<Input, Output>[] }
  /** Zones cannot tell. */
  | { readonly verdict: 'undecided' };

/** The operations that wrote and read one value. */
interface Cluster<Input, Output> {
  /** Undefined for the initial value. */
  readonly write: Operation<Input, Output> | undefined;
  /** The first to end, and when; the last to be called, and when. */
  firstToEnd: Operation<Input, Output> | undefined;
  end: number;
  lastCalled: Operation<Input, Output> | undefined;
  call: number;
}

const undecided = { verdict: 'undecided' } as const;

/**
 * Decides a register's history in n log n when each value was written once (Gibbons & Korach, Testing Shared
 * Memories, 1997). Between the first end and the last call among the operations on one value the register held that
 * value all the time: two such zones cannot overlap, and nothing else can be written and read wholly within one.
 * Where operations do more than read or write, a violation is certain, the absence of one is not.
 */
export function checkZones<Input, Output>(
  operations: readonly Operation<Input, Output>[],
  access: (input: Input, output: Output | undefined) => RegisterAccess,
  initial: string,
): ZoneVerdict<Input, Output> {
  const clusters = new Map<string, Cluster<Input, Output>>([
    [
      initial,
      { write: undefined, firstToEnd: undefined, end: -Infinity, lastCalled: undefined, call: -Infinity },
    ],
  ]);
  let isExact = true;
  const reads: [Operation<Input, Output>, string][] = [];
  for (const operation of operations) {
    const { input, output, outcome, invoked, completed } = operation;
    if (outcome === 'failed') continue;
    const { reads: found, writes, exact } = access(input, outcome === 'ok' ? output : undefined);
    if (!exact) isExact = false;
    if (found !== undefined && outcome === 'ok') reads.push([operation, found]);
    if (writes === undefined) continue;
    if (clusters.has(writes)) return undecided;
    const end = outcome === 'ok' ? completed! : Infinity;
    clusters.set(writes, {
      write: operation,
      firstToEnd: operation,
      end,
      lastCalled: operation,
      call: invoked,
    });
  }
  for (const [read, value] of reads) {
    const cluster = clusters.get(value);
    if (cluster === undefined) return { verdict: 'violated', operations: [read] };
    if (cluster.write !== undefined && cluster.write !== read && read.completed! < cluster.write.invoked) {
      return { verdict: 'violated', operations: [read, cluster.write] };
    }
    if (read.completed! < cluster.end) {
      cluster.end = read.completed!;
      cluster.firstToEnd = read;
    }
    if (read.invoked > cluster.call) {
      cluster.call = read.invoked;
      cluster.lastCalled = read;
    }
  }
  const conflict = findConflict([...clusters.values()]);
  if (conflict !== undefined) return { verdict: 'violated', operations: evidence(conflict) };
  return isExact ? { verdict: 'ok' } : undecided;
}

/** Two values, one of which the register held all through the time in which it held the other. */
function findConflict<Input, Output>(
  clusters: readonly Cluster<Input, Output>[],
): readonly [Cluster<Input, Output>, Cluster<Input, Output>] | undefined {
  const lasting = clusters.filter(({ end, call }) => end < call).sort((a, b) => a.end - b.end);
  for (let index = 1; index < lasting.length; index++) {
    // All before are apart, so the one just before reaches furthest.
    const [before, after] = [lasting[index - 1]!, lasting[index]!];
    if (after.end < before.call) return [before, after];
  }
  for (const brief of clusters) {
    if (brief.end < brief.call) continue;
    const around = lastEndingBefore(lasting, brief.call);
    if (around !== undefined && brief.end < around.call) return [around, brief];
  }
  return undefined;
}

function lastEndingBefore<Input, Output>(
  lasting: readonly Cluster<Input, Output>[],
  place: number,
): Cluster<Input, Output> | undefined {
  let [low, high] = [0, lasting.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (lasting[middle]!.end < place) low = middle + 1;
    else high = middle;
  }
  return lasting[low - 1];
}

function evidence<Input, Output>(clusters: readonly Cluster<Input, Output>[]): Operation<Input, Output>[] {
  const operations = new Set<Operation<Input, Output>>();
  for (const { write, firstToEnd, lastCalled } of clusters) {
    for (const each of [write, firstToEnd, lastCalled]) if (each !== undefined) operations.add(each);
  }
  return [...operations].sort((a, b) => a.invoked - b.invoked);
}
