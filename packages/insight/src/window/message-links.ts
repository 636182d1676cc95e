import type { Span } from '../model/span.ts';

/** So many of each are remembered; the oldest are forgotten. */
const remembered = 20_000;

/** Brings messages together whose consumer's trace names the producer's span by a link, whichever comes first. */
export class MessageLinks<Producer> {
  readonly #produced: Map<string, Producer> = new Map();
  readonly #waiting: Map<string, Span[]> = new Map();

  produced(spanId: string, producer: Producer, found: (producer: Producer, consumer: Span) => void): void {
    keep(this.#produced, spanId, producer);
    for (const consumer of this.#waiting.get(spanId) ?? []) found(producer, consumer);
    this.#waiting.delete(spanId);
  }

  consumed(span: Span, found: (producer: Producer, consumer: Span) => void): void {
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
