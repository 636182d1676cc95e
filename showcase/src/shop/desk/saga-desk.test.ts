import { platformWorld } from '@holdfast/core';
import {
  type AnyRunDefinition,
  type Ledger,
  type LedgerEngine,
  memoryEngine,
  openLedger,
} from '@holdfast/transactions';
import { expect, test } from 'vitest';
import type { Call } from '../../stack/stack.ts';
import type { Workplace } from '../workplace.ts';
import type { Desk } from './desk.ts';
import { openSagaDesk } from './saga-desk.ts';

const order = { basket: 'b', item: 'rope', quantity: 1, cents: 100 } as const;

/** Services that work, but for payments while that is down. */
class Street {
  paymentsDown = false;
  readonly charges: string[] = [];

  async request({ path, key }: Call): Promise<unknown> {
    if (path !== '/charges') return {};
    if (this.paymentsDown) throw new Error('payments is down');
    this.charges.push(key!);
    return {};
  }
}

/** A life of the process: its desk, and the ledger that it has open. */
async function live(street: Street, engine: LedgerEngine): Promise<{ desk: Desk; ledger: Ledger }> {
  let ledger: Ledger | undefined;
  const workplace = {
    hands: { work: async () => {} },
    stack: { remote: () => street },
    world: platformWorld(),
    openLedger: async (definition: AnyRunDefinition) => {
      ledger = await openLedger({ engine, definitions: [definition] });
      return ledger;
    },
  } as unknown as Workplace;
  const desk = await openSagaDesk(workplace);
  return { desk, ledger: ledger! };
}

test('who presses again after a failure gets another attempt, and once accepted, the same answer', async () => {
  const street = new Street();
  const { desk, ledger } = await live(street, memoryEngine());
  street.paymentsDown = true;
  await expect(desk.take(order)).rejects.toThrow('could not be carried out');
  street.paymentsDown = false;
  expect((await desk.take(order)).status).toBe(201);
  expect((await desk.take(order)).status).toBe(201);
  expect(street.charges).toHaveLength(1);
  await ledger.close();
});

test('an attempt that failed in an earlier life of the process does not stand in the way', async () => {
  const street = new Street();
  const engine = memoryEngine();
  street.paymentsDown = true;
  const former = await live(street, engine);
  await expect(former.desk.take(order)).rejects.toThrow('could not be carried out');
  await expect.poll(() => former.desk.owed).toBe(0);
  await former.ledger.close();
  street.paymentsDown = false;
  // A failed attempt of the same millisecond would pass for one of this press.
  await new Promise((resolve) => setTimeout(resolve, 2));
  const { desk, ledger } = await live(street, engine);
  expect((await desk.take(order)).status).toBe(201);
  expect(street.charges).toHaveLength(1);
  await ledger.close();
});

test('an order that an earlier life accepted is not charged again', async () => {
  const street = new Street();
  const engine = memoryEngine();
  const former = await live(street, engine);
  expect((await former.desk.take(order)).status).toBe(201);
  await former.ledger.close();
  const { desk, ledger } = await live(street, engine);
  expect((await desk.take(order)).status).toBe(201);
  expect(street.charges).toHaveLength(1);
  await ledger.close();
});
