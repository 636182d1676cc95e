import { Sessions } from '@holdfast/raft';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Answer, type Session, SessionTable } from './session-table.ts';

const limits = { sessionsMax: 3, idleMax: 20, requestsMax: 3 };
const answer = (revision: number): Answer => ({
  revision,
  kind: 'put',
  response: undefined,
  refusal: undefined,
});

const anyStep = fc.oneof(
  { weight: 2, arbitrary: fc.record({ register: fc.constant(true), later: fc.nat(8) }) },
  {
    weight: 8,
    arbitrary: fc.record({
      session: fc.nat(6),
      sequence: fc.integer({ min: 1, max: 8 }),
      answeredBelow: fc.nat(6),
      later: fc.nat(4),
    }),
  },
  { weight: 1, arbitrary: fc.record({ keepAlive: fc.nat(6), later: fc.nat(8) }) },
  { weight: 1, arbitrary: fc.record({ close: fc.nat(6), later: fc.nat(4) }) },
);

/** Frozen sessions as plain data. */
function dataOf(frozen: Iterable<Session>): unknown {
  return Array.from(frozen, ({ id, usedAt, usedIndex, answeredBelow, answers }) => [
    id,
    usedAt,
    usedIndex,
    answeredBelow,
    [...answers],
  ]);
}

describe('session table', () => {
  test('is what the sessions of Raft are, also once restored, and what is frozen of it stays', () => {
    fc.assert(
      fc.property(fc.array(anyStep, { maxLength: 100, size: 'max' }), (steps) => {
        const sessions = new Sessions<number>(limits);
        let table = new SessionTable(limits);
        const ids: number[] = [];
        const frozen: { sessions: Iterable<Session>; expected: unknown }[] = [];
        let time = 0;
        steps.forEach((step, place) => {
          const index = place + 1;
          time += step.later;
          if ('register' in step) {
            ids.push(sessions.register(index, time));
            table.register(index, time);
          } else if ('keepAlive' in step) {
            const id = ids.at(-1 - step.keepAlive) ?? 0;
            expect(table.keepAlive(id, index, time)).toBe(sessions.keepAlive(id, time));
          } else if ('close' in step) {
            const id = ids.at(-1 - step.close) ?? 0;
            sessions.close(id, time);
            table.close(id, time);
          } else {
            const id = ids.at(-1 - step.session) ?? 0;
            const { sequence, answeredBelow } = step;
            const expected = sessions.execute({ session: id, sequence, answeredBelow }, time, () => index);
            const outcome = table.begin(id, sequence, answeredBelow, index, time);
            if (outcome === 'new') {
              table.answer(sequence, answer(index));
              expect(expected).toEqual({ outcome: 'applied', response: index });
            } else if (typeof outcome === 'object') {
              expect(expected).toEqual({ outcome: 'repeated', response: outcome.revision });
            } else {
              expect(expected).toEqual({ outcome });
            }
          }
          expect(table.count).toBe(sessions.size);
          if (place % 7 === 3) frozen.push({ sessions: table.freeze(), expected: dataOf(table.freeze()) });
          if (place % 11 === 5) {
            const restored = new SessionTable(limits);
            restored.restore(table.now, [...table.freeze()]);
            table = restored;
          }
        });
        for (const one of frozen) expect(dataOf(one.sessions)).toEqual(one.expected);
      }),
      { numRuns: 200 },
    );
  });

  test('forgets what is answered, also after a leap', () => {
    const table = new SessionTable({ requestsMax: 10 });
    table.register(1, 0);
    for (let sequence = 1; sequence <= 10; sequence++) {
      expect(table.begin(1, sequence, 1, sequence + 1, 0)).toBe('new');
      table.answer(sequence, answer(sequence));
    }
    expect(table.begin(1, 11, 1, 20, 0)).toBe('too-many');
    expect(table.begin(1, 2 ** 40, 2 ** 40, 21, 0)).toBe('new');
    expect(table.begin(1, 5, 1, 22, 0)).toBe('answered');
    expect([...table.freeze()].map(({ answers }) => answers.size)).toEqual([0]);
  });
});
