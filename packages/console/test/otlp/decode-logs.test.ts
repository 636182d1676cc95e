import { describe, expect, it } from 'vitest';
import { decodeLogs } from '../../src/otlp/decode/decode-logs.ts';
import type { LogBatch } from '../../src/otlp/log-batch.ts';
import { encodeWithOracle } from './otlp-oracle.ts';
import { attribute, logRequest, spanId, start, traceId } from './sample-requests.ts';

const receivedAt = 1_800_000_000_000;

function decode(fields: object): LogBatch {
  return decodeLogs(encodeWithOracle('ExportLogsServiceRequest', logRequest(fields)), receivedAt).batch;
}

describe('decodeLogs', () => {
  it('reads a log with all that it may have', () => {
    const batch = decode({
      traceId,
      spanId,
      severityNumber: 17,
      severityText: 'ERROR',
      eventName: 'order.lost',
      attributes: [attribute('order.id', 7)],
    });
    expect(batch.length).toBe(1);
    expect(batch.times[0]).toBe(BigInt(start));
    expect(Buffer.from(batch.traceIds).equals(traceId)).toBe(true);
    expect(Buffer.from(batch.spanIds).equals(spanId)).toBe(true);
    expect(batch.severities[0]).toBe(17);
    expect(batch.texts[batch.severityTexts[0]!]).toBe('ERROR');
    expect(batch.texts[batch.eventNames[0]!]).toBe('order.lost');
    expect(batch.texts[batch.scopes[0]!]).toBe('pino');
    expect(batch.resources[batch.resourceOf[0]!]?.service).toBe('shop');
    expect(batch.body(0)).toBe('hello');
    expect(batch.attributesJson(0)).toBe('{"order.id":7}');
  });

  it.each([
    [{ kvlistValue: { values: [attribute('a', 1)] } }, '{"a":1}'],
    [{ arrayValue: { values: [{ boolValue: true }] } }, '[true]'],
    [{ intValue: 5 }, '5'],
    [{}, ''],
    [undefined, ''],
  ])('reads the body %o as "%s"', (body, text) => {
    expect(decode({ body }).body(0)).toBe(text);
  });

  it.each([
    [{ timeUnixNano: 0, observedTimeUnixNano: start }, BigInt(start)],
    [{ timeUnixNano: 0, observedTimeUnixNano: 0 }, 1_800_000_000_000_000_000n],
    [{ timeUnixNano: '18446744073709551615' }, 1_800_000_000_000_000_000n],
  ])('places a log of %o in time', (fields, time) => {
    expect(decode(fields).times[0]).toBe(time);
  });

  it('keeps a log whose ids are not valid, without them', () => {
    const batch = decode({ traceId: Buffer.from([1]), spanId: Buffer.alloc(0) });
    expect(batch.length).toBe(1);
    expect(batch.traceIds.every((byte) => byte === 0)).toBe(true);
  });

  it('leaves out a log that holds too much', () => {
    const values = Array.from({ length: 11 }, () => ({ intValue: 1 }));
    const request = encodeWithOracle(
      'ExportLogsServiceRequest',
      logRequest({ body: { arrayValue: { values } } }),
    );
    const decoded = decodeLogs(request, receivedAt, { itemsMax: 10, valuesMax: 10 });
    expect(decoded).toMatchObject({ rejected: 1, reason: expect.stringMatching(/more than 10/) });
    expect(decoded.batch.length).toBe(0);
  });
});
