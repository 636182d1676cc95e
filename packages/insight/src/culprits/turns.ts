import { withoutWaits } from '../trace/waiting-spans.ts';
import { type Anatomy, childrenOf, stepOf } from './anatomy.ts';
import { type Answerers, calleeOf } from './callees.ts';

/** A place in the course of a span, and what comes next. */
export interface Turn {
  /** The span's step, and what it did last. */
  readonly after: string;
  readonly next: string;
  /** Of what it did last, the child that ended last, by its row; undefined at the beginning. */
  readonly last: number | undefined;
  /** Whether nothing comes next. */
  readonly isEnd: boolean;
}

/** What comes before all that a span does, and after it. */
const nothing = '';
/** Who begins so many microseconds before another ends waits for it: times are rounded. */
const overlapMin = 50;

/**
 * The course of a span: its children by start, but for those that only wait for the others. Calls are told apart by whom they call.
 * What runs at the same time is one thing, of whatever order: which of it begins or ends first is chance.
 */
export function* turnsOf(anatomy: Anatomy, row: number, answerers: Answerers): Generator<Turn> {
  // What a call leads to is its callee's. A callee that dies takes along what it has not told yet.
  if (anatomy.calls.has(row)) return;
  const { starts, durations } = anatomy.trace;
  const step = stepOf(anatomy.trace, row);
  const endOf = (child: number): number => starts[child]! + durations[child]!;
  let [done, last] = [nothing, undefined as number | undefined];
  let names = new Set<string>();
  let latest: number | undefined;
  for (const child of withoutWaits(anatomy.trace, childrenOf(anatomy.trace, row))) {
    if (latest !== undefined && starts[child]! >= endOf(latest) - overlapMin) {
      const next = wordFor(names);
      yield { after: `${step}\n${done}`, next, last, isEnd: false };
      [done, last, names, latest] = [next, latest, new Set(), undefined];
    }
    names.add(nameOf(anatomy, child, answerers));
    if (latest === undefined || endOf(child) > endOf(latest)) latest = child;
  }
  if (latest !== undefined) {
    const next = wordFor(names);
    yield { after: `${step}\n${done}`, next, last, isEnd: false };
    [done, last] = [next, latest];
  }
  yield { after: `${step}\n${done}`, next: nothing, last, isEnd: true };
}

function nameOf(anatomy: Anatomy, child: number, answerers: Answerers): string {
  return `${stepOf(anatomy.trace, child)}\n${calleeOf(anatomy, child, answerers) ?? ''}`;
}

function wordFor(names: ReadonlySet<string>): string {
  return [...names].sort().join('\t');
}
