import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeSpans } from '../../src/otlp/decode/decode-spans.ts';
import type { SpanBatch } from '../../src/otlp/span-batch.ts';
import { encodeWithOracle } from './otlp-oracle.ts';
import { attribute, spanId, spanRequest, start, traceId } from './sample-requests.ts';

const requestType = 'ExportTraceServiceRequest';

function decode(request: object): SpanBatch {
  return decodeSpans(encodeWithOracle(requestType, request)).batch;
}

/** A span as the batch tells it. */
function told(batch: SpanBatch, row: number): object {
  const text = (column: Uint32Array) => batch.texts[column[row]!];
  return {
    traceId: Buffer.from(batch.traceIds.subarray(row * 16, row * 16 + 16)).toString('hex'),
    spanId: Buffer.from(batch.spanIds.subarray(row * 8, row * 8 + 8)).toString('hex'),
    parentId: Buffer.from(batch.parentIds.subarray(row * 8, row * 8 + 8)).toString('hex'),
    start: batch.starts[row],
    duration: batch.durations[row],
    kind: batch.kinds[row],
    status: batch.statuses[row],
    name: text(batch.names),
    statusMessage: text(batch.statusMessages),
    scope: text(batch.scopes),
    service: batch.resources[batch.resourceOf[row]!]?.service,
    attributes: JSON.parse(batch.attributesJson(row)),
    events: JSON.parse(batch.eventsJson(row)),
    links: JSON.parse(batch.linksJson(row)),
  };
}

