import { AsyncLocalStorage } from 'node:async_hooks';
import type { HostProcess } from './host-process.ts';

const storage = new AsyncLocalStorage<HostProcess | undefined>();

/**
 * Whose turn it is: the process that admitted the present event. In an asynchronous run, all that the event's code
 * starts (promises, ticks, microtasks) is marked as that process's, so that code which goes on later, in a turn that is
 * another's, is still known for whose it is.
 */
export class Turn {
  /** Who admitted the present event; undefined when it is no process's. */
  process: HostProcess | undefined = undefined;
  /** Whether promises go on between events. Changes between runs only. */
  asynchronous = false;

  /** `process` acts now. */
  take(process: HostProcess): void {
    this.process = process;
    if (this.asynchronous) storage.enterWith(process);
  }

  /** The turn is over: what follows is no process's. */
  pass(): void {
    if (this.process === undefined) return;
    this.process = undefined;
    if (this.asynchronous) storage.enterWith(undefined);
  }

  /** The process whose code is running; undefined for code on no host. */
  get running(): HostProcess | undefined {
    return this.asynchronous ? storage.getStore() : this.process;
  }

  /** Whose code did not catch something. Before Node 24, what a microtask throws comes without its mark. */
  culprit(how: 'thrown' | 'rejected'): HostProcess | undefined {
    return this.running ?? (how === 'thrown' ? this.process : undefined);
  }
}
