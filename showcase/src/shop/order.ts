import { invalidArgument } from '@holdfast/core';

/** What a customer wants. A customer who presses the button again sends the same basket. */
export interface Order {
  readonly basket: string;
  readonly item: string;
  readonly quantity: number;
  readonly cents: number;
}

/** The shop's whole assortment. */
export const items = [
  'lantern',
  'rope',
  'compass',
  'anchor',
  'sail',
  'oilskin',
  'barometer',
  'kettle',
] as const;

/** @throws HoldfastError INVALID_ARGUMENT when `body` is no order. */
export function parseOrder(body: unknown): Order {
  const { basket, item, quantity, cents } = (body ?? {}) as Record<string, unknown>;
  if (typeof basket !== 'string' || !/^[\w.-]{1,64}$/.test(basket)) {
    throw invalidArgument('basket', basket, 'a name of at most 64 letters and digits');
  }
  if (typeof item !== 'string' || item.length > 64)
    throw invalidArgument('item', item, 'the name of an item');
  if (!isCount(quantity)) throw invalidArgument('quantity', quantity, 'a whole number from 1 to 1000000');
  if (!isCount(cents)) throw invalidArgument('cents', cents, 'a whole number from 1 to 1000000');
  return { basket, item, quantity, cents };
}

function isCount(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 1 && (value as number) <= 1_000_000;
}
