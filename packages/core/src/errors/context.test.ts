import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type JsonValue, toErrorContext, toJsonValue } from './context.ts';

describe('laws over any value', () => {
  const anything = fc.anything({
    withBigInt: true,
    withDate: true,
    withMap: true,
    withSet: true,
    withTypedArray: true,
    withSparseArray: true,
    withNullPrototype: true,
  });

  test('the copy survives JSON unchanged, is frozen throughout, and copying it again changes nothing', () => {
    fc.assert(
      fc.property(anything, (value) => {
        const copied = toJsonValue(value);
        expect(JSON.parse(JSON.stringify(copied))).toEqual(copied);
        expect(isDeeplyFrozen(copied)).toBe(true);
        expect(toJsonValue(copied)).toEqual(copied);
      }),
    );
  });

  test('the same for values large enough to be cut', () => {
    const large = fc.array(fc.dictionary(fc.string(), fc.string({ minLength: 900, maxLength: 3000 })), {
      minLength: 20,
      maxLength: 100,
    });
    fc.assert(
      fc.property(large, (value) => {
        const copied = toJsonValue(value);
        expect(JSON.stringify(copied).length).toBeLessThan(100_000);
        expect(toJsonValue(copied)).toEqual(copied);
      }),
      { numRuns: 30 },
    );
  });
});

test('what JSON cannot carry becomes readable text', () => {
  expect(
    toErrorContext({
      date: new Date(0),
      error: new RangeError('too far'),
      big: 12n,
      nan: Number.NaN,
      bytes: new Uint8Array(12),
      url: new URL('https://example.com/a'),
      map: new Map([['a', 1]]),
      set: new Set([1, 2]),
      call: function named() {},
      missing: undefined,
    }),
  ).toEqual({
    date: '1970-01-01T00:00:00.000Z',
    error: 'RangeError: too far',
    big: '12',
    nan: 'NaN',
    bytes: '[12 bytes]',
    url: 'https://example.com/a',
    map: { a: 1 },
    set: [1, 2],
    call: '[function named]',
  });
});

test('secrets do not get in, wherever they stand', () => {
  const context = toErrorContext({
    password: 'hunter2',
    headers: { Authorization: 'Bearer hunter2', 'set-cookie': ['hunter2'], 'X-Api-Key': 'hunter2' },
    pin: { accessToken: 12345 },
    url: 'redis://admin:hunter2@cache:6379/0',
    long: `${'x'.repeat(1000)} redis://admin:hunter2hunter2hunter2@cache`,
  });
  expect(JSON.stringify(context)).not.toMatch(/hunter2|12345/);
  expect(context['url']).toBe('redis://admin:[redacted]@cache:6379/0');
  expect(toErrorContext({ tokens: 5, maxTokens: 7 })).toEqual({ tokens: 5, maxTokens: 7 });
});

test('hostile values become marks and the rest is kept', () => {
  const cycle: Record<string, unknown> = { name: 'cycle' };
  cycle['self'] = cycle;
  const revoked = Proxy.revocable({}, {});
  revoked.revoke();
  const refusing = new Proxy(
    {},
    {
      ownKeys() {
        throw new Error('no');
      },
    },
  );
  const facts = {
    cycle,
    revoked: revoked.proxy,
    refusing,
    get getter(): unknown {
      throw new Error('no');
    },
    toJson: {
      toJSON() {
        throw new Error('no');
      },
    },
    endless: {
      toJSON() {
        return { toJSON: this.toJSON };
      },
    },
    fine: 1,
  };
  expect(toErrorContext(facts)).toEqual({
    cycle: { name: 'cycle', self: '[circular]' },
    revoked: '[unreadable]',
    refusing: '[unreadable]',
    getter: '[unreadable]',
    toJson: '[unreadable]',
    endless: '[too deep]',
    fine: 1,
  });
  expect(toErrorContext(revoked.proxy)).toEqual({ value: '[unreadable]' });
});

test('a prototype cannot be smuggled in', () => {
  const context = toErrorContext(JSON.parse('{"__proto__": {"admin": true}, "constructor": 1}'));
  expect(Object.keys(context)).toEqual(['constructor']);
  expect(Object.assign({}, context)).not.toHaveProperty('admin');
});

test('size is bounded whatever comes in, and cuts are visible', () => {
  const laughs = Array.from({ length: 12 }).reduce<unknown>(
    (inner) => Array.from({ length: 10 }, () => inner),
    'ha',
  );
  expect(JSON.stringify(toErrorContext({ laughs })).length).toBeLessThan(50_000);
  expect(toErrorContext({ list: Array.from({ length: 1_000_000 }, () => 1) })['list']).toHaveLength(64);
  const wide = toErrorContext(
    Object.fromEntries(Array.from({ length: 100 }, (_, index) => [`k${index}`, 1])),
  );
  expect(wide['…']).toBe('37 more');
  expect(toErrorContext({ text: 'x'.repeat(1e7) })['text']).toBe(`${'x'.repeat(1024)}…`);
});

function isDeeplyFrozen(value: JsonValue): boolean {
  if (typeof value !== 'object' || value === null) return true;
  return Object.isFrozen(value) && Object.values(value).every(isDeeplyFrozen);
}
