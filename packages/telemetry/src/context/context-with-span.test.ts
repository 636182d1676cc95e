import { createContextKey, INVALID_SPAN_CONTEXT, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { suppressTracing as sdkSuppressTracing, unsuppressTracing } from '@opentelemetry/core';
import { expect, test } from 'vitest';
import { ContextWithSpan, isTracingSuppressed, spanOf, suppressTracing } from './context-with-span.ts';

const key = createContextKey('test');
const span = trace.wrapSpanContext(INVALID_SPAN_CONTEXT);
const other = trace.wrapSpanContext(INVALID_SPAN_CONTEXT);

test("is a context like the API's own", () => {
  const context = ContextWithSpan.of(ROOT_CONTEXT.setValue(key, 1), span);
  expect(trace.getSpan(context)).toBe(span);
  expect(context.getValue(key)).toBe(1);
  expect(trace.getSpan(trace.setSpan(context, other))).toBe(other);
  expect(trace.getSpan(context.setValue(key, 2))).toBe(span);
  expect(context.setValue(key, 2).getValue(key)).toBe(2);
  expect(context.deleteValue(key).getValue(key)).toBeUndefined();
  expect(trace.getSpan(trace.deleteSpan(context))).toBeUndefined();
  expect(ContextWithSpan.of(context, other).getValue(key)).toBe(1);
  expect(trace.getSpan(context)).toBe(span);
});

test('finds the span of any context', () => {
  expect(spanOf(ROOT_CONTEXT)).toBeUndefined();
  expect(spanOf(trace.setSpan(ROOT_CONTEXT, span))).toBe(span);
  expect(spanOf(ContextWithSpan.of(ROOT_CONTEXT, span))).toBe(span);
});

test("agrees with OpenTelemetry's SDK on what is not to be traced", () => {
  const context = ContextWithSpan.of(ROOT_CONTEXT, span);
  expect(isTracingSuppressed(context)).toBe(false);
  for (const suppress of [suppressTracing, sdkSuppressTracing]) {
    for (const suppressed of [suppress(context), suppress(ROOT_CONTEXT)]) {
      expect(isTracingSuppressed(suppressed)).toBe(true);
      expect(isTracingSuppressed(ContextWithSpan.of(suppressed, other))).toBe(true);
      expect(isTracingSuppressed(unsuppressTracing(suppressed))).toBe(false);
    }
  }
});
