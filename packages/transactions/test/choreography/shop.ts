import type { Duration } from '@holdfast/core';
import {
  type ChoreographedService,
  type Choreography,
  choreography,
  type EmbeddedTransaction,
} from '../../src/index.ts';

/** What an order is about. */
export interface Order {
  readonly units: number;
  readonly price: number;
}

const number = (transaction: EmbeddedTransaction, table: string, key: string): number =>
  (transaction.get(table, key) as number | undefined) ?? 0;

/** Moves an amount from one row to another: nothing is ever made or lost. */
function move(
  transaction: EmbeddedTransaction,
  table: string,
  from: string,
  to: string,
  amount: number,
): void {
  transaction.put(table, from, number(transaction, table, from) - amount);
  transaction.put(table, to, number(transaction, table, to) + amount);
}

export const units = 20;
export const money = 100;

const stock: ChoreographedService<EmbeddedTransaction> = {
  name: 'stock',
  reactions: {
    'order.placed': {
      emits: ['stock.reserved', 'stock.refused'],
      react(transaction, { sagaId, data }, emit) {
        const { units: wanted } = data as unknown as Order;
        const free = units + number(transaction, 'stock', 'shelf');
        if (free < wanted) return emit('stock.refused', { free });
        move(transaction, 'stock', 'shelf', sagaId, wanted);
        emit('stock.reserved', data);
      },
      undoOn: ['payment.refused', 'order.timed-out'],
      undo(transaction, { sagaId }) {
        move(transaction, 'stock', sagaId, 'shelf', number(transaction, 'stock', sagaId));
      },
    },
  },
};

const payment: ChoreographedService<EmbeddedTransaction> = {
  name: 'payment',
  reactions: {
    'stock.reserved': {
      emits: ['payment.taken', 'payment.refused'],
      react(transaction, { sagaId, data }, emit) {
        const { price } = data as unknown as Order;
        if (money + number(transaction, 'money', 'purse') < price) return emit('payment.refused');
        move(transaction, 'money', 'purse', sagaId, price);
        emit('payment.taken');
      },
      undoOn: ['order.timed-out'],
      undo(transaction, { sagaId }) {
        move(transaction, 'money', sagaId, 'purse', number(transaction, 'money', sagaId));
      },
    },
  },
};

const orders = (within: Duration): ChoreographedService<EmbeddedTransaction> => ({
  name: 'orders',
  reactions: {
    'order.placed': {
      emits: [],
      react: (transaction, { sagaId }) => transaction.put('orders', sagaId, 'pending'),
      awaits: {
        anyOf: ['payment.taken', 'payment.refused', 'stock.refused'],
        within,
        otherwise: 'order.timed-out',
      },
    },
    'payment.taken': {
      emits: ['order.completed'],
      react(transaction, { sagaId }, emit) {
        transaction.put('outcomes', sagaId, `${transaction.get('outcomes', sagaId) ?? ''}completed`);
        emit('order.completed');
      },
      undoOn: ['order.timed-out'],
      undo(transaction, { sagaId }) {
        transaction.put('outcomes', sagaId, `${transaction.get('outcomes', sagaId)}, then undone`);
      },
    },
    'payment.refused': { emits: ['order.cancelled'], react: cancel },
    'stock.refused': { emits: ['order.cancelled'], react: cancel },
    'order.timed-out': { emits: ['order.cancelled'], react: cancel },
  },
});

function cancel(
  transaction: EmbeddedTransaction,
  { sagaId }: { readonly sagaId: string },
  emit: (type: string) => void,
): void {
  const before = transaction.get('outcomes', sagaId);
  if (before === 'cancelled') return;
  transaction.put('outcomes', sagaId, `${before ?? ''}cancelled`);
  emit('order.cancelled');
}

/** Orders whose stock is reserved, then paid for; what cannot be paid, or not in time, is given back. */
export function shop(within: Duration = '1m'): {
  readonly choreography: Choreography;
  readonly services: readonly ChoreographedService<EmbeddedTransaction>[];
} {
  const services = [stock, payment, orders(within)];
  const ends = { 'order.completed': 'completed', 'order.cancelled': 'cancelled' };
  return { choreography: choreography({ name: 'shop', services, begins: ['order.placed'], ends }), services };
}
