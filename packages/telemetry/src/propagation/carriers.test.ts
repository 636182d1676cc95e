import { Client, credentials, Metadata, Server, ServerCredentials } from '@grpc/grpc-js';
import { context, propagation, ROOT_CONTEXT, SpanKind, trace } from '@opentelemetry/api';
import { afterEach, describe, expect, test } from 'vitest';
import { registered, type Tracing, tracing } from '../../test/tracing.ts';
import {
  type Carrier,
  type HeadersLike,
  headersCarrier,
  metadataCarrier,
  recordCarrier,
} from './carriers.ts';

let unregister = () => {};
afterEach(() => unregister());

function start(): Tracing {
  const traced = tracing();
  unregister = registered(traced);
  return traced;
}

/** Headers of a message as NATS' client has them. */
class MessageHeaders implements HeadersLike {
  readonly #values = new Map<string, string[]>();
  get = (key: string) => this.#values.get(key)?.[0] ?? '';
  set = (key: string, value: string) => this.#values.set(key, [value]);
  keys = () => [...this.#values.keys()];
}

describe('a message carries the trace in its headers', () => {
  // biome-ignore lint/suspicious/noExplicitAny: each of its own headers.
  test.each<[string, () => any, Carrier<any>]>([
    ['like those of NATS', () => new MessageHeaders(), headersCarrier],
    ['of fetch', () => new Headers(), headersCarrier],
    ['in a map', () => new Map<string, string>(), headersCarrier],
    ['in an object', () => ({}), recordCarrier],
    ['in metadata of gRPC', () => new Metadata(), metadataCarrier],
  ])('%s', (_what, make, carrier) => {
    const { named, tracer } = start();
    const headers = make();
    tracer.startActiveSpan('send', { kind: SpanKind.PRODUCER }, (span) => {
      const baggage = propagation.createBaggage({ tenant: { value: 'shop' } });
      propagation.inject(propagation.setBaggage(context.active(), baggage), headers, carrier);
      span.end();
    });
    const received = propagation.extract(ROOT_CONTEXT, headers, carrier);
    tracer.startSpan('process', { kind: SpanKind.CONSUMER }, received).end();
    expect(named('process')).toMatchObject({ parentId: named('send').context.spanId, parentIsRemote: true });
    expect(named('process').context.traceId).toBe(named('send').context.traceId);
    expect(propagation.getBaggage(received)?.getEntry('tenant')?.value).toBe('shop');
    expect(carrier.keys(headers).sort()).toEqual(['baggage', 'traceparent']);
  });

  test('as bytes, with large letters, and in several values', () => {
    const record = { TraceParent: Buffer.from('a'), list: ['1', Buffer.from('2'), 3], none: 4 };
    expect(recordCarrier.get(record, 'traceparent')).toBe('a');
    expect(recordCarrier.get(record, 'list')).toEqual(['1', '2']);
    expect(recordCarrier.get(record, 'none')).toBeUndefined();
    expect(headersCarrier.get(new MessageHeaders(), 'traceparent')).toBeUndefined();
  });
});

test('a gRPC call carries the trace in its metadata', async () => {
  const { named, tracer } = start();
  const raw = (bytes: Buffer) => bytes;
  const path = '/shop.Orders/Place';
  const server = new Server();
  server.addService(
    {
      place: {
        path,
        requestStream: false,
        responseStream: false,
        requestSerialize: raw,
        requestDeserialize: raw,
        responseSerialize: raw,
        responseDeserialize: raw,
      },
    },
    {
      place: (call: { metadata: Metadata }, done: (error: null, answer: Buffer) => void) => {
        const parent = propagation.extract(ROOT_CONTEXT, call.metadata, metadataCarrier);
        tracer.startSpan('serve', { kind: SpanKind.SERVER }, parent).end();
        done(null, Buffer.from('placed'));
      },
    },
  );
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    );
  });
  const client = new Client(`127.0.0.1:${port}`, credentials.createInsecure());
  const answer = await tracer.startActiveSpan('place', { kind: SpanKind.CLIENT }, async (span) => {
    const metadata = new Metadata();
    propagation.inject(context.active(), metadata, metadataCarrier);
    const answered = await new Promise((resolve, reject) => {
      client.makeUnaryRequest(path, raw, raw, Buffer.alloc(0), metadata, (error, value) =>
        error === null ? resolve(value) : reject(error),
      );
    });
    expect(trace.getActiveSpan()).toBe(span);
    span.end();
    return answered;
  });
  client.close();
  server.forceShutdown();
  expect(String(answer)).toBe('placed');
  expect(named('serve')).toMatchObject({ parentId: named('place').context.spanId, parentIsRemote: true });
});
