import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type SessionOutcome, Sessions } from './sessions.ts';

describe('a session', () => {
  test('applies a request once and repeats its response', () => {
    const sessions = new Sessions<string>();
    const session = sessions.register(5, 0);
    const request = { session, sequence: 1, answeredBelow: 1 };
    expect(sessions.execute(request, 0, () => 'done')).toEqual({ outcome: 'applied', response: 'done' });
    const never = (): string => {
      throw new Error('applied twice');
    };
    expect(sessions.execute(request, 0, never)).toEqual({ outcome: 'repeated', response: 'done' });
    expect(sessions.execute({ session, sequence: 1, answeredBelow: 2 }, 0, never)).toEqual({
      outcome: 'answered',
    });
  });

  test('repeats a response of undefined too', () => {
    const sessions = new Sessions<undefined>();
    const request = { session: sessions.register(1, 0), sequence: 1, answeredBelow: 1 };
    sessions.execute(request, 0, () => undefined);
    expect(sessions.execute(request, 0, () => undefined).outcome).toBe('repeated');
  });

  test('takes requests in any order, as many as its client may have under way', () => {
    const sessions = new Sessions<number>({ requestsMax: 2 });
    const session = sessions.register(1, 0);
    const execute = (sequence: number, answeredBelow = 1): string =>
      sessions.execute({ session, sequence, answeredBelow }, 0, () => sequence).outcome;
    expect([execute(3), execute(1), execute(2), execute(2, 2), execute(3, 2)]).toEqual([
      'applied',
      'applied',
      'too-many',
      'applied',
      'repeated',
    ]);
  });

  test('ends when it was idle too long by the time in the log, which never falls', () => {
    const sessions = new Sessions<string>({ idleMax: 100 });
    const [one, other] = [sessions.register(1, 0), sessions.register(2, 50)];
    expect(sessions.keepAlive(one, 99)).toBe(true);
    expect(sessions.keepAlive(other, 10)).toBe(true);
    expect(sessions.keepAlive(one, 199)).toBe(false);
    expect(sessions.execute({ session: other, sequence: 1, answeredBelow: 1 }, 0, () => '')).toEqual({
      outcome: 'ended',
    });
  });

  test('gives way to a new one when there are too many, the idlest first', () => {
    const sessions = new Sessions<string>({ sessionsMax: 2 });
    sessions.register(1, 0);
    sessions.register(2, 0);
    sessions.keepAlive(1, 0);
    sessions.register(3, 0);
    expect([1, 2, 3].map((id) => sessions.keepAlive(id, 0))).toEqual([true, false, true]);
    sessions.close(3, 0);
    expect(sessions.size).toBe(1);
  });
});

test.each([
  ['sessionsMax', 0],
  ['idleMax', -1],
  ['requestsMax', 1.5],
] as const)('refuses %s of %s', (field, value) => {
  expect(() => new Sessions({ [field]: value })).toThrow(`${field} is ${value}`);
});

/** A log with the requests of some clients in it: repeated, in any order, some of them acknowledged. */
const logs = fc.array(
  fc.record({
    session: fc.integer({ min: 1, max: 4 }),
    sequence: fc.integer({ min: 1, max: 6 }),
    answeredBelow: fc.integer({ min: 1, max: 4 }),
    time: fc.integer({ min: 0, max: 300 }),
  }),
  { maxLength: 60 },
);
const options = { idleMax: 120, sessionsMax: 3, requestsMax: 3 };

describe('laws over any log', () => {
  test('nothing is applied twice, and a repeated response is the first one', () => {
    fc.assert(
      fc.property(logs, (log) => {
        const sessions = new Sessions<number>(options);
        for (let id = 1; id <= 4; id++) sessions.register(id, 0);
        const responses = new Map<string, number>();
        for (const [place, { time, ...request }] of log.entries()) {
          const key = `${request.session}/${request.sequence}`;
          const result = sessions.execute(request, time, () => place);
          if (result.outcome === 'applied') {
            expect(responses.has(key)).toBe(false);
            responses.set(key, result.response);
          } else if (result.outcome === 'repeated') expect(result.response).toBe(responses.get(key));
        }
      }),
    );
  });

  test('one that was restored from a snapshot goes on as the one it was taken of', () => {
    fc.assert(
      fc.property(logs, fc.nat(60), (log, cut) => {
        const original = new Sessions<number>(options);
        for (let id = 1; id <= 4; id++) original.register(id, 0);
        let restored: Sessions<number> | undefined;
        for (const [place, { time, ...request }] of log.entries()) {
          if (place === cut)
            restored = new Sessions(options, JSON.parse(JSON.stringify(original.snapshot())));
          const results = [original, restored].map((table): SessionOutcome<number> | undefined =>
            table?.execute(request, time, () => place),
          );
          if (restored !== undefined) expect(results[1]).toEqual(results[0]);
        }
        if (restored !== undefined) expect(restored.snapshot()).toEqual(original.snapshot());
      }),
    );
  });
});
