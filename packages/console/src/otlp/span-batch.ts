import type { ReceivedBatch } from './received-batch.ts';

/** Spans as they were received. */
export interface SpanBatch extends ReceivedBatch {
  /** 16 bytes a row, never all zero. */
  readonly traceIds: Uint8Array;
  /** 8 bytes a row, never all zero. */
  readonly spanIds: Uint8Array;
  /** 8 bytes a row; all zero for a root. */
  readonly parentIds: Uint8Array;
  /** Nanoseconds since the Unix epoch. */
  readonly starts: BigInt64Array;
  /** Nanoseconds, never negative. */
  readonly durations: BigInt64Array;
  /** OpenTelemetry's numbers: 1 internal, 2 server, 3 client, 4 producer, 5 consumer; 0 unspecified. */
  readonly kinds: Uint8Array;
  /** OpenTelemetry's numbers: 0 unset, 1 ok, 2 error. */
  readonly statuses: Uint8Array;
  /** Indexes into {@link texts}. */
  readonly names: Uint32Array;
  /**
   * Whom a client or producer span calls, where its attributes say so: a service, `postgresql/orders`, `kafka/payments`,
   * `api.example.com:443`; index into {@link texts}, 0 for nobody.
   */
  readonly peers: Uint32Array;
  /** What the peer is: 0 a service or not known, 1 a database, 2 a queue. */
  readonly peerKinds: Uint8Array;
  /** Index into {@link texts}, 0 for none. */
  readonly statusMessages: Uint32Array;
  /** Its events as a JSON array of `{ at, name, attributes }`, `at` in nanoseconds as a text; `[]` for none. */
  eventsJson(row: number): string;
  /** Its links as a JSON array of `{ traceId, spanId }`; `[]` for none. */
  linksJson(row: number): string;
}
