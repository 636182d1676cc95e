import { expect, test } from 'vitest';
import type { TraceEvent } from './trace-event.ts';
import { TraceRecorder } from './trace-recorder.ts';

const delivery = (id: number): TraceEvent => ({ what: 'deliver', at: id, id });

test('keeps what happened, in order', () => {
  const recorder = new TraceRecorder();
  for (let id = 0; id < 5; id++) recorder.record(delivery(id));
  expect(recorder.events()).toEqual([0, 1, 2, 3, 4].map(delivery));
  expect(recorder.dropped).toBe(0);
});

test.each([3, 6, 7, 8])('keeps the last three of %i, and says how many it dropped', (count) => {
  const recorder = new TraceRecorder({ capacity: 3 });
  for (let id = 0; id < count; id++) recorder.record(delivery(id));
  expect(recorder.events()).toEqual([count - 3, count - 2, count - 1].map(delivery));
  expect(recorder.dropped).toBe(count - 3);
});

test('refuses a capacity that keeps nothing', () => {
  expect(() => new TraceRecorder({ capacity: 0 })).toThrow('capacity is 0');
});
