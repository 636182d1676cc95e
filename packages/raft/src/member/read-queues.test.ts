import { expect, test } from 'vitest';
import type { ReadOutcome } from '../exchange/output.ts';
import { ConfirmedReads, ForwardedReads } from './read-queues.ts';

test('confirmed reads are ready in the order of their indexes, once these are applied', () => {
  const reads = new ConfirmedReads();
  for (const [id, index] of [
    [1, 5],
    [2, 7],
    [3, 5],
    [4, 6],
  ] as const)
    reads.add(id, index, 100);
  const released = (applied: number): number[] => {
    const outcomes: ReadOutcome[] = [];
    reads.release(applied, outcomes);
    return outcomes.map(({ id }) => id);
  };
  expect([released(4), released(6), released(6), released(9)]).toEqual([[], [1, 3, 4], [], [2]]);
});

test('a confirmed read is overdue if nothing is applied in time, whatever its index', () => {
  const reads = new ConfirmedReads();
  expect(reads.deadline).toBe(Number.POSITIVE_INFINITY);
  reads.add(1, 9, 50);
  reads.add(2, 7, 60);
  reads.add(3, 8, 70);
  expect([reads.takeOverdue(49), reads.deadline]).toEqual([[], 50]);
  expect([reads.takeOverdue(60), reads.deadline, reads.count]).toEqual([[2, 1], 70, 1]);
  reads.release(8, []);
  expect(reads.deadline).toBe(Number.POSITIVE_INFINITY);
});

test('a forwarded read is answered once, or overdue', () => {
  const reads = new ForwardedReads();
  reads.add(100, 1, 50);
  reads.add(101, 2, 60);
  reads.add(102, 3, 70);
  expect([reads.answer(100), reads.answer(100), reads.deadline]).toEqual([1, undefined, 60]);
  expect([reads.takeOverdue(59), reads.takeOverdue(60), reads.takeAll(), reads.count]).toEqual([
    [],
    [2],
    [3],
    0,
  ]);
});
