// Goal: a ledger on PostgreSQL batches what waits, shares its runs among workers, and takes each change once.
import type { LedgerSession, OwnedRun } from '@holdfast/transactions';
import { Client } from 'pg';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { type PostgresLedgerOptions, postgresLedger } from '../src/index.ts';
import { bytes, NotingHost, texts } from './ledger-host.ts';
import { ProcessPool } from './process-pool.ts';
import { firstServer, poolOn, TestDatabase } from './test-database.ts';

const database = new TestDatabase();
const { pool, schema } = database;
const sessions: LedgerSession[] = [];

afterEach(async () => {
  await Promise.all(sessions.splice(0).map((session) => session.close()));
  await pool.query(`DROP SCHEMA IF EXISTS ${schema} CASCADE`);
});
afterAll(() => database.dispose());

const engineOf = (options: Partial<PostgresLedgerOptions> = {}) =>
  postgresLedger({ pool, schema, ...options });

async function join(
  options: Partial<PostgresLedgerOptions> = {},
  types: readonly string[] = ['saga/order'],
): Promise<{ readonly session: LedgerSession; readonly host: NotingHost }> {
  const host = new NotingHost();
  const session = await engineOf(options).join(host, { types });
  sessions.push(session);
  return { session, host };
}

async function create(session: LedgerSession, id: string, type = 'saga/order'): Promise<OwnedRun> {
  const run = await session.create({ id, type, version: 1, records: [bytes('begun')] });
  if (!run.owned) throw new Error(`${id} is there already`);
  return run;
}

describe('batches', () => {
  test('256 three-step runs at a time cost less than 0.2 commits each', async () => {
    const { session } = await join();
    const before = session.figures.commits;
    const drive = async (id: string) => {
      const run = await create(session, id);
      for (const step of ['one', 'two', 'three']) await session.append(run, [bytes(step)]);
      await session.append(run, [bytes('done')], { status: 'ended' });
    };
    await Promise.all(Array.from({ length: 256 }, (_, n) => drive(`run-${n}`)));
    expect((session.figures.commits - before) / 256).toBeLessThan(0.2);
    expect(session.figures).toMatchObject({ runsCreated: 256, recordsAppended: 256 * 5 });
    expect(texts((await session.read('run-255'))?.records ?? [])).toEqual([
      'begun',
      'one',
      'two',
      'three',
      'done',
    ]);
  });

  test('appends of one run that are not awaited keep their order', async () => {
    const { session } = await join();
    const run = await create(session, 'a');
    const steps = Array.from({ length: 500 }, (_, n) => `${n}`);
    await Promise.all(steps.map((step) => session.append(run, [bytes(step)])));
    expect(texts((await session.read('a'))?.records ?? [])).toEqual(['begun', ...steps]);
  });

  test('two workers that create the same runs at once get each of them once', async () => {
    const [one, other] = [await join(), await join()];
    const ids = Array.from({ length: 200 }, (_, n) => `run-${n}`);
    const created = await Promise.all(
      [ids, [...ids].reverse()].flatMap((order, n) =>
        order.map((id) =>
          [one, other][n]!.session.create({ id, type: 'saga/order', version: 1, records: [] }),
        ),
      ),
    );
    expect(created.filter(({ owned }) => owned)).toHaveLength(200);
  });

  test('an id, a key or a type that PostgreSQL cannot keep is refused at the door', async () => {
    const { session } = await join();
    await expect(create(session, 'a\0b')).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    await expect(create(session, 'a\ud800')).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    const run = await create(session, 'a');
    await expect(session.claim(run, 'x'.repeat(1_001))).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
  });
});

describe('keys', () => {
  test('giving up a key that PostgreSQL cannot keep does no harm to anybody', async () => {
    const { session, host } = await join();
    const run = await create(session, 'a');
    await expect(session.claim(run, 'sku\0')).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    await session.release(run, 'sku\0').catch(() => {});
    await session.append(run, [bytes('one')]);
    expect(host.error).toBeUndefined();
  });
});

