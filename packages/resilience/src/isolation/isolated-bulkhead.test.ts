import { afterEach, describe, expect, test } from 'vitest';
import { constant } from '../retry/backoff.ts';
import type { IsolatedBulkhead, IsolatedBulkheadOptions } from './isolated-bulkhead.ts';
import { processBulkhead } from './process-bulkhead.ts';
import { threadBulkhead } from './thread-bulkhead.ts';
import { type WorkerEndedEvent, workerEnded } from './worker-slot.ts';

const module = new URL('../../test/isolated-module.mjs', import.meta.url);
const patience = 60_000;
const opened: IsolatedBulkhead[] = [];

type Options = Partial<IsolatedBulkheadOptions> & { readonly workers: number };

const kinds = {
  threads: ({ workers, ...options }: Options) => threadBulkhead({ module, threads: workers, ...options }),
  processes: ({ workers, ...options }: Options) =>
    processBulkhead({ module, processes: workers, ...options }),
};

afterEach(async () => {
  await Promise.all(opened.splice(0).map((each) => each.close()));
});

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 10));
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

describe.each(Object.entries(kinds))('an isolated bulkhead of %s', (kind, make) => {
  const open = (options: Options): IsolatedBulkhead => {
    const made = make(options);
    opened.push(made);
    return made;
  };

  test(
    'runs functions of a module elsewhere, and starts a worker only when a call needs it',
    async () => {
      const room = open({ workers: 4, maxQueue: 10 });
      expect(room.workers).toEqual([]);
      expect(await room.run('add', [2, 3])).toBe(5);
      const { process: pid, thread } = (await room.run('where', [])) as { process: number; thread: number };
      expect(kind === 'threads' ? [pid, thread > 0] : [pid !== process.pid, thread]).toEqual(
        kind === 'threads' ? [process.pid, true] : [true, 0],
      );
      expect(room.workers).toEqual([kind === 'threads' ? thread : pid]);
    },
    patience,
  );

  test(
    'a call that blocks its worker for ever harms no other call, and ends by its timeout',
    async () => {
      // The limit holds for the sums too, whose worker may have to wait for a processor.
      const room = open({ workers: 2, maxQueue: 200, timeout: '5s', abortGrace: '50ms' });
      await Promise.all([room.run('add', [1, 1]), room.run('add', [1, 1])]);
      const before = room.workers;
      let ticks = 0;
      const ticking = setInterval(() => ticks++, 10);
      const blocked = room.run('spin', []);
      blocked.catch(() => {});
      const sums = await Promise.all(Array.from({ length: 100 }, (_, index) => room.run('add', [index, 1])));
      expect(sums).toEqual(Array.from({ length: 100 }, (_, index) => index + 1));
      await expect(blocked).rejects.toMatchObject({ code: 'TIMEOUT' });
      clearInterval(ticking);
      expect(ticks).toBeGreaterThan(20);
      await until(() => room.inUse === 0);
      expect(room.workers.filter((worker) => before.includes(worker)).length).toBe(1);
      expect(await Promise.all([room.run('add', [1, 2]), room.run('add', [3, 4])])).toEqual([3, 7]);
    },
    patience,
  );

  test.each(['exit', 'throw'])(
    'a worker that ends by %s costs its own call alone',
    async (how) => {
      const room = open({ workers: 2, maxQueue: 5 });
      const events: WorkerEndedEvent[] = [];
      const unsubscribe = workerEnded.subscribe((event) => events.push(event));
      const controller = new AbortController();
      const waiting = room.run('waitForAbort', [], { signal: controller.signal });
      await expect(room.run('crash', [how])).rejects.toMatchObject({
        code: 'WORKER_CRASHED',
        executed: 'maybe',
        message: expect.stringContaining(how === 'exit' ? 'exit code 3' : 'exit code 1'),
      });
      expect(await room.run('add', [1, 2])).toBe(3);
      controller.abort();
      await expect(waiting).rejects.toMatchObject({ code: 'ABORTED' });
      unsubscribe();
      expect(events).toMatchObject([{ reason: 'crashed', restartDelay: 0 }]);
    },
    patience,
  );

  test(
    'a call that takes too much memory loses its worker',
    async () => {
      const room = open({ workers: 1, heapMegabytesMax: 32 });
      await expect(room.run('eatMemory', [])).rejects.toMatchObject({ code: 'WORKER_CRASHED' });
      expect(await room.run('add', [1, 2])).toBe(3);
    },
    patience,
  );

  test(
    'crashes in a row delay the next worker, a success ends the row',
    async () => {
      const room = open({ workers: 1, maxQueue: 5, restartBackoff: constant('400ms') });
      const delays: number[] = [];
      let endedAt = 0;
      const unsubscribe = workerEnded.subscribe(({ restartDelay }) => {
        delays.push(restartDelay);
        endedAt = performance.now();
      });
      for (let crash = 0; crash < 3; crash++) await room.run('crash', ['exit']).catch(() => {});
      const aborted = room.run('add', [1, 2], { signal: AbortSignal.timeout(20) });
      await expect(aborted).rejects.toMatchObject({ code: 'ABORTED' });
      expect(await room.run('add', [1, 2])).toBe(3);
      expect(performance.now() - endedAt).toBeGreaterThan(399);
      await room.run('crash', ['exit']).catch(() => {});
      unsubscribe();
      expect(delays).toEqual([0, 400, 400, 0]);
    },
    patience,
  );

  test(
    'errors cross with their class name, code, cause and stack',
    async () => {
      const room = open({ workers: 1, maxQueue: 9 });
      const thrown = await room.run('throwError', []).catch((error) => error);
      expect(thrown).toMatchObject({
        name: 'TypeError',
        message: 'wrong type',
        code: 'E_TYPE',
        stack: expect.stringContaining('isolated-module.mjs'),
        cause: { name: 'RangeError', message: 'too deep', code: 'E_DEEP' },
      });
      await expect(room.run('throwText', [])).rejects.toBe('just text');
      await expect(room.run('throwHoldfastError', [])).rejects.toMatchObject({
        code: 'STOCK_EMPTY',
        retryable: 'never',
        executed: 'no',
        context: { item: 7 },
      });
    },
    patience,
  );

  test(
    'says what cannot work: no such function, no clone, no module',
    async () => {
      const room = open({ workers: 1, maxQueue: 9 });
      await expect(room.run('missing', [])).rejects.toThrow(
        'exportName is "missing", but must be a function',
      );
      await expect(room.run('add', [() => {}])).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
      await expect(room.run('notClonable', [])).rejects.toThrow('could not be cloned');
      expect(room.workers.length).toBe(1);
      const broken = open({ workers: 1, module: new URL('unloadable-module.mjs', module) });
      await expect(broken.run('add', [])).rejects.toMatchObject({
        code: 'WORKER_CRASHED',
        executed: 'no',
        cause: { message: 'this module cannot be loaded' },
      });
    },
    patience,
  );

  test(
    'an aborted function that heeds its signal keeps its worker, any other loses it',
    async () => {
      const room = open({ workers: 1, abortGrace: '1h' });
      await room.run('add', [1, 1]);
      const [worker] = room.workers;
      const heeding = room.run('waitForAbort', [], { signal: AbortSignal.timeout(50) });
      await expect(heeding).rejects.toMatchObject({ code: 'ABORTED' });
      await until(() => room.inUse === 0);
      expect(room.workers).toEqual([worker]);
      const impatient = open({ workers: 1, abortGrace: 0 });
      // A worker that is still starting is kept, since the call has not reached it.
      await impatient.run('add', [1, 1]);
      await expect(impatient.run('never', [], { signal: AbortSignal.timeout(50) })).rejects.toThrow();
      await until(() => impatient.inUse === 0);
      expect(impatient.workers).toEqual([]);
    },
    patience,
  );

  test(
    'waiters are served by priority, and refused when there is no place',
    async () => {
      const room = open({ workers: 1, maxQueue: 2 });
      const order: string[] = [];
      const first = room.run('add', [1, 1]);
      const low = room.run('add', [1, 1], { priority: 9 }).then(() => order.push('low'));
      const high = room.run('add', [1, 1], { priority: 1 }).then(() => order.push('high'));
      await expect(room.run('add', [1, 1], { priority: 9 })).rejects.toMatchObject({ code: 'BULKHEAD_FULL' });
      await Promise.all([first, low, high]);
      expect(order).toEqual(['high', 'low']);
    },
    patience,
  );

  test(
    'closed, it has ended every call and every worker, and refuses new calls',
    async () => {
      const room = open({ workers: 2, maxQueue: 5 });
      const calls = Array.from({ length: 4 }, () => room.run('spin', []));
      const outcomes = Promise.allSettled(calls);
      await until(() => room.workers.length === 2);
      const { workers } = room;
      await Promise.all([room.close(), room.close()]);
      for (const outcome of await outcomes) {
        expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'ABORTED' } });
      }
      expect([room.workers, room.inUse, room.queued]).toEqual([[], 0, 0]);
      if (kind === 'processes') expect(workers.filter(isAlive)).toEqual([]);
      await expect(room.run('add', [1, 2])).rejects.toThrow('is closed');
      await room.close();
    },
    patience,
  );
});

test(
  'a process that is killed from outside costs its own call alone',
  async () => {
    const room = processBulkhead({ module, processes: 2, maxQueue: 5 });
    opened.push(room);
    const doomed = room.run('never', []);
    const sum = room.run('add', [1, 2]);
    await sum;
    const { process: other } = (await room.run('where', [])) as { process: number };
    process.kill(room.workers.find((pid) => pid !== other)!, 'SIGKILL');
    await expect(doomed).rejects.toMatchObject({
      code: 'WORKER_CRASHED',
      context: { how: 'signal SIGKILL' },
    });
    expect(await room.run('add', [1, 2])).toBe(3);
  },
  patience,
);
