import { expect, test } from 'vitest';
import type { SagaRow } from '../api/console-api.ts';
import { sagaFindings } from './saga-findings.ts';

function stuck(service: string, id: string): SagaRow {
  return {
    source: `${service}-1`,
    service,
    ledger: 'orders',
    id,
    type: 'order',
    version: 1,
    status: 'stuck',
    step: 'charge',
    startedAt: 0,
    endedAt: undefined,
    problem: 'the card was refused',
  };
}

test('a saga that is stuck is told with where and why, and where to help it', () => {
  expect(sagaFindings([stuck('orders', 'a')])).toEqual([
    {
      severity: 'warning',
      text: 'A saga of orders is stuck at charge and waits for a person.',
      service: 'orders',
      operation: undefined,
      evidence: ['order a at charge: the card was refused'],
      link: '/sagas?status=stuck',
    },
  ]);
});

test('many are one finding for each service, of which the first are told', () => {
  const [orders, refunds] = sagaFindings([
    ...['a', 'b', 'c', 'd', 'e'].map((id) => stuck('orders', id)),
    stuck('refunds', 'f'),
  ]);
  expect(orders!.text).toBe('5 sagas of orders are stuck and wait for a person.');
  expect(orders!.evidence).toHaveLength(4);
  expect(orders!.evidence.at(-1)).toBe('2 more.');
  expect(refunds!.service).toBe('refunds');
});

test('none is none', () => {
  expect(sagaFindings([])).toEqual([]);
});