describe('a lost connection', () => {
  /** Ends all other connections, in the middle of whatever they do. */
  const cut = async (): Promise<number> => {
    const client = new Client({ connectionString: firstServer() });
    await client.connect();
    const { rows } = await client.query(
      `SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
       WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'`,
    );
    await client.end();
    return Number(rows[0].count);
  };

  test('cannot end the process, however early it comes', async () => {
    const fresh = poolOn(firstServer(), 1);
    postgresLedger({ pool: fresh });
    const client = await fresh.connect();
    expect(client.listenerCount('error')).toBeGreaterThan(0);
    client.release();
    await fresh.end();
  });

  test('costs no change and doubles none', async () => {
    const { session, host } = await join();
    const runs = await Promise.all(Array.from({ length: 20 }, (_, n) => create(session, `run-${n}`)));
    let going = true;
    let cuts = 0;
    const cutting = (async () => {
      while (going) {
        cuts += await cut();
        await new Promise((resolve) => setTimeout(resolve, 15));
      }
    })();
    const steps = Array.from({ length: 40 }, (_, n) => `${n}`);
    await Promise.all(
      runs.map(async (run) => {
        for (const step of steps) await session.append(run, [bytes(step)]);
      }),
    );
    going = false;
    await cutting;
    expect(cuts).toBeGreaterThan(3);
    for (const { id } of runs) {
      expect(texts((await session.read(id))?.records ?? [])).toEqual(['begun', ...steps]);
    }
    expect(host.error).toBeUndefined();
  });

  test('an answer that is lost after the commit is found again', async () => {
    let lose = 0;
    const lossy: PostgresLedgerOptions['pool'] = {
      connect: async () => {
        const client = await pool.connect();
        const query = client.query.bind(client) as (statement: unknown) => Promise<never>;
        const lossyQuery = async (statement: { text: string }) => {
          const answer = await query(statement);
          if (lose === 0 || !statement.text.includes('commit_batch')) return answer;
          lose--;
          throw new Error('Connection terminated unexpectedly');
        };
        return Object.assign(Object.create(client), { query: lossyQuery });
      },
    };
    const { session } = await join({ pool: lossy });
    lose = 1;
    const run = await create(session, 'a');
    lose = 2;
    await session.append(run, [bytes('one')]);
    expect(await session.claim(run, 'key')).toBe(true);
    lose = 1;
    await session.append(run, [bytes('two')], { status: 'ended', note: 'fine' });
    expect(lose).toBe(0);
    expect(await session.read('a')).toMatchObject({ status: 'ended', note: 'fine' });
    expect(texts((await session.read('a'))?.records ?? [])).toEqual(['begun', 'one', 'two']);
    expect(session.figures).toMatchObject({ runsCreated: 1, recordsAppended: 3 });
  });

  test('who waits for an end learns it, though it cannot be read at first', async () => {
    let fail = 0;
    const failing: PostgresLedgerOptions['pool'] = {
      connect: async () => {
        const client = await pool.connect();
        const query = client.query.bind(client) as (statement: unknown) => Promise<never>;
        const failingQuery = async (statement: { name?: string }) => {
          if (fail > 0 && statement.name?.endsWith('read') && fail-- > 0) {
            throw new Error('Connection terminated unexpectedly');
          }
          return query(statement);
        };
        return new Proxy(client, {
          get: (target, name) => {
            if (name === 'query') return failingQuery;
            const value = Reflect.get(target, name);
            return typeof value === 'function' ? value.bind(target) : value;
          },
        });
      },
    };
    const { session } = await join();
    const run = await create(session, 'a');
    const visit = await engineOf({ pool: failing }).visit();
    const ended = visit.ended('a');
    fail = 2;
    await session.append(run, [], { status: 'ended' });
    expect(await ended).toMatchObject({ id: 'a', status: 'ended' });
    expect(fail).toBe(0);
    await visit.close();
  });

  test('a message and an end that were announced meanwhile are heard of', async () => {
    const [working, visiting] = [new ProcessPool(), new ProcessPool()];
    const { session } = await join({ pool: working });
    const [run, other] = [await create(session, 'a'), await create(session, 'b')];
    const delivered = new Promise<string>((resolve) => {
      run.listener = {
        message: ({ bytes: message }) => resolve(new TextDecoder().decode(message)),
        granted: () => {},
      };
    });
    const visit = await engineOf({ pool: visiting }).visit();
    const ended = visit.ended('b');
    await isAwaited('b');

    working.suspend();
    await cut();
    // The other pool may not have noticed yet that its connections are cut.
    const posting = poolOn(firstServer(), 1);
    const poster = await engineOf({ pool: posting }).visit();
    await poster.post('a', bytes('hello'));
    await posting.end();
    working.resume();
    expect(await delivered).toBe('hello');

    visiting.suspend();
    await cut();
    await session.append(other, [], { status: 'ended' });
    visiting.resume();
    expect((await ended)?.status).toBe('ended');

    await visit.close();
    await session.close();
    await Promise.all([working.end(), visiting.end()]);
  });

  const isAwaited = async (id: string) => {
    const text = `SELECT 1 FROM ${schema}.runs WHERE id = $1 AND awaited`;
    while ((await pool.query(text, [id])).rows.length === 0)
      await new Promise((resolve) => setTimeout(resolve, 10));
  };
});

