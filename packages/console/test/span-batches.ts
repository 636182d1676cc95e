import type { ResourceEntry } from '../src/otlp/received-batch.ts';
import type { SpanBatch } from '../src/otlp/span-batch.ts';

/** A span in few words; what is left out is as unremarkable as can be. */
export interface SpanWords {
  readonly trace?: string;
  readonly id: string;
  readonly parent?: string;
  readonly service?: string;
  readonly instance?: string;
  readonly name?: string;
  readonly kind?: keyof typeof kinds;
  readonly status?: 'unset' | 'ok' | 'error';
  /** Milliseconds since the Unix epoch. */
  readonly start: number;
  /** Milliseconds. */
  readonly duration?: number;
  readonly peer?: string;
  readonly attributes?: Readonly<Record<string, unknown>>;
  readonly links?: readonly { readonly traceId: string; readonly spanId: string }[];
}

const kinds = { unspecified: 0, internal: 1, server: 2, client: 3, producer: 4, consumer: 5 } as const;
const statuses = { unset: 0, ok: 1, error: 2 } as const;

/** Ids may be short: `'1'` is a trace's or span's id with zeros before it. */
export function traceIdOf(short: string): string {
  return short.padStart(32, '0');
}

export function spanIdOf(short: string): string {
  return short.padStart(16, '0');
}

/** The batch that a decoder would make of these spans. */
export function batchOf(spans: readonly SpanWords[]): SpanBatch {
  const texts = [''];
  const text = (word: string): number => {
    const found = texts.indexOf(word);
    return found >= 0 ? found : texts.push(word) - 1;
  };
  const resources: ResourceEntry[] = [];
  const resource = (service: string, instance: string | undefined): number => {
    const found = resources.findIndex((each) => each.service === service && each.instance === instance);
    if (found >= 0) return found;
    return resources.push({ service, instance, version: undefined, attributesJson: '{}' }) - 1;
  };
  const bytes = (ids: readonly string[]): Uint8Array => Uint8Array.from(Buffer.from(ids.join(''), 'hex'));
  const nanos = (millis: number): bigint => BigInt(Math.round(millis * 1e6));
  return {
    length: spans.length,
    bytes: spans.length * 200,
    traceIds: bytes(spans.map(({ trace = '1' }) => traceIdOf(trace))),
    spanIds: bytes(spans.map(({ id }) => spanIdOf(id))),
    parentIds: bytes(spans.map(({ parent = '0' }) => spanIdOf(parent))),
    starts: BigInt64Array.from(spans, ({ start }) => nanos(start)),
    durations: BigInt64Array.from(spans, ({ duration = 1 }) => nanos(duration)),
    kinds: Uint8Array.from(spans, ({ kind = 'server' }) => kinds[kind]),
    statuses: Uint8Array.from(spans, ({ status = 'unset' }) => statuses[status]),
    names: Uint32Array.from(spans, ({ name = 'work' }) => text(name)),
    peers: Uint32Array.from(spans, ({ peer = '' }) => text(peer)),
    peerKinds: new Uint8Array(spans.length),
    statusMessages: new Uint32Array(spans.length),
    resourceOf: Uint32Array.from(spans, ({ service = 'shop', instance }) => resource(service, instance)),
    scopes: new Uint32Array(spans.length),
    texts,
    resources,
    attributesJson: (row) => JSON.stringify(spans[row]!.attributes ?? {}),
    eventsJson: () => '[]',
    linksJson: (row) => JSON.stringify(spans[row]!.links ?? []),
  };
}
