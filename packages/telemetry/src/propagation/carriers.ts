import type { TextMapGetter, TextMapSetter } from '@opentelemetry/api';

/** Reads and writes one kind of headers: pass it to `propagation.inject` and `propagation.extract`. */
export interface Carrier<Headers> extends TextMapGetter<Headers>, TextMapSetter<Headers> {}

/** The metadata of a gRPC call: `Metadata` of `@grpc/grpc-js`. */
export interface MetadataLike {
  get(key: string): readonly (string | Uint8Array)[];
  set(key: string, value: string): void;
  getMap(): Readonly<Record<string, unknown>>;
}

/** For gRPC. */
export const metadataCarrier: Carrier<MetadataLike> = {
  get: (metadata, key) => texts(metadata.get(key)),
  set: (metadata, key, value) => metadata.set(key, value),
  keys: (metadata) => Object.keys(metadata.getMap()),
};

/** Headers with methods of a map: `Headers` of fetch, `MsgHdrs` of NATS, a `Map`. */
export interface HeadersLike {
  get(key: string): string | null | undefined;
  set(key: string, value: string): unknown;
  keys(): Iterable<string>;
}

/** For messages and requests whose headers are like a map. */
export const headersCarrier: Carrier<HeadersLike> = {
  // NATS gives an empty text for what is not there.
  get: (headers, key) => headers.get(key) || undefined,
  set: (headers, key, value) => {
    headers.set(key, value);
  },
  keys: (headers) => [...headers.keys()],
};

/** Headers as a plain object: of Node's http, of Kafka and of AMQP, where values may be bytes. */
export type HeaderRecord = Record<string, unknown>;

/** For messages and requests whose headers are a plain object. Names are found whatever the size of their letters. */
export const recordCarrier: Carrier<HeaderRecord> = {
  get: (record, key) => texts(record[key] ?? record[nameIn(record, key) ?? key]),
  set: (record, key, value) => {
    record[key] = value;
  },
  keys: (record) => Object.keys(record),
};

function nameIn(record: HeaderRecord, key: string): string | undefined {
  return Object.keys(record).find((name) => name.toLowerCase() === key);
}

/** One or several texts, also of UTF-8 bytes; what is neither is left out. */
function texts(value: unknown): string | string[] | undefined {
  if (typeof value === 'string') return value;
  if (value instanceof Uint8Array) return new TextDecoder().decode(value);
  if (!Array.isArray(value)) return undefined;
  const all = value.map(texts).filter((text) => typeof text === 'string');
  return all.length > 1 ? all : all[0];
}
