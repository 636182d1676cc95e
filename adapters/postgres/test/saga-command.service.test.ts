// Goal: the command line finds a stuck saga in PostgreSQL, and resolves it from outside of the process that drives it.
// Method: the program itself, which loads this adapter by its name.
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { openLedger, saga, terminal } from '@holdfast/transactions';
import { afterAll, expect, test } from 'vitest';
import { postgresLedger } from '../src/index.ts';
import { firstServer, TestDatabase } from './test-database.ts';

const database = new TestDatabase();
afterAll(() => database.dispose());

const program = fileURLToPath(new URL('../../../packages/holdfast/bin/holdfast.mjs', import.meta.url));

function command(...args: string[]): Promise<{ code: number; out: string; error: string }> {
  const env = { ...process.env, HOLDFAST_POSTGRES: firstServer() };
  return new Promise((done) => {
    execFile(process.execPath, [program, 'saga', ...args], { env }, (failure, out, error) => {
      done({ code: Number(failure?.code ?? 0), out, error });
    });
  });
}

const order = saga('order', { version: 1 })
  .step('reserve', {
    do: () => 7,
    undo: () => {
      throw new TypeError('the warehouse has changed');
    },
  })
  .pivot('charge', {
    do: () => {
      throw terminal('no money');
    },
  });

test('a compensation that is stuck in PostgreSQL is shown, and skipped by name', async () => {
  const { pool, schema } = database;
  const ledger = await openLedger({ engine: postgresLedger({ pool, schema }), definitions: [order] });
  try {
    const run = await ledger.start(order, undefined, { id: 'order-17' });
    await expect.poll(async () => (await run.summary()).status, { timeout: 10_000 }).toBe('stuck');
    const shown = await command('show', 'order-17', '--schema', schema);
    expect(shown).toMatchObject({ code: 0, error: '' });
    expect(shown.out).toContain('the warehouse has changed');
    expect(shown.out).toContain(`holdfast saga skip order-17 reserve --schema ${schema}`);
    const skipped = await command('skip', 'order-17', 'reserve', '--schema', schema, '--json');
    expect(JSON.parse(skipped.out)).toMatchObject({ id: 'order-17', taken: true });
    expect(await run.result).toMatchObject({ status: 'rolled-back', skipped: ['reserve'] });
    const elsewhere = await command('list', '--postgres', 'postgres://nobody@127.0.0.1:1/none');
    expect(elsewhere.code).toBe(1);
    expect(elsewhere.error).toContain('PostgreSQL could not be asked');
  } finally {
    await ledger.close();
  }
}, 120_000);
