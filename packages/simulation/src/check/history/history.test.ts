import { describe, expect, test } from 'vitest';
import { TraceRecorder } from '../../trace/trace-recorder.ts';
import { History } from './history.ts';

function example(): History<string, number> {
  const history = new History<string, number>();
  const first = history.invoke(10, 'alice', 'read');
  const second = history.invoke(10, 'bob', 'write');
  history.ok(second, 12, 7);
  history.failed(first, 13);
  history.unknown(history.invoke(14, 'bob', 'read'), 20);
  history.invoke(15, 'carol', 'write');
  return history;
}

describe('History', () => {
  test('keeps what clients asked, what they were told, and the order of it all', () => {
    expect(example().operations).toMatchObject([
      {
        id: 0,
        client: 'alice',
        input: 'read',
        outcome: 'failed',
        output: undefined,
        invoked: 0,
        completed: 3,
      },
      {
        id: 1,
        client: 'bob',
        input: 'write',
        outcome: 'ok',
        output: 7,
        invoked: 1,
        completed: 2,
        completedAt: 12,
      },
      { id: 2, outcome: 'unknown', invoked: 4, completed: 5 },
      { id: 3, outcome: 'unknown', invoked: 6, completed: undefined, completedAt: undefined },
    ]);
  });

  test('survives JSON, and goes on from there', () => {
    const copy = History.fromJSON<string, number>(JSON.parse(JSON.stringify(example())));
    expect(copy.toJSON()).toEqual(example().toJSON());
    copy.ok(3, 30, 1);
    expect(copy.operations[3]).toMatchObject({ outcome: 'ok', output: 1, completed: 7 });
  });

  test('refuses to complete an operation twice, or one that it does not know', () => {
    const history = example();
    expect(() => history.ok(1, 20, 3)).toThrow('id is 1');
    expect(() => history.failed(9, 20)).toThrow('id is 9');
  });

  test.each([
    [{ version: 2 }, 'version is 2'],
    [{ version: 1, operations: 3 }, 'operations is 3'],
    [{ version: 1, operations: [{ client: 'a', outcome: 'ok', invokedAt: 0, invoked: 0 }] }, 'completed is'],
    [{ version: 1, operations: [{ client: 'a', outcome: 'lost', invokedAt: 0, invoked: 0 }] }, 'outcome is'],
    [
      { version: 1, operations: [{ client: 'a', outcome: 'unknown', invokedAt: 0, invoked: -1 }] },
      'invoked is',
    ],
    [
      {
        version: 1,
        operations: [{ client: 'a', outcome: 'unknown', invokedAt: 0, invoked: 1, completed: 1 }],
      },
      'completed is 1',
    ],
  ])('says what is wrong with JSON that is no history: %j', (json, message) => {
    expect(() => History.fromJSON(json as never)).toThrow(message);
  });
});

test('tells a trace, for which a client and its operation are a span', () => {
  const recorder = new TraceRecorder();
  const history = new History<{ put: number }, boolean>(recorder);
  const first = history.invoke(5, 'ann', { put: 1 });
  const second = history.invoke(6, 'bob', { put: 2 });
  history.ok(first, 9, true);
  history.unknown(second, 12);
  expect(recorder.events()).toEqual([
    { what: 'invoke', at: 5, id: first, client: 'ann', operation: { put: 1 } },
    { what: 'invoke', at: 6, id: second, client: 'bob', operation: { put: 2 } },
    { what: 'complete', at: 9, id: first, outcome: 'ok', value: true },
    { what: 'complete', at: 12, id: second, outcome: 'unknown' },
  ]);
});