test('a visitor where there is no ledger says so, and makes none', async () => {
  await expect(engineOf().visit()).rejects.toMatchObject({
    code: 'LEDGER_FORMAT_UNKNOWN',
    message: expect.stringContaining('are not there'),
  });
  const { rows } = await pool.query('SELECT 1 FROM pg_namespace WHERE nspname = $1', [schema]);
  expect(rows).toEqual([]);
});

describe('workers', () => {
  test('one that closes gives its runs to the other at once, with keys, messages and a greater epoch', async () => {
    const one = await join({ lease: '60s' });
    const other = await join({ lease: '60s' });
    const run = await create(other.session, 'a');
    const rival = await create(one.session, 'rival');
    await other.session.append(run, [bytes('step')]);
    expect(await other.session.claim(run, 'held')).toBe(true);
    expect(await one.session.claim(rival, 'wanted')).toBe(true);
    expect(await other.session.claim(run, 'wanted')).toBe(false);
    await one.session.post('a', bytes('hello'));
    const epoch = other.session.epoch;
    await other.session.close();
    await one.host.hasAdopted(1);
    const [adopted] = one.host.adopted;
    expect(adopted).toMatchObject({
      id: 'a',
      type: 'saga/order',
      status: 'running',
      held: ['held'],
      awaited: ['wanted'],
    });
    expect(texts(adopted!.records)).toEqual(['begun', 'step']);
    expect(one.session.epoch).toBeGreaterThan(epoch);
    const told: string[] = [];
    const granted = new Promise<void>((resolve) => {
      adopted!.listener = {
        message: ({ bytes: message }) => told.push(...texts([message])),
        granted: (key) => {
          told.push(key);
          resolve();
        },
      };
    });
    await one.session.append(rival, [], { status: 'ended' });
    await granted;
    expect(told).toEqual(['hello', 'wanted']);
  });

  test('a worker adopts only what it serves', async () => {
    const one = await join({}, ['saga/order', 'saga/trip']);
    const other = await join({}, ['saga/trip']);
    await create(one.session, 'order');
    await create(one.session, 'trip', 'saga/trip');
    await one.session.close();
    await other.host.hasAdopted(1);
    const third = await join({}, ['saga/order']);
    await third.host.hasAdopted(1);
    expect(other.host.adopted.map(({ id }) => id)).toEqual(['trip']);
    expect(third.host.adopted.map(({ id }) => id)).toEqual(['order']);
  });

  test('many runs are taken over in batches, each by one worker', async () => {
    const dying = await join();
    await Promise.all(Array.from({ length: 1_500 }, (_, n) => create(dying.session, `run-${n}`)));
    const heirs = [await join(), await join()];
    await dying.session.close();
    const count = () => heirs.reduce((sum, { host }) => sum + host.adopted.length, 0);
    while (count() < 1_500) await new Promise((resolve) => setTimeout(resolve, 20));
    const ids = heirs.flatMap(({ host }) => host.adopted.map(({ id }) => id));
    expect(new Set(ids).size).toBe(1_500);
    expect(ids).toHaveLength(1_500);
  });

  test('one that is counted as dead is told, and changes nothing any more', async () => {
    const { session, host } = await join();
    const run = await create(session, 'a');
    await pool.query(`UPDATE ${schema}.workers SET dead = true WHERE worker > 0`);
    await expect(session.append(run, [bytes('late')])).rejects.toMatchObject({ code: 'LEDGER_FENCED' });
    expect((await host.hasLost()).code).toBe('LEDGER_FENCED');
    await expect(session.post('a', bytes('late'))).rejects.toMatchObject({ code: 'LEDGER_FENCED' });
    const { rows } = await pool.query(`SELECT count(*)::int AS count FROM ${schema}.records`);
    expect(rows[0].count).toBe(1);
  });

  test('one that cannot renew its lease gives up before another may take its runs', async () => {
    const { session, host } = await join({ lease: '1s' });
    await create(session, 'a');
    const other = await join({ lease: '1s' });
    // As long as this stands, nothing of the workers is renewed.
    const client = await pool.connect();
    await client.query(`BEGIN; LOCK TABLE ${schema}.workers IN SHARE ROW EXCLUSIVE MODE`);
    expect((await host.hasLost()).code).toBe('LEDGER_FENCED');
    expect(other.host.adopted).toEqual([]);
    await client.query('ROLLBACK');
    client.release();
  });
});

