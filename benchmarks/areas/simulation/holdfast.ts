import { Timer, type World } from '@holdfast/core';
import { SimulatedWorld } from '@holdfast/simulation';
import type { Library, Subject } from '../../harness/area.ts';
import { plantedBugsFound, raftSpeedup } from './raft.ts';
import { hostCount, nextDelay, pendingFew, pendingMany, spanOf } from './settings.ts';

export const holdfastSubjects: Library = {
  name: 'holdfast',
  version: '',
  subjects: {
    'events-sync-1k': synchronous(pendingFew),
    'events-sync-20k': synchronous(pendingMany),
    'events-async': asynchronous('fast'),
    'events-async-portable': asynchronous('portable'),
    'raft-speedup': raftSpeedup,
    mutants: plantedBugsFound,
  },
};

function synchronous(pending: number): Subject {
  return () => {
    const world = new SimulatedWorld({ seed: 1 });
    addHosts(world, pending, (host) => {
      const loop = new Loop(host);
      loop.fire();
    });
    return { run: (calls) => world.runForSync(`${spanOf(calls, pending)}us`) };
  };
}

function asynchronous(drive: 'fast' | 'portable'): Subject {
  return () => {
    const world = new SimulatedWorld({ seed: 1, drive });
    addHosts(world, pendingFew, async (host) => {
      for (;;) {
        await new Promise<void>((resolve) => {
          host.timers.arm(new Wake(resolve), host.clock.now() + nextDelay());
        });
      }
    });
    return { run: (calls) => world.runFor(`${spanOf(calls, pendingFew)}us`) };
  };
}

function addHosts(world: SimulatedWorld, pending: number, begin: (host: World) => void): void {
  for (let host = 0; host < hostCount; host++) {
    world.addHost(`host-${host}`, (context) => {
      for (let loop = 0; loop < pending / hostCount; loop++) begin(context);
    });
  }
}

class Loop extends Timer {
  readonly #host: World;

  constructor(host: World) {
    super();
    this.#host = host;
  }

  override fire(): void {
    this.#host.timers.arm(this, this.#host.clock.now() + nextDelay());
  }
}

class Wake extends Timer {
  readonly #resolve: () => void;

  constructor(resolve: () => void) {
    super();
    this.#resolve = resolve;
  }

  override fire(): void {
    this.#resolve();
  }
}
