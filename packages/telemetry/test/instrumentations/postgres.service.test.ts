import { expect, test } from 'vitest';
import { runProgram } from './run-program.ts';

test("OpenTelemetry's instrumentation of pg, unchanged, puts queries below the span that asks", async () => {
  const url = process.env['HOLDFAST_POSTGRES_URL'];
  if (url === undefined) {
    throw new Error('HOLDFAST_POSTGRES_URL is not set: run these tests with npm run test:services');
  }
  const { spans } = await runProgram('postgres', url);
  const queries = spans.filter(({ name }) => name.startsWith('pg.query'));
  const spanId = (name: string) => spans.find((span) => span.name === name)!.spanId;
  expect(queries).toMatchObject([
    { kind: 'CLIENT', status: 'UNSET', parentId: spanId('order') },
    { kind: 'CLIENT', status: 'ERROR', parentId: spanId('inner') },
  ]);
  expect(JSON.stringify(queries[0]!.attributes)).toContain('SELECT 1 + $1::int AS sum');
  expect(spans.some(({ name }) => name === 'pg-pool.connect')).toBe(true);
  expect(new Set(spans.map(({ traceId }) => traceId)).size).toBe(1);
});