describe('in one transaction with the user', () => {
  test('records and the user’s rows are there together, or neither', async () => {
    const { session } = await join();
    await pool.query(`CREATE TABLE ${schema}.orders (id text)`);
    const run = await create(session, 'a');
    const insert = async (transaction: unknown, id: string) => {
      await (transaction as typeof pool).query(`INSERT INTO ${schema}.orders VALUES ($1)`, [id]);
      return [bytes(`inserted ${id}`)];
    };
    await session.attach?.(run, (transaction) => insert(transaction, 'x'));
    const failing = session.attach?.(run, async (transaction) => {
      await insert(transaction, 'y');
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    await session.append(run, [bytes('after')]);
    const { rows } = await pool.query(`SELECT id FROM ${schema}.orders`);
    expect(rows).toEqual([{ id: 'x' }]);
    expect(texts((await session.read('a'))?.records ?? [])).toEqual(['begun', 'inserted x', 'after']);
  });

  test('work that does not heed its signal holds nothing up, and can do nothing more', async () => {
    const { session } = await join();
    await pool.query(`CREATE TABLE ${schema}.orders (id text)`);
    const run = await create(session, 'a');
    const leaving = new AbortController();
    let late: Promise<unknown> = Promise.resolve();
    const attaching = session.attach?.(
      run,
      async (transaction) => {
        await (transaction as typeof pool).query(`INSERT INTO ${schema}.orders VALUES ('x')`);
        leaving.abort();
        await new Promise((resolve) => setTimeout(resolve, 100));
        late = (transaction as typeof pool).query(`INSERT INTO ${schema}.orders VALUES ('y')`).then(
          () => 'done',
          () => 'refused',
        );
        return new Promise(() => {});
      },
      leaving.signal,
    );
    await expect(attaching).rejects.toMatchObject({ code: 'ABORTED' });
    await session.append(run, [bytes('after')]);
    await session.close();
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(await late).toBe('refused');
    expect((await pool.query(`SELECT id FROM ${schema}.orders`)).rows).toEqual([]);
  });

  test('a worker that is counted as dead commits nothing of its user either', async () => {
    const { session } = await join();
    await pool.query(`CREATE TABLE ${schema}.orders (id text)`);
    const run = await create(session, 'a');
    const attaching = session.attach?.(run, async (transaction) => {
      await (transaction as typeof pool).query(`INSERT INTO ${schema}.orders VALUES ('x')`);
      await pool.query(`UPDATE ${schema}.workers SET dead = true WHERE worker > 0`);
      return [bytes('late')];
    });
    await expect(attaching).rejects.toMatchObject({ code: 'LEDGER_FENCED' });
    const { rows } = await pool.query(`SELECT id FROM ${schema}.orders`);
    expect(rows).toEqual([]);
  });

  test('a run that is created within it begins when it commits, and only then', async () => {
    const { host } = await join();
    const engine = engineOf();
    const client = await pool.connect();
    const run = (id: string) => ({ id, type: 'saga/order', version: 1, records: [bytes('begun')] });
    await client.query('BEGIN');
    expect(await engine.createWithin(client, run('never'))).toBe(true);
    await client.query('ROLLBACK');
    await client.query('BEGIN');
    await client.query('SET LOCAL synchronous_commit TO off');
    expect(await engine.createWithin(client, run('a'))).toBe(true);
    expect((await client.query('SHOW synchronous_commit')).rows).toEqual([{ synchronous_commit: 'on' }]);
    expect(await engine.createWithin(client, run('a'))).toBe(false);
    await client.query('COMMIT');
    client.release();
    await host.hasAdopted(1);
    expect(host.adopted.map(({ id }) => id)).toEqual(['a']);
    expect(texts(host.adopted[0]!.records)).toEqual(['begun']);
  });
});

describe('the tables', () => {
  test('are made once, however many workers begin at the same time', async () => {
    const joined = await Promise.all(Array.from({ length: 5 }, () => join()));
    expect(new Set(joined.map(({ session }) => session.epoch)).size).toBe(5);
    expect(new Set(joined.map(({ session }) => session.ledgerId)).size).toBe(1);
  });

  test('of a newer version are refused', async () => {
    await join();
    await pool.query(`UPDATE ${schema}.versions SET version = 99 WHERE part = 'ledger'`);
    await expect(join()).rejects.toMatchObject({ code: 'LEDGER_FORMAT_UNKNOWN' });
  });

  test('runs that have ended are forgotten when their time is over', async () => {
    const { session } = await join({ lease: '1s', retention: '1ms' });
    const run = await create(session, 'a');
    await create(session, 'b');
    await session.append(run, [bytes('done')], { status: 'ended' });
    while ((await session.read('a')) !== undefined) await new Promise((resolve) => setTimeout(resolve, 50));
    expect((await session.list({})).runs.map(({ id }) => id)).toEqual(['b']);
    const { rows } = await pool.query(`SELECT count(*)::int AS count FROM ${schema}.records`);
    expect(rows[0].count).toBe(1);
  });
});

describe('a takeover', () => {
  test('gets a run that is started again at the same time', async () => {
    for (let round = 0; round < 10; round++) {
      const id = `run-${round}`;
      const first = await join();
      await create(first.session, id);
      const second = await join();
      // What the other one leaves is adopted while the same run is asked for here.
      const leaving = first.session.close();
      const starting: Promise<unknown>[] = [];
      for (let turn = 0; turn < 40; turn++) {
        starting.push(
          second.session.create({ id, type: 'saga/order', version: 1, records: [bytes('begun')] }),
        );
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
      await leaving;
      await Promise.all(starting);
      await second.host.hasAdopted(1);
      expect(second.host.adopted.map((run) => run.id)).toEqual([id]);
      await second.session.append(second.host.adopted[0]!, [], { status: 'ended' });
      await second.session.close();
    }
  });
});
