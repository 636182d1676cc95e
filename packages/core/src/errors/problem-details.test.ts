import { describe, expect, test } from 'vitest';
import { defineErrors } from './catalogue.ts';
import { errorCategories } from './classification.ts';
import { fromProblemDetails, type HttpFailure, toProblemDetails } from './problem-details.ts';

const shopErrors = defineErrors({
  ORDER_INVALID: { severity: 'low', category: 'invalid', retryable: 'never', executed: 'no' },
  STOCK_DOWN: { severity: 'high', category: 'unavailable', retryable: 'safe', executed: 'no' },
});
const orderInvalid = shopErrors.create('ORDER_INVALID', {
  message: 'lines is empty',
  context: { order: 7 },
  origin: { component: 'orders', traceId: 't1' },
});
const stockDown = shopErrors.create('STOCK_DOWN', {
  message: 'connect 10.0.0.3:5432 refused',
  context: { host: '10.0.0.3' },
  retryAfter: 1200,
});

describe('telling a peer', () => {
  test('an error about the request says so in full', () => {
    expect(toProblemDetails(orderInvalid, { instance: '/orders/7' })).toEqual({
      status: 400,
      headers: { 'content-type': 'application/problem+json' },
      body: {
        type: 'about:blank',
        title: 'Bad Request',
        status: 400,
        detail: 'lines is empty',
        instance: '/orders/7',
        version: 1,
        code: 'ORDER_INVALID',
        severity: 'low',
        category: 'invalid',
        retryable: 'never',
        executed: 'no',
        origin: { traceId: 't1' },
      },
    });
  });

  test('an error about the service keeps its words, and says when to come again', () => {
    const { status, headers, body } = toProblemDetails(stockDown);
    expect(status).toBe(503);
    expect(headers['retry-after']).toBe('2');
    expect(body).toMatchObject({ code: 'STOCK_DOWN', retryable: 'safe', retryAfter: 1200 });
    expect(JSON.stringify(body)).not.toContain('10.0.0.3');
  });

  test('expose decides otherwise', () => {
    const trusted = toProblemDetails(stockDown, { expose: true }).body;
    expect(trusted.detail).toBe('connect 10.0.0.3:5432 refused');
    expect(trusted.context).toEqual({ host: '10.0.0.3' });
    expect(toProblemDetails(orderInvalid, { expose: false }).body.detail).toBeUndefined();
  });

  test('anything thrown is an internal error that tells nothing', () => {
    const { status, body } = toProblemDetails(new Error('password is hunter2'));
    expect(status).toBe(500);
    expect(body.code).toBe('UNEXPECTED');
    expect(JSON.stringify(body)).not.toContain('hunter2');
  });

  test('what a peer of ours said is not passed on', () => {
    const remote = fromProblemDetails({ status: 400, body: { detail: 'column secret_name is unknown' } });
    expect(JSON.stringify(toProblemDetails(remote))).not.toContain('secret_name');
  });

  test('types are URIs on request', () => {
    const { type } = toProblemDetails(orderInvalid, { typeBase: 'https://shop.example/problems/' }).body;
    expect(type).toBe('https://shop.example/problems/ORDER_INVALID');
  });
});

describe('hearing a peer', () => {
  test.each(errorCategories)('an error of category %s comes back as it was', (category) => {
    const errors = defineErrors({
      ANY: { severity: 'critical', category, retryable: 'if-idempotent', executed: 'yes' },
    });
    const error = errors.create('ANY', { message: 'm', context: { a: 1 }, retryAfter: 1.5 });
    const { status, headers, body } = toProblemDetails(error, { expose: true });
    const revived = fromProblemDetails({ status, headers: new Headers(headers), body: JSON.stringify(body) });
    expect(revived.toJSON()).toEqual(error.toJSON());
  });

  test('an error whose words were kept back still says what to do', () => {
    expect(fromProblemDetails(toProblemDetails(stockDown))).toMatchObject({
      code: 'STOCK_DOWN',
      message: 'the peer answered HTTP 503 Service Unavailable',
      retryable: 'safe',
      executed: 'no',
      retryAfter: 1200,
    });
  });

  test('a foreign problem document is understood by its status', () => {
    const body = {
      type: 'https://bank.example/out-of-credit',
      title: 'You do not have enough credit.',
      detail: 'Your balance is 30',
      code: 'NO_CREDIT',
      version: 1,
    };
    expect(fromProblemDetails({ status: 403, body })).toMatchObject({
      code: 'REMOTE_FORBIDDEN',
      category: 'forbidden',
      message: 'Your balance is 30',
      retryable: 'never',
      executed: 'no',
      context: { status: 403, body },
    });
  });

  test.each<[HttpFailure, Record<string, unknown>]>([
    [{ status: 400 }, { code: 'REMOTE_INVALID', retryable: 'never', executed: 'no' }],
    [{ status: 418 }, { code: 'REMOTE_INVALID' }],
    [{ status: 401 }, { code: 'REMOTE_UNAUTHENTICATED' }],
    [{ status: 410 }, { code: 'REMOTE_NOT_FOUND' }],
    [{ status: 412 }, { code: 'REMOTE_CONFLICT' }],
    [{ status: 425 }, { code: 'REMOTE_UNAVAILABLE', retryable: 'safe', executed: 'no' }],
    [{ status: 429 }, { code: 'REMOTE_OVERLOADED', retryable: 'safe', executed: 'no' }],
    [
      { status: 500, body: '<html>' },
      { code: 'REMOTE_INTERNAL', context: { status: 500, body: '<html>' } },
    ],
    [{ status: 502 }, { code: 'REMOTE_UNAVAILABLE', retryable: 'if-idempotent', executed: 'maybe' }],
    [{ status: 504 }, { code: 'REMOTE_TIMEOUT', executed: 'maybe' }],
    [{ status: 599 }, { code: 'REMOTE_INTERNAL' }],
  ])('%j', (answer, expected) => {
    expect(fromProblemDetails(answer)).toMatchObject(expected);
  });

  test('Retry-After is read as seconds, as a date by the Date header, else by the wall clock given', () => {
    const date = 'Sun, 06 Nov 1994 08:49:37 GMT';
    const wall = Date.parse(date) - 5000;
    const hear = (headers: HttpFailure['headers'] & {}): number | undefined =>
      fromProblemDetails({ status: 503, headers }, { wall }).retryAfter;
    expect(hear({ 'retry-after': '3' })).toBe(3000);
    expect(hear(new Headers({ 'retry-after': date }))).toBe(5000);
    expect(hear({ 'retry-after': date, date: 'Sun, 06 Nov 1994 08:49:35 GMT' })).toBe(2000);
    expect(hear({ 'retry-after': 'later' })).toBeUndefined();
  });

  test('a hostile document does no harm', () => {
    const body = `{"version":1,"code":"A","category":"internal","executed":"no","__proto__":{"polluted":1},
      "context":{"__proto__":{"polluted":1}},"detail":{"a":1},"stack":3}`;
    expect(fromProblemDetails({ status: 500, body })).toMatchObject({ code: 'A', retryable: 'never' });
    expect({}).not.toHaveProperty('polluted');
  });

  test.each([200, 304, 399, 600, Number.NaN])('status %d is no failure', (status) => {
    expect(() => fromProblemDetails({ status })).toThrow(
      expect.objectContaining({ code: 'INVALID_ARGUMENT' }),
    );
  });
});
