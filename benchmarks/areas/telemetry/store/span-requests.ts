import { randomFillSync } from 'node:crypto';
import { spanFormat } from '../../../../packages/telemetry/dist/otlp/encode/encode-spans.js';
import { otlpRequest } from '../../../../packages/telemetry/dist/otlp/encode/otlp-request.js';

/** Spans of a trace, each of another service's process, as exporters would send them: 512 spans of one process a request. */
const services = ['gateway', 'orders', 'stock', 'payments', 'mail'];
const spansOfTrace = 10;
const spansOfRequest = 512;
const scope = { name: 'http', version: '1.0.0', schemaUrl: undefined };

/**
 * OTLP protobuf of `count` spans: traces of ten spans through five services, a thousand a second, that ended at `end`
 * (milliseconds since the Unix epoch). A span has three attributes, 67 bytes of JSON.
 */
export function* spanRequests(count: number, end: number): Generator<Buffer> {
  const waiting = services.map((): object[] => []);
  const traces = Math.ceil(count / spansOfTrace);
  for (let index = 0; index < traces; index++) {
    const start = (end - traces + index) * 1e3;
    let parentId: string | undefined;
    const traceId = randomHex(16);
    for (let place = 0; place < spansOfTrace; place++) {
      const spanId = randomHex(8);
      const service = place >> 1;
      const isServer = place % 2 === 0;
      waiting[service]!.push({
        scope,
        context: { traceId, spanId, traceFlags: 1 },
        parentId,
        parentIsRemote: isServer,
        name: isServer ? `POST /${services[service]}/:id` : 'POST',
        kind: isServer ? 1 : 2,
        start: start + place * 400 + Math.random() * 100,
        duration: (spansOfTrace - place) * 1_000 * (0.7 + Math.random()),
        status: { code: Math.random() < 0.01 ? 2 : 0 },
        attributes: {
          'http.request.method': 'POST',
          'http.route': `/${services[service]}/:id`,
          'http.response.status_code': 200,
        },
        events: [],
        links: [],
        droppedAttributes: 0,
        droppedEvents: 0,
        droppedLinks: 0,
      });
      parentId = spanId;
    }
    for (const [service, spans] of waiting.entries()) {
      if (spans.length >= spansOfRequest || (index === traces - 1 && spans.length > 0)) {
        yield encoded(services[service]!, spans.splice(0));
      }
    }
  }
}

function encoded(service: string, spans: readonly object[]): Buffer {
  const attributes = { 'service.name': service, 'service.instance.id': `${service}-1`, 'process.pid': 4711 };
  const request = otlpRequest('protobuf', { attributes }, spanFormat);
  for (const span of spans) request.add(span as Parameters<typeof request.add>[0]);
  return Buffer.from(request.finish());
}

let random = Buffer.alloc(0);
let used = 0;

function randomHex(bytes: number): string {
  if (used + bytes > random.length) {
    random = randomFillSync(Buffer.alloc(65_536));
    used = 0;
  }
  used += bytes;
  return random.toString('hex', used - bytes, used);
}
