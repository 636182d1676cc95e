import { expect, test } from 'vitest';
import type { AdminSagaDetail } from '../../api/console-api.ts';
import { sagaTimeline } from './saga-timeline.ts';

const sagaOf = (
  moments: readonly (readonly [at: number | undefined, what: string, step?: string])[],
  rest: Partial<AdminSagaDetail> = {},
): AdminSagaDetail =>
  ({
    ledger: 'orders',
    id: 'order-1',
    type: 'saga/order',
    version: 1,
    status: 'running',
    step: undefined,
    startedAt: 100,
    endedAt: undefined,
    problem: undefined,
    input: {},
    steps: ['reserve', 'charge'].map((name) => ({
      name,
      kind: 'step',
      state: 'ahead',
      attempts: 0,
      lastError: undefined,
      value: undefined,
    })),
    timeline: moments.map(([at, what, step]) => ({ at, what, step, detail: undefined })),
    actions: [],
    traceId: undefined,
    ...rest,
  }) as AdminSagaDetail;

const laneOf = (saga: AdminSagaDetail, step: string | undefined) =>
  sagaTimeline(saga, 500).lanes.find((lane) => lane.step === step);

test('a step lasts from its start to its end, and what goes on is open', () => {
  const saga = sagaOf([
    [100, 'saga began'],
    [110, 'step started', 'reserve'],
    [150, 'step done', 'reserve'],
    [150, 'step started', 'charge'],
  ]);
  expect(laneOf(saga, 'reserve')?.bars).toEqual([{ kind: 'forward', from: 110, to: 150, outcome: 'done' }]);
  expect(laneOf(saga, 'charge')?.bars).toEqual([
    { kind: 'forward', from: 150, to: undefined, outcome: 'open' },
  ]);
  expect(laneOf(saga, undefined)?.marks).toEqual([{ at: 100, what: 'saga began' }]);
  expect(sagaTimeline(saga, 500)).toMatchObject({ from: 100, to: 500 });
});

test('a step that failed ends where the saga does, and compensation follows backwards', () => {
  const saga = sagaOf(
    [
      [110, 'step started', 'reserve'],
      [150, 'step done', 'reserve'],
      [150, 'step started', 'charge'],
      [180, 'attempt failed', 'charge'],
      [200, 'saga failed', 'charge'],
      [200, 'undo started', 'reserve'],
      [230, 'undo done', 'reserve'],
    ],
    { status: 'rolled-back', endedAt: 230 },
  );
  expect(laneOf(saga, 'charge')).toMatchObject({
    bars: [{ kind: 'forward', from: 150, to: 200, outcome: 'failed' }],
    marks: [{ at: 180, what: 'attempt failed' }],
  });
  expect(laneOf(saga, 'reserve')?.bars[1]).toEqual({ kind: 'undo', from: 200, to: 230, outcome: 'done' });
  expect(sagaTimeline(saga, 500).to).toBe(230);
});

test('a stuck step shows it until somebody has it tried again', () => {
  const stuck = [
    [110, 'step started', 'reserve'],
    [140, 'stuck', 'reserve'],
  ] as const;
  expect(laneOf(sagaOf(stuck), 'reserve')?.bars[0]?.outcome).toBe('stuck');
  expect(laneOf(sagaOf([...stuck, [300, 'retried', 'reserve']]), 'reserve')?.bars[0]?.outcome).toBe('open');
});

test('a saga that has been stuck for long shows what led there', () => {
  const saga = sagaOf(
    [
      [110, 'step started', 'reserve'],
      [200, 'stuck', 'reserve'],
    ],
    { status: 'stuck' },
  );
  expect(sagaTimeline(saga, 1e9)).toMatchObject({ from: 100, to: 215 });
});

test('moments without a time, and a saga without moments, are borne', () => {
  expect(laneOf(sagaOf([[undefined, 'step started', 'reserve']]), 'reserve')?.bars).toEqual([]);
  const { from, to } = sagaTimeline(sagaOf([], { startedAt: undefined }), 500);
  expect(to).toBeGreaterThan(from);
});
