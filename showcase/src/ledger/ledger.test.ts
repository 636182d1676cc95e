import { describe, expect, test } from 'vitest';
import type { Fact } from '../shop/facts.ts';
import { Ledger } from './ledger.ts';

const order = { basket: 'b', item: 'rope', quantity: 1, cents: 100 };
const charge: Fact = { fact: 'charge', basket: 'b', cents: 100 };
const shipment: Fact = { fact: 'shipment', basket: 'b' };
const refund: Fact = { fact: 'refund', basket: 'b', key: 'b.1' };
const accepted: Fact = { fact: 'accepted', basket: 'b', attempt: 1, order, owed: ['ship'] };
const delivered: Fact = { fact: 'delivered', basket: 'b', attempt: 1, errand: 'ship' };

function ledgerOf(facts: readonly Fact[], told = true): Ledger {
  const ledger = new Ledger();
  if (told) ledger.accept('b', 0);
  for (const fact of facts) ledger.enter(fact);
  return ledger;
}

const clean = {
  accepted: 1,
  lost: 0,
  chargedTwice: 0,
  shippedTwice: 0,
  chargedForNothing: 0,
  refundedTwice: 0,
};

describe('the audit', () => {
  test('finds nothing wrong with an order that was charged and shipped once', () => {
    expect(ledgerOf([accepted, charge, shipment, delivered]).audit()).toEqual(clean);
  });

  test('finds an accepted order that was neither shipped nor refunded', () => {
    expect(ledgerOf([accepted, charge]).audit()).toEqual({ ...clean, lost: 1 });
    expect(ledgerOf([]).audit()).toEqual({ ...clean, lost: 1 });
  });

  test('takes a refunded order for one that came to an end', () => {
    expect(ledgerOf([charge, refund]).audit()).toEqual(clean);
  });

  test('finds an order that was charged or shipped twice', () => {
    expect(ledgerOf([charge, charge, shipment]).audit()).toEqual({ ...clean, chargedTwice: 1 });
    expect(ledgerOf([charge, shipment, shipment]).audit()).toEqual({ ...clean, shippedTwice: 1 });
  });

  test('does not mind a second charge whose first was given back', () => {
    expect(ledgerOf([charge, refund, charge, shipment]).audit()).toEqual(clean);
  });

  test('finds money taken for an order that was never accepted', () => {
    expect(ledgerOf([charge], false).audit()).toEqual({ ...clean, accepted: 0, chargedForNothing: 1 });
    expect(ledgerOf([charge, refund], false).audit()).toEqual({ ...clean, accepted: 0 });
  });
});

test('the audit finds money given back more often than it was taken', () => {
  expect(ledgerOf([charge, refund, refund], false).audit()).toMatchObject({ refundedTwice: 1 });
});

describe('the audit so far', () => {
  test('does not call lost what a book promises to ship', () => {
    expect(ledgerOf([accepted, charge]).auditSoFar(60_000).lost).toBe(0);
  });

  test('does not call lost what a saga is seeing through', () => {
    expect(ledgerOf([charge]).auditSoFar(60_000, new Set(['b'])).lost).toBe(0);
  });

  test('gives a young order time, and not an old one that nobody promises anything for', () => {
    const ledger = ledgerOf([charge]);
    expect(ledger.auditSoFar(1_000).lost).toBe(0);
    expect(ledger.auditSoFar(60_000).lost).toBe(1);
  });
});
