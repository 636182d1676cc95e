// Goal: each attempt at a step or a compensation is an operation of its own, within which its work is done.
import { observeOperations } from '@holdfast/core';
import { expect, test } from 'vitest';
import { saga, terminal } from '../../src/index.ts';
import { Desk } from './desk.ts';

test('steps and compensations are operations, with how they ended', async () => {
  const told: string[] = [];
  const stop = observeOperations({
    enter: (name, attributes) => {
      told.push(`${name} #${attributes['holdfast.saga.attempt']} of ${attributes['holdfast.run.id']}`);
      return {
        bind: (fn) => {
          told.push('within');
          return fn();
        },
        set: () => {},
        event: () => {},
        exit: (error) => told.push(error === undefined ? 'done' : 'failed'),
      };
    },
  });
  const order = saga('order', { version: 1 })
    .step('reserve', { do: () => told.push('reserving'), undo: () => told.push('releasing') })
    .pivot('charge', {
      do: () => {
        throw terminal('declined');
      },
    });
  const desk = await Desk.open(order);
  await desk.ledger.start(order, undefined, { id: 'o1' });
  await desk.world.settle();
  stop();
  expect(told).toEqual([
    'order.reserve #1 of o1',
    'within',
    'reserving',
    'done',
    'order.charge #1 of o1',
    'within',
    'failed',
    'order.reserve (compensation) #1 of o1',
    'within',
    'releasing',
    'done',
  ]);
  await desk.ledger.close();
});
