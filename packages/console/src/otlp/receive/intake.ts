import type { World } from '@holdfast/core';
import type { BatchSink } from '../batch-sink.ts';
import { type Decoded, type DecodeLimits, decodeLimits } from '../decode/decode-limits.ts';
import { decodeLogs } from '../decode/decode-logs.ts';
import { decodeMetrics } from '../decode/decode-metrics.ts';
import { decodeSpans } from '../decode/decode-spans.ts';
import { protobufOfJson } from '../json/protobuf-of-json.ts';
import type { Signal } from '../signal.ts';

export type Encoding = 'protobuf' | 'json';

/** What became of a request that was taken. */
export interface Taken {
  /** Items that were left out of it, and why. */
  readonly rejected: number;
  readonly reason: string | undefined;
}

export interface IntakeOptions {
  readonly sink: BatchSink;
  readonly world: Pick<World, 'clock'>;
  readonly limits?: Partial<DecodeLimits>;
}

/** From the body of a request to the sink: what all receivers share. */
export class Intake {
  readonly #sink: BatchSink;
  readonly #world: Pick<World, 'clock'>;
  readonly #limits: DecodeLimits;

  constructor({ limits, sink, world }: IntakeOptions) {
    this.#sink = sink;
    this.#world = world;
    this.#limits = { ...decodeLimits, ...limits };
  }

  /**
   * Resolves when the sink has what could be read.
   *
   * @param body - which nobody may write to any more.
   * @throws HoldfastError MALFORMED_MESSAGE, TELEMETRY_MALFORMED, TELEMETRY_TOO_LARGE; what the sink throws.
   */
  async take(signal: Signal, body: Buffer, encoding: Encoding): Promise<Taken> {
    const { rejected, reason } = await this.#store(
      signal,
      encoding === 'json' ? protobufOfJson(signal, body) : body,
    );
    if (rejected > 0) this.#sink.refused(signal, rejected);
    return { rejected, reason };
  }

  async #store(signal: Signal, body: Buffer): Promise<Taken> {
    const receivedAt = this.#world.clock.wall();
    switch (signal) {
      case 'spans':
        return this.#add(decodeSpans(body, this.#limits), (batch) => this.#sink.addSpans(batch));
      case 'logs':
        return this.#add(decodeLogs(body, receivedAt, this.#limits), (batch) => this.#sink.addLogs(batch));
      case 'metrics':
        return this.#add(decodeMetrics(body, receivedAt, this.#limits), (batch) =>
          this.#sink.addMetrics(batch),
        );
    }
  }

  async #add<Batch extends { readonly length: number }>(
    decoded: Decoded<Batch>,
    add: (batch: Batch) => Promise<void>,
  ): Promise<Taken> {
    if (decoded.batch.length > 0) await add(decoded.batch);
    return decoded;
  }
}
