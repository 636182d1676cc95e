import { ROOT_CONTEXT, type Span, SpanStatusCode, trace } from '@opentelemetry/api';
import { describe, expect, test } from 'vitest';
import { type Tracing, tracing } from '../../test/tracing.ts';
import { alwaysOff } from '../sampling/constant.ts';
import { errorsAlways } from '../sampling/errors-always.ts';
import { parentBased } from '../sampling/parent-based.ts';

const holding = (held = {}): Tracing => tracing({ sampler: errorsAlways(parentBased(alwaysOff)), held });
const fail = (span: Span) => span.setStatus({ code: SpanStatusCode.ERROR }).end();
const names = ({ spans }: Tracing) => spans.map(({ name }) => name);

/** A trace of a root and children called `a`, `b` ...; gives the root and a way to start another child. */
function begin({ tracer }: Tracing, name: string): { root: Span; child(name: string): Span } {
  const root = tracer.startSpan(name);
  const context = trace.setSpan(ROOT_CONTEXT, root);
  return { root, child: (childName) => tracer.startSpan(childName, {}, context) };
}

describe('a trace that is held back', () => {
  test('is forgotten when nothing of it failed', () => {
    const traced = holding();
    const { child, root } = begin(traced, 'root');
    child('a').end();
    root.end();
    child('late').end();
    expect(traced.spans).toEqual([]);
    expect(traced.provider.droppedHeld).toBe(0);
  });

  test('is exported from the first span that fails, with all that ended before it', () => {
    const traced = holding();
    const { child, root } = begin(traced, 'root');
    child('a').end();
    expect(traced.spans).toEqual([]);
    fail(child('b'));
    expect(names(traced)).toEqual(['a', 'b']);
    child('c').end();
    root.end();
    child('d').end();
    expect(names(traced)).toEqual(['a', 'b', 'c', 'root', 'd']);
    expect(new Set(traced.spans.map(({ context }) => context.traceId)).size).toBe(1);
  });

  test('is exported when its first span fails', () => {
    const traced = holding();
    const { child, root } = begin(traced, 'root');
    child('a').end();
    fail(root);
    expect(names(traced)).toEqual(['a', 'root']);
  });

  test('is not sampled for others, though it is recorded', () => {
    const { root } = begin(holding(), 'root');
    expect(root.isRecording()).toBe(true);
    expect(root.spanContext().traceFlags).toBe(0);
  });

  test('begins with a span whose parent is of another process', () => {
    const traced = holding();
    const parent = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), traceFlags: 0, isRemote: true };
    const root = traced.tracer.startSpan('root', {}, trace.setSpanContext(ROOT_CONTEXT, parent));
    traced.tracer.startSpan('a', {}, trace.setSpan(ROOT_CONTEXT, root)).end();
    root.end();
    fail(traced.tracer.startSpan('other', {}, trace.setSpanContext(ROOT_CONTEXT, parent)));
    expect(names(traced)).toEqual(['other']);
  });

  test('of which something fails when it is over, is exported from there', () => {
    const traced = holding();
    const { child, root } = begin(traced, 'root');
    child('a').end();
    root.end();
    fail(child('late'));
    child('later').end();
    expect(names(traced)).toEqual(['late', 'later']);
  });
});

describe('what is held is bounded', () => {
  test('a trace loses what is beyond its part', () => {
    const traced = holding({ spansPerTrace: 2 });
    const { child, root } = begin(traced, 'root');
    for (const name of ['a', 'b', 'c']) child(name).end();
    fail(root);
    expect(names(traced)).toEqual(['a', 'b', 'root']);
    expect(traced.provider.droppedHeld).toBe(1);
  });

  test('traces that are over hold nothing', () => {
    const traced = holding({ spans: 2 });
    for (let index = 0; index < 10; index += 1) {
      const { child, root } = begin(traced, 'root');
      child('a').end();
      if (index % 2 === 0) root.end();
      else fail(root);
    }
    expect(traced.spans).toHaveLength(10);
    expect(traced.provider.droppedHeld).toBe(0);
  });

  test('the oldest trace makes room, and what it still has may fail alone', () => {
    const traced = holding({ spans: 3 });
    const [oldest, newer, newest] = ['oldest', 'newer', 'newest'].map((name) => begin(traced, name));
    oldest!.child('a').end();
    oldest!.child('b').end();
    newer!.child('c').end();
    newest!.child('d').end();
    expect(traced.provider.droppedHeld).toBe(2);
    fail(oldest!.root);
    fail(newer!.root);
    newest!.root.end();
    expect(names(traced)).toEqual(['oldest', 'c', 'newer']);
  });
});
