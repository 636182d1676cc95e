import { Worker } from 'node:worker_threads';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { coreErrors } from './core-errors.ts';
import { HoldfastError } from './error.ts';
import { errorFromJson } from './from-json.ts';
import { errorToJson } from './json.ts';

const sample = (): HoldfastError =>
  coreErrors.create('DEADLINE_EXCEEDED', {
    message: 'charge took 2s',
    severity: 'high',
    retryable: 'if-idempotent',
    executed: 'yes',
    retryAfter: 0,
    context: { order: 7, lines: ['a'] },
    origin: { component: 'payments', operation: 'charge', attempt: 2, elapsed: 2000.5, traceId: 't1' },
    cause: coreErrors.create('ABORTED', { message: 'stop', cause: 'because' }),
    causes: [
      Object.assign(new RangeError('one'), { code: 'E1' }),
      new AggregateError([new Error('two')], 'all'),
      3,
    ],
  });

describe('what was written comes back', () => {
  test('whole, through JSON', () => {
    const revived = errorFromJson(JSON.parse(JSON.stringify(sample())));
    expect(revived).toBeInstanceOf(HoldfastError);
    expect(errorToJson(revived)).toEqual(errorToJson(sample()));
    expect(revived.cause).toBeInstanceOf(HoldfastError);
    expect(revived.causes[0]).toBeInstanceOf(Error);
    expect(revived.causes[1]).toBeInstanceOf(AggregateError);
    expect(revived.causes[2]).toBe(3);
    expect(Object.isFrozen(revived.context['lines'])).toBe(true);
  });

  test('between real threads', async () => {
    const worker = new Worker(
      `const { parentPort } = require('node:worker_threads');
       parentPort.once('message', ({ bare, json }) => parentPort.postMessage({ bare, json }));`,
      { eval: true },
    );
    try {
      const error = sample();
      const reply = new Promise<{ bare: Error; json: unknown }>((resolve, reject) => {
        worker.once('message', resolve);
        worker.once('error', reject);
      });
      worker.postMessage({ bare: error, json: errorToJson(error) });
      const { bare, json } = await reply;
      // Structured clone keeps none of the fields of an Error: this is why the JSON form exists.
      expect(bare).not.toHaveProperty('code');
      expect(errorToJson(errorFromJson(json))).toEqual(errorToJson(error));
    } finally {
      await worker.terminate();
    }
  });

  test('with its stack if it was sent, else without frames', () => {
    expect(errorFromJson(errorToJson(sample(), { stack: true })).stack).toContain('from-json.test.ts');
    expect(errorFromJson(errorToJson(sample())).stack).toBe('HoldfastError: charge took 2s');
  });

  test('when it was cut at every bound, without being cut further', () => {
    let error = coreErrors.create('ABORTED', { message: 'x'.repeat(10_000) });
    for (let depth = 0; depth < 20; depth++) {
      const context = { text: 'y'.repeat(5000) };
      error = coreErrors.create('ABORTED', { message: 'outer', cause: error, causes: [error, 'z'], context });
    }
    const json = errorToJson(error);
    expect(errorToJson(errorFromJson(json))).toEqual(json);
  });
});

describe('what others wrote', () => {
  test('a later version is read as far as it is understood, with careful words for unknown ones', () => {
    const later = {
      version: 7,
      code: 'NEW_CODE',
      message: 'm',
      severity: 'apocalyptic',
      category: 'novel',
      retryable: 'perhaps',
      executed: 'partly',
      future: { field: 1 },
      retryAfter: 'soon',
      origin: 'somewhere',
    };
    const revived = errorFromJson(later);
    expect(revived).toMatchObject({
      code: 'NEW_CODE',
      severity: 'high',
      category: 'internal',
      retryable: 'never',
      executed: 'maybe',
      retryAfter: undefined,
      origin: {},
    });
    expect(revived).not.toHaveProperty('future');
  });

  test.each([
    undefined,
    null,
    'text',
    [],
    {},
    { version: 1, code: 'A' },
    { version: 0, code: 'A', message: 'm' },
    { version: '1', code: 'A', message: 'm' },
    { version: 1, code: 'lower case', message: 'm' },
    { version: 1, code: 'A', message: {} },
  ])('%o is refused', (value) => {
    expect(() => errorFromJson(value)).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT' }));
  });

  test('so is a value that throws when touched', () => {
    const revoked = Proxy.revocable({}, {});
    revoked.revoke();
    expect(() => errorFromJson(revoked.proxy)).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT' }));
  });

  test('secrets that the sender did not hide are hidden here, and sizes capped', () => {
    const revived = errorFromJson({
      version: 1,
      code: 'A',
      message: 'x'.repeat(1e6),
      context: { password: 'hunter2' },
      origin: { component: 'c'.repeat(1e6) },
    });
    expect(revived.context).toEqual({ password: '[redacted]' });
    expect(revived.message.length + revived.origin.component!.length).toBeLessThan(6000);
  });

  test('no prototype is polluted', () => {
    const hostile = JSON.parse(
      `{"version":1,"code":"A","message":"m","__proto__":{"polluted":1},
        "context":{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}},
        "origin":{"__proto__":{"polluted":1}},
        "cause":{"name":"__proto__","message":"m","__proto__":{"polluted":1}}}`,
    );
    const revived = errorFromJson(hostile);
    for (const object of [{}, revived, revived.context, revived.origin, revived.cause]) {
      expect(object).not.toHaveProperty('polluted');
    }
  });

  test('deep, wide and shared causes end', () => {
    let cause: unknown = 'leaf';
    for (let depth = 0; depth < 50; depth++) {
      cause = { version: 1, code: 'A', message: 'm', causes: Array.from({ length: 50 }, () => cause) };
    }
    expect(errorFromJson(cause).causes.length).toBeLessThanOrEqual(50);
  });

  test('whatever arrives is either revived or refused with INVALID_ARGUMENT', () => {
    const json = fc.record(
      {
        version: fc.constantFrom(1, 2),
        code: fc.constant('A'),
        message: fc.string(),
        context: fc.anything(),
        origin: fc.anything(),
        cause: fc.anything(),
        causes: fc.anything(),
        retryAfter: fc.anything(),
        stack: fc.anything(),
      },
      { requiredKeys: ['version', 'code'] },
    );
    fc.assert(
      fc.property(fc.oneof(json, fc.anything()), (value) => {
        try {
          JSON.stringify(errorFromJson(value));
        } catch (error) {
          expect(error).toMatchObject({ code: 'INVALID_ARGUMENT' });
        }
      }),
    );
  });
});