describe('decodeSpans', () => {
  it('reads a span with all that it may have', () => {
    const batch = decode(
      spanRequest({
        parentSpanId: Buffer.from('1112131415161718', 'hex'),
        traceState: 'vendor=1',
        attributes: [
          attribute('http.request.method', 'GET'),
          attribute('http.response.status_code', 503),
          attribute('ratio', 0.25),
          attribute('cached', false),
          { key: 'big', value: { intValue: '9007199254740993' } },
          { key: 'negative', value: { intValue: '-5' } },
          { key: 'list', value: { arrayValue: { values: [{ stringValue: 'a' }, {}, { intValue: 2 }] } } },
          { key: 'map', value: { kvlistValue: { values: [attribute('"quoted"', 'ü\n')] } } },
          { key: 'bytes', value: { bytesValue: Buffer.from([1, 2, 255]) } },
          { key: 'infinite', value: { doubleValue: Number.POSITIVE_INFINITY } },
          { key: 'none' },
        ],
        events: [{ timeUnixNano: start, name: 'exception', attributes: [attribute('exception.type', 'E')] }],
        links: [{ traceId, spanId }, { traceId }],
        status: { code: 2, message: 'it broke' },
      }),
    );
    expect(batch.length).toBe(1);
    expect(told(batch, 0)).toEqual({
      traceId: traceId.toString('hex'),
      spanId: spanId.toString('hex'),
      parentId: '1112131415161718',
      start: 1700000000123456789n,
      duration: 100_000_000n,
      kind: 2,
      status: 2,
      name: 'GET /orders',
      statusMessage: 'it broke',
      scope: 'http',
      service: 'shop',
      attributes: {
        'http.request.method': 'GET',
        'http.response.status_code': 503,
        ratio: 0.25,
        cached: false,
        big: '9007199254740993',
        negative: -5,
        list: ['a', null, 2],
        map: { '"quoted"': 'ü\n' },
        bytes: 'AQL/',
        infinite: 'Infinity',
        none: null,
      },
      events: [{ at: start, name: 'exception', attributes: { 'exception.type': 'E' } }],
      links: [{ traceId: traceId.toString('hex'), spanId: spanId.toString('hex') }],
    });
  });

  it('says who sent a span', () => {
    const batch = decode(
      spanRequest({}, [
        attribute('service.name', 'shop'),
        attribute('service.version', '1.2.3'),
        attribute('host.name', 'box'),
        attribute('process.pid', 42),
      ]),
    );
    expect(batch.resources).toEqual([
      {
        service: 'shop',
        version: '1.2.3',
        instance: 'box/42',
        attributesJson:
          '{"service.name":"shop","service.version":"1.2.3","host.name":"box","process.pid":42}',
      },
    ]);
    expect(decode(spanRequest({}, [])).resources[0]?.service).toBe('unknown_service');
  });

  it('tells apart who sent what within one request', () => {
    const groups = ['shop', 'stock', 'shop'].flatMap(
      (name) =>
        (spanRequest({}, [attribute('service.name', name)]) as { resourceSpans: object[] }).resourceSpans,
    );
    const batch = decode({ resourceSpans: groups });
    expect([0, 1, 2].map((row) => told(batch, row))).toMatchObject([
      { service: 'shop' },
      { service: 'stock' },
      { service: 'shop' },
    ]);
    expect(batch.resources).toHaveLength(2);
  });

  it('keeps a resource once that comes in several groups, also where it stands behind its spans', () => {
    const group = spanRequest() as { resourceSpans: object[] };
    const groups = encodeWithOracle(requestType, {
      resourceSpans: [group.resourceSpans[0], group.resourceSpans[0]],
    });
    const { batch } = decodeSpans(groups);
    expect(batch.length).toBe(2);
    expect(batch.resources).toHaveLength(1);
    const resource = encodeWithOracle('ResourceSpans', {
      resource: { attributes: [attribute('service.name', 'late')] },
    });
    const spans = encodeWithOracle('ResourceSpans', {
      scopeSpans: [{ spans: [{ traceId, spanId, startTimeUnixNano: start }] }],
    });
    const reversed = Buffer.concat([Buffer.from([0x0a, spans.length + resource.length]), spans, resource]);
    expect(told(decodeSpans(reversed).batch, 0)).toMatchObject({ service: 'late', scope: '' });
  });

  it.each([
    [{ 'peer.service': 'billing', 'server.address': 'x' }, 'billing', 0],
    [
      { 'db.system.name': 'postgresql', 'db.namespace': 'orders', 'server.address': 'db' },
      'postgresql/orders',
      1,
    ],
    [{ 'db.system': 'redis' }, 'redis', 1],
    [{ 'messaging.system': 'kafka', 'messaging.destination.name': 'paid' }, 'kafka/paid', 2],
    [{ 'server.address': '127.0.0.1', 'server.port': 8080 }, '127.0.0.1:8080', 0],
    [{ 'rpc.service': 'shop.Cart' }, 'shop.Cart', 0],
    [{ 'http.request.method': 'GET' }, '', 0],
  ])('sees in %o that the call went to "%s"', (attributes, name, kind) => {
    const list = Object.entries(attributes).map(([key, value]) => attribute(key, value as string | number));
    const batch = decode(spanRequest({ kind: 3, attributes: list }));
    expect(batch.texts[batch.peers[0]!]).toBe(name);
    expect(batch.peerKinds[0]).toBe(kind);
    expect(decode(spanRequest({ kind: 2, attributes: list })).peers[0]).toBe(0);
  });

  it.each([
    ['no trace id', { traceId: Buffer.alloc(0) }, /trace_id/],
    ['a trace id of zeros', { traceId: Buffer.alloc(16) }, /trace_id/],
    ['a long trace id', { traceId: Buffer.alloc(17, 1) }, /trace_id/],
    ['a short span id', { spanId: Buffer.from([1, 2]) }, /span_id/],
    ['a long span id', { spanId: Buffer.alloc(9, 1) }, /span_id/],
    ['a long parent id', { parentSpanId: Buffer.alloc(9, 1) }, /parent_span_id/],
    ['no start', { startTimeUnixNano: 0 }, /start_time/],
    ['a start beyond a signed integer', { startTimeUnixNano: '18446744073709551615' }, /start_time/],
    ['too many attributes', { attributes: Array.from({ length: 101 }, () => attribute('a', 'b')) }, /100/],
  ])('leaves out a span with %s, and keeps the others', (_, fields, reason) => {
    const bad = spanRequest(fields) as { resourceSpans: object[] };
    const good = spanRequest() as { resourceSpans: object[] };
    const body = encodeWithOracle(requestType, {
      resourceSpans: [...bad.resourceSpans, ...good.resourceSpans],
    });
    const decoded = decodeSpans(body, { itemsMax: 100, valuesMax: 100 });
    expect(decoded.rejected).toBe(1);
    expect(decoded.reason).toMatch(reason);
    expect(decoded.batch.length).toBe(1);
    expect(told(decoded.batch, 0)).toMatchObject({ name: 'GET /orders', parentId: '0000000000000000' });
  });

  it('gives no duration to a span that ends before it starts', () => {
    expect(decode(spanRequest({ endTimeUnixNano: 5 })).durations[0]).toBe(0n);
  });

  it('reads text that is no UTF-8 with a mark in its place', () => {
    const body = encodeWithOracle(requestType, spanRequest({ name: 'a\u0001b' }));
    body[body.indexOf('a\u0001b') + 1] = 0xff;
    const { batch } = decodeSpans(body);
    expect(batch.texts[batch.names[0]!]).toBe('a\ufffdb');
  });

  it('refuses more items than it may hold before it reads one', () => {
    const empty = Buffer.concat(Array.from({ length: 11 }, () => Buffer.from([0x0a, 0x00])));
    expect(() => decodeSpans(empty, { itemsMax: 10, valuesMax: 10 })).toThrow(
      expect.objectContaining({ code: 'TELEMETRY_TOO_LARGE' }),
    );
  });

  it('refuses lists within lists without end', () => {
    let value = Buffer.from([0x0a, 0x01, 0x61]);
    for (let depth = 0; depth < 200; depth++) {
      const list = Buffer.concat([Buffer.from([0x0a]), varint(value.length), value]);
      value = Buffer.concat([Buffer.from([0x2a]), varint(list.length), list]);
    }
    const keyValue = Buffer.concat([Buffer.from([0x12]), varint(value.length), value]);
    const span = Buffer.concat([Buffer.from([0x4a]), varint(keyValue.length), keyValue]);
    const wrapped = [span, 0, 0].reduce<Buffer>(
      (inner, _, index) =>
        Buffer.concat([Buffer.from([index === 2 ? 0x0a : 0x12]), varint(inner.length), inner]),
      span,
    );
    expect(() => decodeSpans(wrapped)).toThrow(/nested deeper/);
  });

  it('reads what protobufjs writes as protobufjs reads it', () => {
    fc.assert(
      fc.property(fc.array(spanFields(), { maxLength: 8 }), (spans) => {
        const body = encodeWithOracle(requestType, { resourceSpans: [{ scopeSpans: [{ spans }] }] });
        const { batch, rejected } = decodeSpans(body);
        expect(rejected).toBe(0);
        expect(Array.from(spans, (_, row) => told(batch, row))).toMatchObject(
          spans.map((span) => ({
            traceId: span.traceId.toString('hex'),
            spanId: span.spanId.toString('hex'),
            name: span.name,
            start: span.startTimeUnixNano,
            duration:
              span.endTimeUnixNano > span.startTimeUnixNano
                ? span.endTimeUnixNano - span.startTimeUnixNano
                : 0n,
            attributes: Object.fromEntries(span.attributes.map(({ key, plain }) => [key, plain])),
          })),
        );
      }),
    );
  });

  it('either reads or refuses any bytes at all, and reads to the end what it reads', () => {
    const valid = encodeWithOracle(
      requestType,
      spanRequest({
        attributes: [attribute('a', 'b')],
        events: [{ name: 'e' }],
        links: [{ traceId, spanId }],
      }),
    );
    const damage = fc.array(fc.tuple(fc.nat(valid.length - 1), fc.integer({ min: 0, max: 255 })), {
      maxLength: 6,
    });
    fc.assert(
      fc.property(damage, fc.nat(valid.length), (changes, length) => {
        const body = Buffer.from(valid.subarray(0, length));
        for (const [at, byte] of changes) if (at < length) body[at] = byte;
        let batch: SpanBatch;
        try {
          batch = decodeSpans(body).batch;
        } catch (error) {
          expect(error).toMatchObject({ category: 'invalid' });
          return;
        }
        for (let row = 0; row < batch.length; row++) told(batch, row);
      }),
      { numRuns: 2_000 },
    );
  });
});

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  while (rest > 127) {
    bytes.push((rest & 0x7f) | 0x80);
    rest >>>= 7;
  }
  return Buffer.from([...bytes, rest]);
}

