import { assert } from '@holdfast/core';
import type { HostContext } from '../host/host-context.ts';

/** The simulation that runs asynchronous programs in this process. */
export interface ActiveSimulation {
  /** The context of the host whose code is running; undefined for code on no host. */
  context(): HostContext | undefined;
  /** Ends the process whose code is running. */
  exit(code: number): never;
}

let active: ActiveSimulation | undefined;

/** Lets {@link currentContext} ask `simulation` until the returned function is called. */
export function activate(simulation: ActiveSimulation): () => void {
  assert(
    active === undefined,
    'one simulation at a time runs asynchronous programs in a process: await the runFor of the other one first',
  );
  active = simulation;
  return () => {
    active = undefined;
  };
}

/** The context of the simulated host whose code calls this; undefined outside of one. */
export function currentContext(): HostContext | undefined {
  return active?.context();
}

/** Ends the simulated process whose code calls this. Only where {@link currentContext} is there. */
export function exitCurrentProcess(code: number): never {
  assert(active !== undefined, 'only code on a simulated host ends a simulated process');
  return active!.exit(code);
}
