import { createRequire } from 'node:module';
import { PgInstrumentation } from '@opentelemetry/instrumentation-pg';
import type * as Postgres from 'pg';
import { instrumented, tell } from './traced-program.ts';

const [connectionString] = process.argv.slice(2);
const traced = instrumented([new PgInstrumentation()]);
const { tracer } = traced;
const { default: pg } = { default: createRequire(import.meta.url)('pg') as typeof Postgres };

const pool = new pg.Pool({ connectionString, max: 2 });
await tracer.startActiveSpan('order', async (span) => {
  await pool.query('SELECT 1 + $1::int AS sum', [41]);
  await tracer.startActiveSpan('inner', async (inner) => {
    await pool.query('SELECT nothing FROM nowhere').catch(() => {});
    inner.end();
  });
  span.end();
});
await pool.end();
tell(traced);
