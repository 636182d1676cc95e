import { assert } from '@holdfast/core';
import type { HostContext } from '../host/host-context.ts';

/** Finds the context of the host whose code is running; undefined for code on no host. */
export type ContextFinder = () => HostContext | undefined;

let finder: ContextFinder | undefined;

/** Lets {@link currentContext} ask `find` until the returned function is called. */
export function activate(find: ContextFinder): () => void {
  assert(
    finder === undefined,
    'one simulation at a time runs asynchronous programs in a process: await the runFor of the other one first',
  );
  finder = find;
  return () => {
    finder = undefined;
  };
}

/** The context of the simulated host whose code calls this; undefined outside of one. */
export function currentContext(): HostContext | undefined {
  return finder?.();
}
