import { expect, test } from 'vitest';
import type { PolicyRow } from '../../api/console-api.ts';
import { pipelinesOf } from './pipelines.ts';

function rows(instance: string, pipeline: string, ...kinds: readonly PolicyRow['kind'][]): PolicyRow[] {
  return kinds.map((kind, position) => ({
    instance,
    pipeline,
    position,
    kind,
    name: kind,
    state: kind === 'breaker' ? 'closed' : undefined,
    alarming: false,
    figures: {},
  }));
}

const kinds = (policies: readonly PolicyRow[]) =>
  pipelinesOf(policies).map(({ key, stages }) => [key, ...stages.map((stage) => stage[0]!.kind)]);

test('pipelines of one name are told apart, and none has the state of another', () => {
  const policies = [
    ...rows('orders-1', 'call stock', 'hedge', 'breaker'),
    ...rows('orders-1', 'call stock', 'retry', 'breaker'),
    ...rows('orders-1', 'call stock', 'breaker', 'timeout'),
  ];
  expect(kinds(policies)).toEqual([
    ['call stock', 'hedge', 'breaker'],
    ['call stock 2', 'retry', 'breaker'],
    ['call stock 3', 'breaker', 'timeout'],
  ]);
  for (const { stages } of pipelinesOf(policies))
    for (const [policy] of stages)
      expect(policy!.state).toBe(policy!.kind === 'breaker' ? 'closed' : undefined);
});

test('the same pipeline of several processes is one', () => {
  const policies = [
    ...rows('orders-1', 'charge', 'timeout', 'breaker'),
    ...rows('orders-2', 'charge', 'timeout', 'breaker'),
  ];
  expect(pipelinesOf(policies)).toHaveLength(1);
  expect(pipelinesOf(policies)[0]!.stages.map((stage) => stage.map(({ instance }) => instance))).toEqual([
    ['orders-1', 'orders-2'],
    ['orders-1', 'orders-2'],
  ]);
});

test('the alarming come first', () => {
  const [calm, struck] = [rows('a', 'calm', 'retry'), rows('a', 'struck', 'retry', 'breaker')];
  const policies = [...calm, struck[0]!, { ...struck[1]!, alarming: true }];
  expect(pipelinesOf(policies).map(({ name, alarming }) => [name, alarming])).toEqual([
    ['struck', true],
    ['calm', false],
  ]);
});

test('without policies there are no pipelines', () => {
  expect(pipelinesOf([])).toEqual([]);
});
