import type { Span } from '../src/model/span.ts';
import type { SpanSource, TraceQuery } from '../src/model/span-source.ts';

/** Spans in memory, as a source. */
export class SpanList implements SpanSource {
  readonly #traces: Map<string, Span[]> = new Map();

  constructor(spans: Iterable<Span>) {
    for (const span of spans) {
      const trace = this.#traces.get(span.traceId);
      if (trace === undefined) this.#traces.set(span.traceId, [span]);
      else trace.push(span);
    }
  }

  async *traces({ from, to, service, operation, tracesMax }: TraceQuery): AsyncIterable<readonly Span[]> {
    const start = (spans: readonly Span[]): number => Math.min(...spans.map((span) => span.start)) / 1_000;
    const wanted = [...this.#traces.values()].filter((spans) => {
      const at = start(spans);
      const serves = (span: Span): boolean =>
        (service === undefined || span.service === service) &&
        (operation === undefined || span.operation === operation);
      return at >= from && at < to && spans.some(serves);
    });
    yield* wanted.sort((one, other) => start(other) - start(one)).slice(0, tracesMax);
  }

  async trace(traceId: string): Promise<readonly Span[]> {
    return this.#traces.get(traceId) ?? [];
  }
}
