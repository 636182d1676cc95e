import { seededRandom } from '@holdfast/core';
import { spanFormat } from '../../../../packages/telemetry/dist/otlp/encode/encode-spans.js';
import { otlpRequest } from '../../../../packages/telemetry/dist/otlp/encode/otlp-request.js';

export const spansOfRequest = 512;

const scope = { name: '@opentelemetry/instrumentation-http', version: '0.223.0', schemaUrl: undefined };

/** A request as an instrumented HTTP service would send it: 512 spans of about 335 bytes, the same for the same seed. */
export function spanRequest(seed: number): Buffer {
  const random = seededRandom(seed);
  const hex = (bytes: number): string =>
    Array.from({ length: bytes }, () => random.below(256).toString(16).padStart(2, '0')).join('');
  const spans = Array.from({ length: spansOfRequest }, (_, index) => ({
    scope,
    context: { traceId: hex(16), spanId: hex(8), traceFlags: 1 },
    parentId: hex(8),
    parentIsRemote: false,
    name: `GET /orders/:id/${index % 12}`,
    kind: index % 5,
    start: 1.7e15 + index * 1_000,
    duration: 5_000 + random.below(10_000),
    status: { code: index % 50 === 0 ? 2 : 0 },
    attributes: {
      'http.request.method': 'GET',
      'http.response.status_code': 200,
      'url.path': `/orders/${random.below(100_000)}/items`,
      'server.address': 'shop.internal',
      'server.port': 8080,
      'user_agent.original': 'undici',
      'network.protocol.version': '1.1',
      'order.id': hex(5),
    },
    events: [],
    links: [],
    droppedAttributes: 0,
    droppedEvents: 0,
    droppedLinks: 0,
  }));
  const resource = {
    attributes: { 'service.name': 'shop', 'service.version': '1.4.0', 'process.pid': 4711 },
  };
  const request = otlpRequest('protobuf', resource, spanFormat);
  for (const span of spans) request.add(span as unknown as Parameters<typeof request.add>[0]);
  return Buffer.from(request.finish());
}
