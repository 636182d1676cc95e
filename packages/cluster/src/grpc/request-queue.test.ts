import type { Http2Stream } from '@holdfast/transport/http2';
import { expect, it } from 'vitest';
import { RequestQueue } from './request-queue.ts';

function setUp() {
  let consumed = 0;
  const stream = { consumed: (bytes: number) => (consumed += bytes) } as unknown as Http2Stream;
  const queue = new RequestQueue(stream);
  const receive = (bytes: number): void => {
    queue.push(new Uint8Array(bytes));
    queue.received(bytes + 5);
  };
  return { queue, receive, consumed: () => consumed };
}

it('opens the window for a client only as far as the handler keeps up', async () => {
  const { queue, receive, consumed } = setUp();
  for (let count = 0; count < 100; count++) receive(10_000);
  expect(consumed()).toBeLessThan(80_000);
  for (let count = 0; count < 100; count++) await queue.next();
  expect(consumed()).toBe(100 * 10_005);
});

it('counts messages too, since empty ones weigh nothing on the wire', async () => {
  const { queue, receive, consumed } = setUp();
  for (let count = 0; count < 100_000; count++) receive(0);
  expect(consumed()).toBeLessThan(50_000);
  for (let count = 0; count < 100_000; count++) await queue.next();
  expect(consumed()).toBe(500_000);
});

it('lets a message through that is larger than all that may wait', async () => {
  const { queue, consumed } = setUp();
  for (let part = 0; part < 10; part++) queue.received(20_000);
  expect(consumed()).toBe(200_000);
  queue.push(new Uint8Array(200_000));
  expect((await queue.next()).value).toHaveLength(200_000);
});

it('gives what came before the end, but nothing before a failure', async () => {
  const [ended, failed] = [setUp(), setUp()];
  for (const { queue, receive } of [ended, failed]) {
    receive(1);
    queue.end(queue === failed.queue ? new Error('called off') : undefined);
  }
  expect(await ended.queue.next()).toMatchObject({ done: false });
  expect(await ended.queue.next()).toMatchObject({ done: true });
  await expect(failed.queue.next()).rejects.toThrow('called off');
});
