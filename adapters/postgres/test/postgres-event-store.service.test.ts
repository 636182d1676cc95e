// Goal: an event store on PostgreSQL keeps its promises, with many processes, and its readers see no gap.

import { randomBytes } from 'node:crypto';
import type { EventStore } from '@holdfast/transactions';
import { eventStoreContract } from '@holdfast/transactions/testkit';
import { afterAll, describe, expect, test } from 'vitest';
import { openPostgresEventStore } from '../src/index.ts';
import { TestDatabase } from './test-database.ts';

const database = new TestDatabase(undefined, 60);
const { pool, schema } = database;
const stores = new Set<EventStore>();

afterAll(async () => {
  await Promise.all([...stores].map((store) => store.close()));
  await database.dispose();
});

async function open(): Promise<EventStore> {
  const store = await openPostgresEventStore({ pool, schema });
  stores.add(store);
  return store;
}

describe('PostgreSQL as an event store', () => {
  for (const { name, run } of eventStoreContract) {
    test(name, () =>
      run({
        prefix: `${randomBytes(4).toString('hex')} `,
        open,
        another: open,
        crash: async (store) => {
          // What it has sent may be taken; it hears of nothing any more.
          await store.close();
        },
      }),
    );
  }
});

describe('many processes', () => {
  test('a reader that follows sees every position once, while several append', async () => {
    const prefix = `${randomBytes(4).toString('hex')} `;
    const writers = await Promise.all([open(), open(), open()]);
    const reader = await open();
    const { position: after } = await reader.readAll({ prefix: 'of nobody' });
    const total = 3 * 100;
    const seen: number[] = [];
    const following = (async () => {
      for await (const page of reader.subscribe({ after, prefix })) {
        seen.push(...page.events.map(({ position }) => position));
        if (seen.length === total) break;
      }
    })();
    await Promise.all(
      writers.map(async (store, w) => {
        for (let n = 0; n < 10; n++) {
          const one = (k: number) =>
            store.append(`${prefix}${w}-${k}`, 'any', [{ type: 'happened', data: n }]);
          await Promise.all(Array.from({ length: 10 }, (_, k) => one(k)));
        }
      }),
    );
    await following;
    expect(seen).toEqual([...seen].sort((one, other) => one - other));
    expect(new Set(seen).size).toBe(total);
  });

  test('an append whose answer is lost is found again', async () => {
    let lose = 1;
    const lossy: Parameters<typeof openPostgresEventStore>[0]['pool'] = {
      connect: async () => {
        const client = await pool.connect();
        const query = client.query.bind(client) as (statement: unknown) => Promise<never>;
        const lossyQuery = async (statement: { text: string }) => {
          const answer = await query(statement);
          if (lose === 0 || !statement.text.includes('append_events')) return answer;
          lose--;
          throw new Error('Connection terminated unexpectedly');
        };
        return Object.assign(Object.create(client), { query: lossyQuery });
      },
    };
    const store = await openPostgresEventStore({ pool: lossy, schema });
    stores.add(store);
    const stream = randomBytes(4).toString('hex');
    expect((await store.append(stream, 'none', [{ type: 'happened', data: 1 }])).version).toBe(1);
    expect(lose).toBe(0);
    expect((await store.read(stream)).version).toBe(1);
  });
});
