import { randomBytes } from 'node:crypto';
import { Pool } from 'pg';

/** A pool on one of the servers of the test run, and a schema that nobody else has. */
export class TestDatabase {
  readonly pool: Pool;
  readonly schema: string = `test_${randomBytes(6).toString('hex')}`;

  constructor(url: string = firstServer(), max = 20) {
    this.pool = poolOn(url, max);
  }

  async dispose(): Promise<void> {
    await this.pool.query(`DROP SCHEMA IF EXISTS ${this.schema} CASCADE`);
    await this.pool.end();
  }
}

export function poolOn(url: string, max = 20): Pool {
  const pool = new Pool({ connectionString: url, max });
  pool.on('error', () => {});
  return pool;
}

export function firstServer(): string {
  return process.env['HOLDFAST_POSTGRES_URL'] ?? 'postgres://postgres@127.0.0.1:5432/postgres';
}
