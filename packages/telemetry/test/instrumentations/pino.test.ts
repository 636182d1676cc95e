import { expect, test } from 'vitest';
import { runProgram } from './run-program.ts';

test("OpenTelemetry's instrumentation of pino, unchanged, finds the span and the logger", async () => {
  const { lines, sent, spans } = await runProgram('pino');
  const [{ spanId, traceId }] = spans as [(typeof spans)[number]];
  expect((lines as string[]).map((line) => JSON.parse(line))).toMatchObject([
    { msg: 'declined', order: 7, trace_id: traceId, span_id: spanId, trace_flags: '01' },
  ]);
  expect(sent).toMatchObject([
    {
      body: 'declined',
      severity: 17,
      severityText: 'error',
      attributes: { order: 7, 'exception.type': 'RangeError', 'exception.message': 'too many' },
      traceId,
      spanId,
    },
  ]);
});
