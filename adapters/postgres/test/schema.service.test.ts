import { afterAll, describe, expect, test } from 'vitest';
import { prepareSchema } from '../src/connection/schema.ts';
import { TestDatabase } from './test-database.ts';

const database = new TestDatabase();
const { pool, schema } = database;
afterAll(() => database.dispose());

describe('the tables of a part', () => {
  const part = { name: 'things', versions: [(quoted: string) => `CREATE TABLE ${quoted}.things (id int)`] };
  const prepare = () => prepareSchema({ pool, answerTimeout: 10_000_000 }, schema, part);

  // A connection that has worked for a while knows most of the catalogue by heart: it has looked the schema up before
  // its turn came, and remembers that there was none.
  test('are made once by connections that have looked for them before', async () => {
    for (let round = 0; round < 30; round++) {
      await Promise.all(Array.from({ length: 10 }, prepare));
      expect((await pool.query(`SELECT part, version FROM ${schema}.versions`)).rows).toEqual([
        { part: 'things', version: 1 },
      ]);
      await pool.query(`DROP SCHEMA ${schema} CASCADE`);
    }
  });
});
