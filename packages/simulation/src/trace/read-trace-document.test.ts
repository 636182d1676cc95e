import { expect, test } from 'vitest';
import { electionTrace } from '../../test/election-trace.ts';
import { readTraceDocument } from './read-trace-document.ts';

test('reads what was written', () => {
  const written = electionTrace();
  expect(readTraceDocument(JSON.parse(JSON.stringify(written)))).toEqual(written);
});

test.each([
  ['no object', () => [], 'trace is'],
  ['a version of the future', () => ({ ...electionTrace(), version: 2 }), 'version is 2, but must be 1'],
  ['a seed that is none', () => ({ ...electionTrace(), seed: null }), 'seed is null'],
  [
    'a plan that is none',
    () => ({ ...electionTrace(), plan: { version: 1, faults: [{ kind: 'x' }] } }),
    'kind is',
  ],
  ['an event of no kind', () => withEvent({ what: 'toString', at: 0 }), 'events[0].what is "toString"'],
  [
    'an event out of order',
    () => withEvent({ what: 'healed', at: 9e9 }),
    'events[1].at is 0, but must be at least',
  ],
  [
    'an event that lacks a field',
    () => withEvent({ what: 'drop', at: 0, id: 1 }),
    'events[0].why is undefined',
  ],
  [
    'an outcome that is none',
    () => withEvent({ what: 'complete', at: 0, id: 1, outcome: 'maybe' }),
    'ok, failed, unknown',
  ],
  [
    'an index that is none',
    () => withEvent({ what: 'fault', at: 0, kind: 'crash', subject: 'a', index: 'x' }),
    '.index is',
  ],
])('refuses %s', (_, make, message) => {
  expect(() => readTraceDocument(make())).toThrow(message);
});

function withEvent(event: unknown) {
  const document = electionTrace();
  return { ...document, events: [event, ...document.events] };
}
