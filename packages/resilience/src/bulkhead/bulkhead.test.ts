import { ManualWorld, sleep } from '@holdfast/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { pipeline } from '../pipeline/pipeline.ts';
import { constant } from '../retry/backoff.ts';
import { retry } from '../retry/retry.ts';
import { timeout } from '../timeout/timeout.ts';
import { bulkhead } from './bulkhead.ts';

/** Operations that end when the test says so. */
class Work {
  readonly started: string[] = [];
  private readonly ends = new Map<string, () => void>();

  named(name: string): () => Promise<string> {
    return () => {
      this.started.push(name);
      return new Promise((resolve) => this.ends.set(name, () => resolve(name)));
    };
  }

  end(name: string): void {
    this.ends.get(name)!();
  }
}

describe('a bulkhead', () => {
  test('lets in no more calls than it may, and refuses the rest at once', async () => {
    const world = new ManualWorld();
    const room = bulkhead({ world, maxConcurrent: 2 });
    const work = new Work();
    const calls = ['a', 'b', 'c'].map((name) => room.tryExecute(work.named(name)));
    expect(await calls[2]).toMatchObject({ ok: false, error: { code: 'BULKHEAD_FULL', executed: 'no' } });
    expect(room.inUse).toBe(2);
    work.end('a');
    work.end('b');
    await Promise.all(calls);
    expect(room.idle).toBe(true);
  });

  test('serves waiters by priority, and in order of arrival among equals', async () => {
    const world = new ManualWorld();
    const room = bulkhead({ world, maxConcurrent: 1, maxQueue: 10 });
    const work = new Work();
    const calls = [
      room.execute(work.named('first')),
      room.execute(work.named('low'), { priority: 9 }),
      room.execute(work.named('high 1'), { priority: 1 }),
      room.execute(work.named('high 2'), { priority: 1 }),
    ];
    for (const name of ['first', 'high 1', 'high 2', 'low']) {
      work.end(name);
      await world.settle();
    }
    await Promise.all(calls);
    expect(work.started).toEqual(['first', 'high 1', 'high 2', 'low']);
  });

  test('at a full queue, a more important call displaces the newest of the least important', async () => {
    const world = new ManualWorld();
    const room = bulkhead({ world, maxConcurrent: 1, maxQueue: 1 });
    const work = new Work();
    const inside = room.execute(work.named('inside'));
    const low = room.tryExecute(work.named('low'), { priority: 9 });
    const high = room.tryExecute(work.named('high'), { priority: 0 });
    expect(await low).toMatchObject({ ok: false, error: { code: 'BULKHEAD_FULL' } });
    work.end('inside');
    await inside;
    work.end('high');
    expect(await high).toMatchObject({ ok: true, value: 'high' });
  });

  test('a waiter that times out, is aborted, or whose call is cut short leaves nothing behind', async () => {
    const world = new ManualWorld();
    const room = bulkhead({ world, maxConcurrent: 1, maxQueue: 5, queueTimeout: '1s' });
    const work = new Work();
    const inside = room.execute(work.named('inside'));
    const late = room.tryExecute(work.named('late'));
    const controller = new AbortController();
    const aborted = room.tryExecute(work.named('aborted'), { signal: controller.signal });
    const cut = pipeline(timeout('500ms', { world }), room).tryExecute(work.named('cut'));
    controller.abort();
    expect(await aborted).toMatchObject({ ok: false, error: { code: 'ABORTED' } });
    await world.advance('1s');
    expect(await cut).toMatchObject({ ok: false, error: { code: 'TIMEOUT' } });
    expect(await late).toMatchObject({ ok: false, error: { code: 'QUEUE_TIMEOUT' } });
    expect([room.queued, world.pendingTimers]).toEqual([0, 0]);
    work.end('inside');
    await inside;
    expect(work.started).toEqual(['inside']);
    expect(room.idle).toBe(true);
  });

  test('frees the place when the caller is answered, or when the work has settled', async () => {
    const world = new ManualWorld();
    for (const [release, free] of [
      ['answered', true],
      ['settled', false],
    ] as const) {
      const room = bulkhead({ world, maxConcurrent: 1, release });
      const work = new Work();
      const call = pipeline(room, timeout('1s', { world })).tryExecute(work.named('slow'));
      await world.advance('1s');
      expect(await call).toMatchObject({ ok: false, error: { code: 'TIMEOUT' } });
      expect(room.idle).toBe(free);
      work.end('slow');
      await world.settle();
      expect(room.idle).toBe(true);
    }
  });

  test('raising its limit admits waiters at once', async () => {
    const world = new ManualWorld();
    const room = bulkhead({ world, maxConcurrent: 1, maxQueue: 5 });
    const work = new Work();
    const calls = ['a', 'b'].map((name) => room.execute(work.named(name)));
    room.reconfigure({ maxConcurrent: 2 });
    expect(work.started).toEqual(['a', 'b']);
    work.end('a');
    work.end('b');
    await Promise.all(calls);
    expect(() => room.reconfigure({ maxConcurrent: 0 })).toThrow('maxConcurrent is 0');
  });

  test('a displaced call that comes back at once does not make the queue longer than it may be', async () => {
    const world = new ManualWorld();
    const room = bulkhead({ world, maxConcurrent: 1, maxQueue: 1 });
    const work = new Work();
    void room.execute(work.named('inside'));
    const stubborn = retry({ world, maxAttempts: 5, backoff: constant(0), retryRefusals: true });
    const low = pipeline(stubborn, room).tryExecute(work.named('low'), { priority: 9 });
    const high = room.tryExecute(work.named('high'), { priority: 1 });
    expect(room.queued).toBe(1);
    expect(await low).toMatchObject({ ok: false, error: { code: 'BULKHEAD_FULL' } });
    work.end('inside');
    await world.settle();
    work.end('high');
    expect(await high).toMatchObject({ ok: true });
    expect(room.idle).toBe(true);
  });

  test('a priority that is none is refused even where there is room', async () => {
    const room = bulkhead({ maxConcurrent: 1 });
    await expect(room.execute(() => 1, { priority: 16 })).rejects.toThrow(
      'priority is 16, but must be a whole number from 0 to 15',
    );
    expect(room.idle).toBe(true);
  });

  test('a thousand waiting synchronous calls do not pile up on the stack', async () => {
    const room = bulkhead({ maxConcurrent: 1, maxQueue: 20_000 });
    const work = new Work();
    const inside = room.execute(work.named('inside'));
    const calls = Array.from({ length: 20_000 }, (_, index) => room.execute(() => index));
    work.end('inside');
    await inside;
    expect((await Promise.all(calls)).at(-1)).toBe(19_999);
    expect(room.idle).toBe(true);
  });

  test('never holds more than its limit, and always comes to rest', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 3 }),
        fc.integer({ min: 0, max: 4 }),
        fc.array(fc.record({ priority: fc.nat(3), ends: fc.nat(50) }), {
          maxLength: 20,
        }),
        async (maxConcurrent, maxQueue, plan) => {
          const world = new ManualWorld();
          const room = bulkhead({ world, maxConcurrent, maxQueue });
          let inside = 0;
          const calls = plan.map(({ priority, ends }) => {
            const operation = async () => {
              inside++;
              expect(inside).toBeLessThanOrEqual(maxConcurrent);
              await sleep(ends, { world });
              inside--;
            };
            return room.tryExecute(operation, { priority });
          });
          await world.advance('2s');
          await Promise.all(calls);
          expect(room.idle).toBe(true);
          expect(inside).toBe(0);
        },
      ),
      { numRuns: 50 },
    );
  });
});
