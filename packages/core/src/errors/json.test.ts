import { describe, expect, test } from 'vitest';
import { type CoreErrorCode, coreErrors } from './core-errors.ts';
import type { HoldfastError } from './error.ts';
import { type ErrorJson, errorToJson, type ForeignErrorJson } from './json.ts';

const failing = (cause?: unknown, causes?: readonly unknown[]): HoldfastError<CoreErrorCode> =>
  coreErrors.create('DEADLINE_EXCEEDED', {
    message: 'charge took 2s',
    ...(cause !== undefined && { cause }),
    ...(causes !== undefined && { causes }),
  });

test('JSON.stringify writes the versioned form', () => {
  const error = coreErrors.create('DEADLINE_EXCEEDED', {
    message: 'charge took 2s',
    context: { order: 7 },
    origin: { component: 'payments', operation: 'charge', attempt: 2, elapsed: 2000.5, traceId: 't1' },
    retryAfter: 100,
    cause: new TypeError('fetch failed', {
      cause: Object.assign(new Error('reset'), { code: 'ECONNRESET' }),
    }),
    causes: ['a string', 12n, undefined],
  });
  expect(JSON.parse(JSON.stringify({ error }))).toEqual({
    error: {
      version: 1,
      code: 'DEADLINE_EXCEEDED',
      message: 'charge took 2s',
      severity: 'medium',
      category: 'timeout',
      retryable: 'never',
      executed: 'maybe',
      retryAfter: 100,
      context: { order: 7 },
      origin: { component: 'payments', operation: 'charge', attempt: 2, elapsed: 2000.5, traceId: 't1' },
      cause: {
        name: 'TypeError',
        message: 'fetch failed',
        cause: { name: 'Error', message: 'reset', code: 'ECONNRESET' },
      },
      causes: [{ thrown: 'a string' }, { thrown: '12' }, { thrown: 'undefined' }],
    },
  });
});

test('stacks go along only on request', () => {
  const error = failing(new Error('inner'));
  expect(JSON.stringify(error)).not.toContain('json.test.ts');
  const json = errorToJson(error, { stack: true });
  expect(json.stack).toContain('json.test.ts');
  expect((json.cause as ForeignErrorJson).stack).toContain('json.test.ts');
});

describe('bounds', () => {
  test('a cycle of causes ends', () => {
    const inner = new Error('inner');
    const error = failing(inner);
    inner.cause = error;
    expect(errorToJson(error).cause).toMatchObject({ cause: { thrown: '[circular]' } });
  });

  test('a chain is cut after eight causes', () => {
    let chain: HoldfastError = failing();
    for (let depth = 0; depth < 10_000; depth++) chain = failing(chain);
    let written = 0;
    let json: ErrorJson | undefined = errorToJson(chain);
    while (json?.cause !== undefined) {
      json = json.cause as ErrorJson;
      written++;
    }
    expect(json).toEqual({ thrown: '[too deep]' });
    expect(written).toBe(9);
  });

  test('causes that fan out are cut in all, not per level', () => {
    let causes: unknown[] = ['leaf'];
    for (let depth = 0; depth < 8; depth++) {
      const level = causes;
      causes = Array.from({ length: 20 }, () => new AggregateError(level, 'many'));
    }
    const text = JSON.stringify(failing(undefined, causes));
    expect(text.match(/many/g)!.length).toBeLessThanOrEqual(32);
    expect(text).toContain('…');
  });

  test('long messages are cut', () => {
    const error = coreErrors.create('ABORTED', { message: 'x'.repeat(1e6) });
    expect(JSON.stringify(error).length).toBeLessThan(5000);
  });
});

test('passwords in the URLs of messages stay out', () => {
  const error = failing(new Error('cannot reach redis://admin:hunter2@cache'));
  expect(JSON.stringify(errorToJson(error, { stack: true }))).not.toContain('hunter2');
});

test('a hostile cause does not break the writing', () => {
  const revoked = Proxy.revocable(new Error('gone'), {});
  revoked.revoke();
  const error = new Error('plain');
  Object.defineProperty(error, 'message', {
    get() {
      throw new Error('no');
    },
  });
  expect(errorToJson(failing(revoked.proxy, [error, { toJSON: () => error }]))).toMatchObject({
    cause: { thrown: '[unreadable]' },
    causes: [{ name: 'Error', message: '' }, { thrown: 'Error: ' }],
  });
});
