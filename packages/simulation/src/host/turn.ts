import { AsyncLocalStorage, AsyncResource } from 'node:async_hooks';
import process from 'node:process';
import type { Timer } from '@holdfast/core';
import type { HostProcess } from './host-process.ts';

/** Since Node 24, to run in a scope costs less than to enter and leave one; before, it is the other way round. */
const scopesAreCheap = Number.parseInt(process.versions.node, 10) >= 24;
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
  #entered = false;

  /** `process` acts now, in what its event does from here on. */
  take(process: HostProcess): void {
    this.process = process;
    if (!this.asynchronous) return;
    storage.enterWith(process);
    this.#entered = true;
  }

  /** `process` acts now: its turn is what `timer` does. */
  fire(timer: Timer, process: HostProcess): void {
    if (this.asynchronous && scopesAreCheap) {
      this.process = process;
      process.scope.runInAsyncScope(timer.fire, timer);
    } else {
      this.take(process);
      timer.fire();
    }
  }

  /** The turn is over: what follows is no process's. */
  pass(): void {
    this.process = undefined;
    if (!this.#entered) return;
    this.#entered = false;
    storage.enterWith(undefined);
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

/** What runs in it is marked as that of `process`. */
export function scopeOf(process: HostProcess): AsyncResource {
  return storage.run(process, () => new AsyncResource('HOLDFAST', { requireManualDestroy: true }));
}
