import { expect, test } from 'vitest';
import type { PolicyRow } from '../../api/console-api.ts';
import { policyFigures } from './policy-figures.ts';

const rows = (kind: PolicyRow['kind'], ...figures: readonly Record<string, number>[]): PolicyRow[] =>
  figures.map((each, index) => ({
    instance: `orders-${index}`,
    pipeline: 'charge',
    position: 0,
    kind,
    name: undefined,
    state: undefined,
    alarming: false,
    figures: each,
  }));

test('what has a limit is measured by it, over all instances', () => {
  const bulkhead = { inUse: 19, maxConcurrent: 20, queued: 2, maxQueue: 40 };
  expect(policyFigures(rows('bulkhead', bulkhead, { ...bulkhead, inUse: 18 }))).toEqual([
    { name: 'in use', value: '37', limit: '40', share: 0.925, tight: true, each: false },
    { name: 'queued', value: '4', limit: '80', share: 0.05, tight: false, each: false },
  ]);
});

test('a bucket is tight when it is nearly empty', () => {
  const [available] = policyFigures(rows('rate-limiter', { available: 3, limit: 100, period: 1000 }));
  expect(available).toMatchObject({ name: 'available', tight: true });
});

test('failures stand against calls, and are never tight: whether it is wrong, the policy says', () => {
  expect(
    policyFigures(rows('breaker', { calls: 100, failures: 61, slowCalls: 0, retryAfter: 4200 })),
  ).toMatchObject([
    { name: 'failures', value: '61', limit: '100', tight: false },
    { name: 'slow calls', value: '0', limit: '100' },
    { name: 'retry after', value: '4.2 s', limit: undefined },
  ]);
});

test('times and settings are not added up', () => {
  expect(policyFigures(rows('timeout', { limit: 2000 }, { limit: 2000 }))).toMatchObject([
    { name: 'limit', value: '2 s', each: true },
  ]);
  expect(
    policyFigures(rows('retry', { maxAttempts: 3, budget: 8 }, { maxAttempts: 3, budget: 7 })),
  ).toMatchObject([
    { name: 'max attempts', value: '3', each: true },
    { name: 'budget', value: '15', each: false },
  ]);
});

test('a limit of nothing gives no share, and no figures no rows', () => {
  expect(policyFigures(rows('bulkhead', { queued: 0, maxQueue: 0 }))).toMatchObject([{ share: undefined }]);
  expect(policyFigures(rows('fallback', {}))).toEqual([]);
});
