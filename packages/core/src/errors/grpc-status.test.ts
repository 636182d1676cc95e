import { describe, expect, test } from 'vitest';
import { defineErrors } from './catalogue.ts';
import { errorCategories } from './classification.ts';
import { fromGrpcStatus, type GrpcFailure, toGrpcStatus } from './grpc-status.ts';

const shopErrors = defineErrors({
  STOCK_BUSY: { severity: 'medium', category: 'overload', retryable: 'safe', executed: 'no' },
});
const stockBusy = shopErrors.create('STOCK_BUSY', {
  message: 'stock-db-3 has 100 waiting',
  context: { waiting: 100 },
  origin: { traceId: 't1' },
  retryAfter: 1500,
});

describe('telling a peer', () => {
  test('code by category, ErrorInfo and RetryInfo; the words stay in the house', () => {
    expect(toGrpcStatus(stockBusy)).toEqual({
      code: 8,
      name: 'RESOURCE_EXHAUSTED',
      message: 'RESOURCE_EXHAUSTED',
      details: [
        {
          '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
          reason: 'STOCK_BUSY',
          domain: 'holdfast',
          metadata: {
            version: '1',
            severity: 'medium',
            category: 'overload',
            retryable: 'safe',
            executed: 'no',
            traceId: 't1',
          },
        },
        { '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '1.500s' },
      ],
    });
  });

  test('anything thrown is INTERNAL and tells nothing', () => {
    const status = toGrpcStatus('hunter2');
    expect(status).toMatchObject({ code: 13, name: 'INTERNAL' });
    expect(JSON.stringify(status)).not.toContain('hunter2');
  });
});

describe('hearing a peer', () => {
  test.each(errorCategories)('an error of category %s comes back as it was', (category) => {
    const errors = defineErrors({
      ANY: { severity: 'critical', category, retryable: 'if-idempotent', executed: 'yes' },
    });
    const origin = { traceId: 't1' };
    const error = errors.create('ANY', { message: 'm', context: { a: [1] }, origin, retryAfter: 250 });
    const status = toGrpcStatus(error, { expose: true });
    expect(fromGrpcStatus(JSON.parse(JSON.stringify(status))).toJSON()).toEqual(error.toJSON());
    expect(fromGrpcStatus({ ...status, code: status.name }).code).toBe('ANY');
  });

  test.each<[GrpcFailure, Record<string, unknown>]>([
    [{ code: 1 }, { code: 'REMOTE_CANCELLED', message: 'the peer answered gRPC CANCELLED' }],
    [{ code: 'ALREADY_EXISTS' }, { code: 'REMOTE_CONFLICT' }],
    [{ code: 8 }, { code: 'REMOTE_OVERLOADED', executed: 'maybe' }],
    [
      { code: 14, message: 'no route' },
      { code: 'REMOTE_UNAVAILABLE', message: 'no route', executed: 'maybe' },
    ],
    [{ code: 15 }, { code: 'REMOTE_INTERNAL', severity: 'critical' }],
    [{ code: 16 }, { code: 'REMOTE_UNAUTHENTICATED' }],
    [{ code: 99 }, { code: 'REMOTE_INTERNAL' }],
  ])('%j', (failure, expected) => {
    expect(fromGrpcStatus(failure)).toMatchObject(expected);
  });

  test.each([
    ['2s', 2000],
    ['0.250s', 250],
    [{ seconds: '1', nanos: 5_000_000 }, 1005],
    [{ seconds: 3n }, 3000],
    ['-1s', undefined],
    ['1h', undefined],
    [{ seconds: 'x' }, undefined],
    [7, undefined],
  ])('a foreign RetryInfo of %o', (retryDelay, retryAfter) => {
    const details = [null, 'x', { '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay }];
    expect(fromGrpcStatus({ code: 14, details }).retryAfter).toBe(retryAfter);
  });

  test('an ErrorInfo of ours that makes no sense is read as a foreign status', () => {
    const info = { '@type': 'type.googleapis.com/google.rpc.ErrorInfo', domain: 'holdfast' };
    for (const broken of [
      {},
      { reason: 'lower', metadata: { version: '1' } },
      { reason: 'A', metadata: {} },
    ]) {
      expect(fromGrpcStatus({ code: 5, details: [{ ...info, ...broken }] }).code).toBe('REMOTE_NOT_FOUND');
    }
  });

  test.each([0, 'OK', 'constructor', 1.5, Number.NaN])('%s is no failure', (code) => {
    expect(() => fromGrpcStatus({ code: code as number })).toThrow(
      expect.objectContaining({ code: 'INVALID_ARGUMENT' }),
    );
  });
});
