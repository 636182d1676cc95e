import { AsyncLocal } from '../observation/async-local.ts';
import { Deadline } from './deadline.ts';

interface Holder {
  /** Made when the first deadline is entered, so that asking costs one field read until then. */
  local: AsyncLocal<Deadline | undefined> | undefined;
}

const holderKey = Symbol.for('@holdfast/core/deadline/1');
const scope = globalThis as { [holderKey]?: Holder };
scope[holderKey] ??= { local: undefined };
const holder: Holder = scope[holderKey];

/**
 * Runs `fn` under `deadline`: everything it calls, also after an `await`, sees it as {@link currentDeadline}.
 * Inside another deadline the earlier of the two holds: nobody gives away time that the caller does not have.
 */
export function runWithDeadline<R>(deadline: Deadline, fn: () => R): R {
  holder.local ??= new AsyncLocal();
  return holder.local.run(Deadline.earliest(deadline, holder.local.get()), fn);
}

/** Runs `fn` under no deadline: for work that several callers share, which has to outlast the hastiest of them. */
export function runWithoutDeadline<R>(fn: () => R): R {
  return holder.local?.get() === undefined ? fn() : holder.local.run(undefined, fn);
}

/** The deadline of the operation under way, if it has one. */
export function currentDeadline(): Deadline | undefined {
  return holder.local?.get();
}
