import { currentDeadline, type Deadline, isHoldfastError, type World } from '@holdfast/core';
import { type Timeout, timeout } from '@holdfast/resilience';
import type { Ledger, Run, SagaOutcome } from '@holdfast/transactions';
import { attemptKey } from '../errands/errand.ts';
import type { Hands } from '../hands.ts';
import type { Answer } from '../http.ts';
import type { Order } from '../order.ts';
import type { Workplace } from '../workplace.ts';
import { accepted, type Desk, overfull } from './desk.ts';
import { Fates } from './fates.ts';
import { type Fate, type OrderSaga, orderSaga } from './order-saga.ts';
import { orderServices } from './order-services.ts';

/** Has a ledger see orders through as sagas. Those that an earlier process left go on as soon as it is open. */
export async function openSagaDesk({ stack, hands, world, openLedger }: Workplace): Promise<Desk> {
  const fates = new Fates();
  const saga = orderSaga(orderServices(stack, world), fates);
  const patience = timeout('2s', { name: 'decision', world });
  return new SagaDesk(hands, saga, await openLedger(saga), fates, patience, world);
}

class SagaDesk implements Desk {
  private readonly hands: Hands;
  private readonly saga: OrderSaga;
  private readonly ledger: Ledger;
  private readonly fates: Fates;
  private readonly patience: Timeout;
  private readonly world: World;

  constructor(hands: Hands, saga: OrderSaga, ledger: Ledger, fates: Fates, patience: Timeout, world: World) {
    this.hands = hands;
    this.saga = saga;
    this.ledger = ledger;
    this.fates = fates;
    this.patience = patience;
    this.world = world;
  }

  get owed(): number {
    return this.ledger.figures.byStatus.running;
  }

  get resumed(): number {
    return this.ledger.figures.recovered;
  }

  /** A saga for each attempt at a basket: the next one once it is decided that the last has failed. */
  async take(order: Order): Promise<Answer> {
    const until = currentDeadline();
    for (let attempt = 1; ; attempt++) {
      const id = attemptKey(order.basket, attempt);
      const known = this.fates.known(id);
      if (known === 'accepted') return accepted;
      if (known === 'failed') continue;
      await this.hands.work();
      until?.throwIfExpired(`order ${id}`);
      const asked = Math.floor(this.world.clock.wall());
      const run = await this.start(order, id);
      if (run === undefined) return overfull;
      if ((await this.fateOf(run, until)) === 'accepted') return accepted;
      const { createdAt } = await run.summary();
      if (createdAt >= asked) {
        throw new Error(`order ${id} could not be carried out and is taken back`);
      }
    }
  }

  /** The saga of that id, be it a new one or known from before; undefined when there are too many on their way. */
  private async start(order: Order, id: string): Promise<Run<SagaOutcome<unknown>> | undefined> {
    try {
      return await this.ledger.start(this.saga, order, { id });
    } catch (error) {
      if (isHoldfastError(error) && error.code === 'LEDGER_BUSY') return undefined;
      throw error;
    }
  }

  /** A saga that is stuck decides nothing before a person has: nobody is kept waiting for that. */
  private fateOf(run: Run<SagaOutcome<unknown>>, until: Deadline | undefined): Promise<Fate> {
    return this.patience.execute(() => this.fates.of(run, until));
  }
}
