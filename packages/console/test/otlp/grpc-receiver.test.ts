import { Client, credentials, type ServiceError } from '@grpc/grpc-js';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { consoleErrors } from '../../src/console-errors.ts';
import { openGrpcReceiver } from '../../src/otlp/receive/open-grpc.ts';
import type { OpenReceiver } from '../../src/otlp/receive/open-http.ts';
import { receiverCore } from '../../src/otlp/receive/receiver-options.ts';
import { CollectingSink } from './collecting-sink.ts';
import { decodeWithOracle, encodeWithOracle } from './otlp-oracle.ts';
import { logRequest, metricRequest, spanRequest } from './sample-requests.ts';

const bodyBytesMax = 100_000;
const tracePath = '/opentelemetry.proto.collector.trace.v1.TraceService/Export';

let sink: CollectingSink;
let receiver: OpenReceiver;
let client: Client;

beforeEach(async () => {
  sink = new CollectingSink();
  receiver = await openGrpcReceiver(receiverCore({ sink, bodyBytesMax }), { port: 0 });
  client = connect();
});
afterEach(async () => {
  client.close();
  await receiver.close();
});

function connect(options: Record<string, string | number> = {}): Client {
  return new Client(`127.0.0.1:${receiver.port}`, credentials.createInsecure(), options);
}

function send(path: string, body: Buffer, by: Client = client): Promise<Buffer> {
  const asIs = (bytes: Buffer): Buffer => bytes;
  return new Promise((resolve, reject) => {
    by.makeUnaryRequest(path, asIs, asIs, body, (error, answer) => {
      if (error === null) resolve(answer!);
      else reject(error);
    });
  });
}

const spans = encodeWithOracle('ExportTraceServiceRequest', spanRequest());

describe('OTLP over gRPC', () => {
  it('takes all signals', async () => {
    expect(await send(tracePath, spans)).toHaveLength(0);
    await send(
      '/opentelemetry.proto.collector.logs.v1.LogsService/Export',
      encodeWithOracle('ExportLogsServiceRequest', logRequest()),
    );
    await send(
      '/opentelemetry.proto.collector.metrics.v1.MetricsService/Export',
      encodeWithOracle(
        'ExportMetricsServiceRequest',
        metricRequest({ gauge: { dataPoints: [{ asInt: 1 }] } }),
      ),
    );
    expect([sink.spans, sink.logs, sink.metrics].map((batches) => batches[0]?.length)).toEqual([1, 1, 1]);
  });

  it('takes what is packed with gzip', async () => {
    const packing = connect({ 'grpc.default_compression_algorithm': 2 });
    await send(tracePath, spans, packing);
    packing.close();
    expect(sink.spans).toHaveLength(1);
  });

  it('says how many spans it left out', async () => {
    const bad = encodeWithOracle('ExportTraceServiceRequest', spanRequest({ spanId: Buffer.alloc(3) }));
    expect(decodeWithOracle('ExportTraceServiceResponse', await send(tracePath, bad))).toMatchObject({
      partialSuccess: { rejectedSpans: '1' },
    });
  });

  it('refuses what it cannot read for good', async () => {
    await expect(send(tracePath, spans.subarray(0, 30))).rejects.toMatchObject({ code: 3 });
    expect(sink.refusals.spans).toBe(1);
  });

  it('refuses what is too large, also once it is unpacked', async () => {
    await expect(send(tracePath, Buffer.alloc(bodyBytesMax + 1))).rejects.toMatchObject({ code: 8 });
    const packing = connect({ 'grpc.default_compression_algorithm': 2 });
    await expect(send(tracePath, Buffer.alloc(50_000_000), packing)).rejects.toMatchObject({ code: 8 });
    packing.close();
    await send(tracePath, spans);
    expect(sink.spans).toHaveLength(1);
  });

  it('tells a sender to come again when the sink has no room', async () => {
    sink.failure = consoleErrors.create('INGEST_OVERLOADED', { message: 'full', retryAfter: 2_500 });
    const error = await send(tracePath, spans).catch((failure: ServiceError) => failure);
    expect(error).toMatchObject({ code: 14 });
    const [details] = (error as ServiceError).metadata.get('grpc-status-details-bin');
    // A RetryInfo with two seconds and half.
    expect((details as Buffer).includes('google.rpc.RetryInfo')).toBe(true);
    expect(
      (details as Buffer).includes(Buffer.from([0x0a, 8, 0x08, 2, 0x10, 0x80, 0xca, 0xb5, 0xee, 0x01])),
    ).toBe(true);
  });

  it('refuses whoever calls it by the name of another host', async () => {
    const stranger = connect({ 'grpc.default_authority': 'example.com' });
    await expect(send(tracePath, spans, stranger)).rejects.toMatchObject({ code: 7 });
    stranger.close();
  });
});
