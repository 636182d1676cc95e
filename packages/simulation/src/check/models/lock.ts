import type { Model } from '../linearizability/model.ts';

export interface LockInput {
  readonly kind: 'acquire' | 'release';
  readonly lock: string;
  /** Who wants to hold it, or holds it. */
  readonly owner: string;
}

/**
 * Whether it was acquired or released. Refusals are checked too: the lock was then held (by anyone), or not held by
 * who released it. A refusal that says nothing about the lock is a failed operation.
 */
export type LockOutput = boolean;

/** Locks that exclude each other's owners, are not reentrant and never expire. All free at first, each checked apart. */
export function lockModel(): Model<string | null, LockInput, LockOutput> {
  return {
    name: 'lock',
    init: () => null,
    step: (holder, { kind, owner }, output) => {
      const succeeds = kind === 'acquire' ? holder === null : holder === owner;
      if (output !== undefined && output !== succeeds) return undefined;
      if (!succeeds) return holder;
      return kind === 'acquire' ? owner : null;
    },
    readOnly: (_input, output) => output === false,
    partition: ({ lock }) => lock,
    describe: ({ kind, lock, owner }, output) =>
      `${owner} ${kind} ${lock}${output === undefined ? '' : ` -> ${output}`}`,
  };
}
