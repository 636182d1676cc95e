import type { Compare, Operation, OperationResult } from '@holdfast/coordination';
import type { OperationScope } from '@holdfast/core';
import type { Commit } from './fenced-commits.ts';
import type { StoreRun } from './store-run.ts';

/** What is to be changed for a run, and who waits for it. */
export class Change implements Commit {
  /** `end`: the last append of a run. */
  readonly kind: 'create' | 'append' | 'end' | 'claim' | 'release';
  readonly run: StoreRun;
  /** Its run, and the lines that it changes: changes that share one of them are made in the order of the calls. */
  readonly subjects: readonly string[];
  readonly compare: readonly Compare[];
  readonly then: readonly Operation[];
  readonly else: readonly Operation[];
  /** Of records that it adds. */
  readonly recordCount: number;
  readonly bytes: number;
  /** Of it in telemetry, if anybody observes it. It ends with the change. */
  readonly scope: OperationScope | undefined;
  /** `exists`: there is a run of that id. */
  readonly promise: Promise<'done' | 'exists'>;
  resolve!: (outcome: 'done' | 'exists') => void;
  reject!: (error: unknown) => void;
  /** Of its transaction, once it is done. */
  revision = 0;
  /** Of its operations; undefined where they were lost with the answer. */
  results: readonly OperationResult[] | undefined;

  constructor(
    kind: Change['kind'],
    run: StoreRun,
    commit: Pick<Commit, 'then'> &
      Partial<Commit> & {
        readonly lines?: readonly string[];
        readonly recordCount?: number;
        readonly scope?: OperationScope | undefined;
      },
  ) {
    this.kind = kind;
    this.run = run;
    this.subjects = [run.place, ...(commit.lines ?? none)];
    this.compare = commit.compare ?? none;
    this.then = commit.then;
    this.else = commit.else ?? none;
    this.recordCount = commit.recordCount ?? 0;
    this.scope = commit.scope;
    this.bytes = this.then.reduce((sum, operation) => sum + bytesOf(operation), 0);
    this.promise = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
  }
}

export interface BatchLimits {
  readonly operations: number;
  readonly bytes: number;
}

/**
 * Takes from `queue` what one transaction can do now: as many as fit, no key twice, and nothing that comes after a change of
 * the same run or line that is under way or stays behind. Of what can be done now one at least, also where that is too much.
 *
 * @param underWay - subjects of changes that are in other transactions.
 */
export function takeBatch(
  queue: readonly Change[],
  underWay: ReadonlySet<string>,
  limits: BatchLimits,
): { readonly batch: Change[]; readonly rest: Change[] } {
  const batch: Change[] = [];
  const rest: Change[] = [];
  const waiting = new Set(underWay);
  const keys = new Set<string>();
  let operations = 0;
  let bytes = 0;
  let full = false;
  for (const change of queue) {
    const changed = change.then.flatMap((operation) => changedKey(operation) ?? []);
    const mustWait =
      change.subjects.some((subject) => waiting.has(subject)) || changed.some((key) => keys.has(key));
    full ||=
      !mustWait &&
      batch.length > 0 &&
      (operations + change.then.length > limits.operations || bytes + change.bytes > limits.bytes);
    if (mustWait || full) {
      rest.push(change);
      for (const subject of change.subjects) waiting.add(subject);
      continue;
    }
    batch.push(change);
    operations += change.then.length;
    bytes += change.bytes;
    for (const key of changed) keys.add(key);
  }
  return { batch, rest };
}

/** One transaction that does all of a batch. */
export function commitOf(batch: readonly Change[]): Commit {
  return {
    compare: batch.flatMap(({ compare }) => compare),
    then: batch.flatMap(({ then }) => then),
    else: batch.flatMap((change) => change.else),
  };
}

/** Whether it is less than half of what one transaction can do. */
export function isSmall(batch: readonly Change[], { operations, bytes }: BatchLimits): boolean {
  const size = sizeOf(batch);
  return size.operations * 2 < operations && size.bytes * 2 < bytes;
}

/** Half of what a batch has, for a store that takes less than it says. */
export function halfOf(batch: readonly Change[]): BatchLimits {
  const { operations, bytes } = sizeOf(batch);
  return { operations: Math.ceil(operations / 2), bytes: Math.ceil(bytes / 2) };
}

function sizeOf(batch: readonly Change[]): BatchLimits {
  return {
    operations: batch.reduce((sum, { then }) => sum + then.length, 0),
    bytes: batch.reduce((sum, { bytes }) => sum + bytes, 0),
  };
}

function changedKey(operation: Operation): string | undefined {
  return operation.do === 'put' || operation.do === 'delete' ? operation.key : undefined;
}

/** At most: a character takes up to three bytes, and what is around a key a few. */
function bytesOf(operation: Operation): number {
  const key = 'key' in operation ? operation.key : operation.prefix;
  return key.length * 3 + framing + (operation.do === 'put' ? operation.value.length : 0);
}

const none: readonly never[] = [];
const framing = 32;
