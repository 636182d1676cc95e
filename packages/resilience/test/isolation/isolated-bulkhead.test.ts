import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { isHoldfastError } from '@holdfast/core';
import { afterEach, describe, expect, test } from 'vitest';
import {
  type IsolatedBulkhead,
  type IsolatedBulkheadOptions,
  processBulkhead,
  threadBulkhead,
} from '../../src/isolation/index.ts';

const module = new URL('./tasks.mjs', import.meta.url);
let open: IsolatedBulkhead | undefined;

afterEach(() => open?.close());

for (const [kind, make] of [
  ['threads', threadBulkhead],
  ['processes', processBulkhead],
] as const) {
  const isolated = (options: Partial<IsolatedBulkheadOptions> = {}): IsolatedBulkhead => {
    open = make({ module, workers: 2, maxQueue: 200, ...options });
    return open;
  };

  describe(`a bulkhead of ${kind}`, () => {
    test('runs functions and uses its workers again', async () => {
      const room = isolated();
      const results = await Promise.all([1, 2, 3, 4, 5].map((input) => room.run('double', input)));
      expect(results).toEqual([2, 4, 6, 8, 10]);
      expect(room.workers).toBeLessThanOrEqual(2);
    });

    test('a blocked worker harms neither the others nor this event loop', async () => {
      const room = isolated();
      const controller = new AbortController();
      const blocked = room.run('spin', undefined, { signal: controller.signal }).catch((error) => error);
      let turns = 0;
      const ticking = setInterval(() => turns++, 1);
      const results = await Promise.all(
        Array.from({ length: 100 }, (_, input) => room.run<number>('double', input)),
      );
      await delay(20);
      clearInterval(ticking);
      expect(results.at(-1)).toBe(198);
      expect(turns).toBeGreaterThan(3);
      controller.abort();
      expect(await blocked).toMatchObject({ code: 'ABORTED' });
    });

    test('a call that takes too long is ended by force, and its place comes back', async () => {
      const room = isolated({ workers: 1, timeout: '2s', grace: '20ms' });
      await expect(room.run('spin', undefined)).rejects.toMatchObject({ code: 'TIMEOUT' });
      expect(await room.run('double', 21)).toBe(42);
    });

    test('a crash fails its own call only, and says why', async () => {
      const room = isolated({ workers: 1 });
      const first = await room.run('pid', undefined);
      await expect(room.run('die', undefined)).rejects.toMatchObject({
        code: 'WORKER_CRASHED',
        executed: 'maybe',
        message: expect.stringContaining('code 3'),
      });
      expect(await room.run('double', 4)).toBe(8);
      if (kind === 'processes') expect(await room.run('pid', undefined)).not.toBe(first);
      await expect(room.run('late', undefined)).rejects.toMatchObject({ code: 'WORKER_CRASHED' });
      expect(await room.run('double', 5)).toBe(10);
    });

    test('an exhausted memory ends the worker, not this process', async () => {
      const room = isolated({ workers: 1, memory: 32 });
      await expect(room.run('exhaust', undefined)).rejects.toMatchObject({ code: 'WORKER_CRASHED' });
      expect(await room.run('double', 1)).toBe(2);
    });

    test('errors of the function arrive with name, message and code', async () => {
      const error = await isolated()
        .run('fail', undefined)
        .catch((thrown) => thrown);
      expect(isHoldfastError(error)).toBe(false);
      expect(error).toMatchObject({ name: 'RangeError', message: 'out of stock', code: 'E_STOCK' });
      await expect(open?.run('missing', undefined)).rejects.toThrow('no function called missing');
      await expect(open?.run('double', () => {})).rejects.toThrow('could not be cloned');
      expect(await open?.run('double', 2)).toBe(4);
    });

    test('an aborted call may end by itself within its grace', async () => {
      const room = isolated({ workers: 1, grace: '10s' });
      const before = await room.run('pid', undefined);
      const controller = new AbortController();
      const call = room.run('polite', undefined, { signal: controller.signal }).catch((error) => error);
      await delay(100);
      controller.abort();
      expect(await call).toMatchObject({ code: 'ABORTED' });
      expect(await room.run('pid', undefined)).toBe(before);
    });

    test('closing ends every worker, and the calls under way', async () => {
      const room = isolated();
      const call = room.run('spin', undefined).catch((error) => error);
      await delay(100);
      await room.close();
      expect(room.workers).toBe(0);
      expect(await call).toMatchObject({ code: 'WORKER_CRASHED' });
      await expect(room.run('double', 1)).rejects.toMatchObject({ code: 'WORKER_CRASHED', executed: 'no' });
    });
  });
}

test('a killed child is replaced', async () => {
  open = processBulkhead({ module, workers: 1 });
  const pid = await open.run<number>('pid', undefined);
  const call = open.run('spin', undefined).catch((error) => error);
  await delay(50);
  process.kill(pid, 'SIGKILL');
  expect(await call).toMatchObject({
    code: 'WORKER_CRASHED',
    message: expect.stringContaining('SIGKILL'),
  });
  expect(await open.run('double', 1)).toBe(2);
});

test('a child ends with its parent, even when it is blocked', async () => {
  const parent = spawn(process.execPath, [fileURLToPath(new URL('./orphan.mjs', import.meta.url))], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = await once(parent.stdout, 'data');
  const child = Number(line);
  expect(isRunning(child)).toBe(true);
  parent.kill('SIGKILL');
  for (let wait = 0; wait < 100 && isRunning(child); wait++) await delay(50);
  expect(isRunning(child)).toBe(false);
});

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
