import { currentDeadline, Deadline, ManualWorld, runWithDeadline } from '@holdfast/core';
import { expect, test } from 'vitest';
import type { Stack } from '../../stack/stack.ts';
import type { Errand } from './errand.ts';
import { Outbox } from './outbox.ts';

test('an errand is not bound by the deadline of the order that it remains from', async () => {
  const deadlines: (Deadline | undefined)[] = [];
  const stack = {
    remote: () => ({
      request: async () => {
        deadlines.push(currentDeadline());
      },
    }),
  } as unknown as Stack;
  const order = { basket: 'b', item: 'rope', quantity: 1, cents: 100 };

  const delivered = await new Promise<Errand>((resolve) => {
    const outbox = new Outbox(stack, resolve);
    runWithDeadline(Deadline.after('1s', new ManualWorld()), () =>
      outbox.add({ kind: 'refund', order, attempt: 1 }),
    );
  });

  expect(delivered.kind).toBe('refund');
  expect(deadlines).toEqual([undefined]);
});
