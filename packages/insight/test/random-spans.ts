import fc from 'fast-check';
import type { Span, SpanKind } from '../src/model/span.ts';

const kinds: SpanKind[] = ['internal', 'server', 'client', 'producer', 'consumer'];
const service = fc.constantFrom('a', 'b', 'c');

/** Spans of one trace as a hostile world may send them: lost parents, circles, clocks that differ, children that overflow. */
export const randomSpans: fc.Arbitrary<Span[]> = fc
  .array(
    fc.record({
      parent: fc.option(fc.nat(14), { nil: undefined }),
      service,
      instance: fc.option(fc.constantFrom('1', '2'), { nil: undefined }),
      kind: fc.constantFrom(...kinds),
      failed: fc.boolean(),
      start: fc.nat(50),
      duration: fc.nat(40),
      peer: fc.option(service, { nil: undefined }),
    }),
    { maxLength: 14 },
  )
  .map((drawn) =>
    drawn.map(({ parent, failed, start, duration, ...span }, index) => ({
      ...span,
      traceId: 't',
      spanId: String(index),
      parentId: parent === undefined ? undefined : String(parent),
      version: undefined,
      operation: `op${index}`,
      status: failed ? 'error' : 'unset',
      start: start * 1_000,
      duration: duration * 1_000,
      links: [],
      attributes: {},
    })),
  );
