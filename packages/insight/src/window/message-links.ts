import type { Span } from '../model/span.ts';
import { namedPeer } from '../trace/calls.ts';

/** What is remembered of a message that was sent. */
export interface Produced {
  readonly service: string;
  readonly peer: string | undefined;
}

/** So many of each are remembered; the oldest are forgotten. */
const remembered = 20_000;

/** Brings messages together whose consumer's trace names the producer's span by a link, whichever comes first. */
export class MessageLinks {
  readonly #produced: Map<string, Produced> = new Map();
  readonly #waiting: Map<string, Span[]> = new Map();

  produced(span: Span, found: (producer: Produced, consumer: Span) => void): void {
    const producer = { service: span.service, peer: namedPeer(span) };
    keep(this.#produced, span.spanId, producer);
    for (const consumer of this.#waiting.get(span.spanId) ?? []) found(producer, consumer);
    this.#waiting.delete(span.spanId);
  }

  consumed(span: Span, found: (producer: Produced, consumer: Span) => void): void {
    for (const { spanId } of span.links) {
      const producer = this.#produced.get(spanId);
      if (producer !== undefined) found(producer, span);
      else keep(this.#waiting, spanId, [...(this.#waiting.get(spanId) ?? []), span]);
    }
  }
}

function keep<Value>(map: Map<string, Value>, key: string, value: Value): void {
  map.set(key, value);
  if (map.size > remembered) map.delete(map.keys().next().value!);
}