function id(length: number): fc.Arbitrary<Buffer> {
  return fc
    .uint8Array({ minLength: length, maxLength: length })
    .filter((bytes) => bytes.some((byte) => byte !== 0))
    .map((bytes) => Buffer.from(bytes));
}

/** A span for the oracle; its attributes carry what they should be read as. */
function spanFields() {
  const value = fc.oneof(
    fc.string({ unit: 'binary' }).map((plain) => ({ plain, value: { stringValue: plain } })),
    fc.boolean().map((plain) => ({ plain, value: { boolValue: plain } })),
    fc.maxSafeInteger().map((plain) => ({ plain, value: { intValue: `${plain}` } })),
    fc
      .double({ noNaN: true, noDefaultInfinity: true })
      .map((plain) => ({ plain: plain === 0 ? 0 : plain, value: { doubleValue: plain } })),
  );
  const keyed = fc.tuple(fc.string({ unit: 'binary', maxLength: 80 }), value);
  return fc.record({
    traceId: id(16),
    spanId: id(8),
    name: fc.string({ unit: 'binary' }),
    startTimeUnixNano: fc.bigInt({ min: 1n, max: 2n ** 63n - 1n }),
    endTimeUnixNano: fc.bigInt({ min: 0n, max: 2n ** 63n - 1n }),
    attributes: fc
      .uniqueArray(keyed, { selector: ([key]) => key })
      .map((list) => list.filter(([key]) => key !== '__proto__').map(([key, rest]) => ({ key, ...rest }))),
  });
}
