import { type Deadline, runWithDeadline } from '@holdfast/core';
import { exponential } from '@holdfast/resilience';
import { type Saga, type StepRetry, saga } from '@holdfast/transactions';
import type { Order } from '../order.ts';

/** What an order asks of the other services. Whatever is asked for twice under one key is done once. */
export interface OrderServices {
  /** Sets the goods aside; `false` when inventory cannot say now, and it is to be made up for. */
  reserve(order: Order, key: string, signal: AbortSignal): Promise<boolean>;
  charge(order: Order, key: string, signal: AbortSignal): Promise<void>;
  /** These are in no hurry, and ask until they are heard. */
  makeUpReservation(order: Order, key: string): Promise<void>;
  ship(order: Order, key: string): Promise<void>;
  /** Takes back what was reserved or charged under `key`, or sees to it that it never will be. */
  release(order: Order, key: string): Promise<void>;
  refund(order: Order, key: string): Promise<void>;
}

/** What is decided about an order long before all is done for it. */
export type Fate = 'accepted' | 'failed';

/** The customers of orders, as far as their sagas know them. */
export interface Waiting {
  /** They are told what is decided. May be said again. */
  decided(id: string, fate: Fate): void;
  /** Until when somebody waits for it; undefined when nobody has asked, such as after a crash. */
  until(id: string): Deadline | undefined;
}

export type OrderSaga = Saga<Order, Order, unknown>;

/** For an order of which nobody knows how long its customer waits. */
const patience = '1s';
/** For as long as another service may be out of order. */
const persistently: StepRetry = {
  maxAttempts: 1_000,
  backoff: exponential({ initial: '100ms', max: '2s' }),
};
/** The stack tries again by itself, on a budget. */
const once: StepRetry = { maxAttempts: 1 };

/**
 * An order: goods are set aside and the card is charged, and both are taken back when either fails or takes longer than
 * somebody waits for it; from `accept` on it will be shipped, whatever happens. Customers hear of it when the ledger has it
 * for certain.
 */
export function orderSaga(services: OrderServices, customers: Waiting): OrderSaga {
  return saga<Order>('order', { version: 1, deadline: patience })
    .step('reserve', {
      do: async ({ id, input, key, signal }) => {
        const made = await inTime(customers.until(id), () => services.reserve(input, key, signal));
        // A card that is not charged need not be given anything back.
        customers.until(id)?.throwIfExpired(`order ${id}`);
        return { key, made };
      },
      undo: ({ id, input, doKey }) => {
        customers.decided(id, 'failed');
        return services.release(input, doKey);
      },
      deadline: patience,
      retry: once,
      undoRetry: persistently,
    })
    .step('charge', {
      do: ({ id, input, key, signal }) =>
        inTime(customers.until(id), () => services.charge(input, key, signal)),
      undo: ({ id, input, doKey }) => {
        customers.decided(id, 'failed');
        return services.refund(input, doKey);
      },
      deadline: patience,
      retry: once,
      undoRetry: persistently,
    })
    .pivot('accept', { do: ({ id }) => customers.decided(id, 'accepted') })
    .ensure('ship', {
      do: ({ id, input, key }) => {
        customers.decided(id, 'accepted');
        return services.ship(input, key);
      },
      retry: persistently,
    })
    .ensure('stock', {
      do: ({ input, reserve }) => (reserve.made ? undefined : services.makeUpReservation(input, reserve.key)),
      retry: persistently,
    });
}

/** Does what somebody waits for, and lets everything that it calls know for how long. */
function inTime<Result>(until: Deadline | undefined, work: () => Promise<Result>): Promise<Result> {
  return until === undefined ? work() : runWithDeadline(until, work);
}
