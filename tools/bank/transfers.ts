import type { Duration } from '@holdfast/core';
import { type MariadbConnection, mariadbBarrierStorage, mariadbResource } from '@holdfast/mariadb';
import { type PostgresConnection, postgresBarrierStorage, postgresResource } from '@holdfast/postgres';
import { exponential } from '@holdfast/resilience';
import {
  type AnyRunDefinition,
  type BarrierStorage,
  createBarrier,
  declined,
  type Participant,
  ParticipantRegistry,
  saga,
  tcc,
  tccParticipant,
  terminal,
  twoPhase,
} from '@holdfast/transactions';
import type { PoolConnection } from 'mysql2/promise';
import type { PoolClient } from 'pg';
import {
  type Bank,
  type BankName,
  type BankUrls,
  bankNames,
  book,
  bookOnce,
  mariadbPool,
  mariadbSql,
  openBank,
  postgresPool,
  postgresSql,
  type Sql,
  takeBack,
} from './bank.ts';
import { bounded, boundedParticipant, boundedStep, type Kind, type Reach } from './boundaries.ts';

/** What is moved, and where to. */
export interface Transfer {
  readonly from: BankName;
  readonly to: BankName;
  readonly fromAccount: number;
  readonly toAccount: number;
  readonly amount: number;
  /** At the last moment it is: all has to be undone. */
  readonly refused: boolean;
}

const answerTimeout: Duration = '2s';
const backoff = exponential({ initial: '20ms', max: '500ms' });

/** The same transfer by each protocol, over all banks. */
export function transfers(urls: BankUrls, reach: Reach): Readonly<Record<Kind, AnyRunDefinition>> {
  const banks = Object.fromEntries(bankNames.map((name) => [name, openBank(name, urls[name])])) as Record<
    BankName,
    Bank
  >;
  const savings = postgresPlace('savings', urls, reach);
  const loans = postgresPlace('loans', urls, reach);
  const pool = mariadbPool(urls.cards);
  const cards = bounded(mariadbResource<PoolConnection>({ name: 'cards', pool, answerTimeout }), reach);
  const byTwoPhases = twoPhase('transfer', {
    resources: { savings, loans, cards },
    work: async (connections, { from, to, fromAccount, toAccount, amount, refused }: Transfer, { id }) => {
      const sqls: Record<BankName, Sql> = {
        savings: postgresSql(connections.savings),
        loans: postgresSql(connections.loans),
        cards: mariadbSql(connections.cards),
      };
      await book(sqls[from], { entry: id, run: id, account: fromAccount, amount: -amount });
      await book(sqls[to], { entry: id, run: id, account: toAccount, amount });
      if (refused) throw new Error('refused');
    },
    attempts: 5,
    beginTimeout: '5s',
    voteTimeout: '5s',
    finishTimeout: '5s',
    sweep: { every: '500ms', timeout: '5s' },
    backoff,
  });
  return { 'two-phase': byTwoPhases, saga: bySaga(banks, reach), tcc: byReservation(banks, reach) };
}

function postgresPlace(name: BankName, urls: BankUrls, reach: Reach) {
  const pool = postgresPool(urls[name]);
  return bounded(postgresResource<PoolClient>({ name, pool, answerTimeout }), reach);
}

function bySaga(banks: Readonly<Record<BankName, Bank>>, reach: Reach): AnyRunDefinition {
  const retry = { maxAttempts: 50, backoff, idempotent: true };
  return saga<Transfer>('transfer', { version: 1 })
    .step('debit', {
      do: ({ input: { from, fromAccount: account, amount }, key, id }) =>
        boundedStep(`debit ${from}`, reach, () =>
          banks[from].transact((sql) => bookOnce(sql, { entry: key, run: id, account, amount: -amount })),
        ),
      undo: ({ input: { from, fromAccount: account, amount }, key, doKey, id }) =>
        boundedStep(`undo ${from}`, reach, () =>
          banks[from].transact((sql) => takeBack(sql, doKey, { entry: key, run: id, account, amount })),
        ),
      retry,
      undoRetry: retry,
      timeout: '5s',
    })
    .pivot('credit', {
      do: ({ input: { to, toAccount: account, amount, refused }, key, id }) => {
        if (refused) throw terminal('refused');
        return boundedStep(`credit ${to}`, reach, () =>
          banks[to].transact((sql) => bookOnce(sql, { entry: key, run: id, account, amount })),
        );
      },
      retry,
      timeout: '5s',
    });
}

interface Request extends Pick<Transfer, 'amount' | 'refused'> {
  readonly side: 'from' | 'to';
  readonly account: number;
}

function byReservation(banks: Readonly<Record<BankName, Bank>>, reach: Reach): AnyRunDefinition {
  const registry = new ParticipantRegistry();
  for (const bank of Object.values(banks)) {
    registry.register(bank.name, boundedParticipant(bank.name, reservations(bank), reach));
  }
  return tcc('transfer', {
    registry,
    branches: ({ from, to, fromAccount, toAccount, amount, refused }: Transfer) => [
      { participant: from, request: { side: 'from', account: fromAccount, amount, refused: false } },
      { participant: to, request: { side: 'to', account: toAccount, amount, refused } },
    ],
    callTimeout: '5s',
    tries: 50,
    backoff,
  });
}

/** A bank that takes part by reserving: what is to be taken out is set aside, what is to be put in is not there before. */
function reservations(bank: Bank): Participant {
  return tccParticipant<Sql>({
    transact: bank.transact,
    barrier: createBarrier(barrierStorage(bank.name)),
    async try(sql, request) {
      const { side, account, amount, refused } = request as unknown as Request;
      if (refused) throw declined('refused');
      if (side === 'from') {
        const rows = await sql('SELECT balance FROM accounts WHERE id = ? FOR UPDATE', [account]);
        if (Number(rows[0]?.['balance']) < amount) throw declined('not enough money');
        await reserve(sql, account, amount);
      }
      return { side, account, amount };
    },
    async confirm(sql, reserved, { transaction }) {
      const { side, account, amount } = reserved as unknown as Request;
      const run = transaction.slice(transaction.indexOf(':') + 1);
      if (side === 'from') await reserve(sql, account, -amount);
      await book(sql, { entry: run, run, account, amount: side === 'from' ? -amount : amount });
    },
    async cancel(sql, reserved) {
      const { side, account, amount } = reserved as unknown as Request;
      if (side === 'from') await reserve(sql, account, -amount);
    },
  });
}

async function reserve(sql: Sql, account: number, amount: number): Promise<void> {
  const text = 'UPDATE accounts SET balance = balance - ?, reserved = reserved + ? WHERE id = ?';
  await sql(text, [amount, amount, account]);
}

/** The adapter's own storage, over statements of this bank. */
function barrierStorage(name: BankName): BarrierStorage<Sql> {
  if (name === 'cards') {
    const storage = mariadbBarrierStorage();
    const on = (sql: Sql): MariadbConnection => ({
      query: async ({ sql: text, values = [] }) => [await sql(text, values), undefined],
    });
    return {
      lock: (sql, key) => storage.lock(on(sql), key),
      write: (sql, key, mark) => storage.write(on(sql), key, mark),
      expired: (sql, now, limit) => storage.expired(on(sql), now, limit),
    };
  }
  const storage = postgresBarrierStorage();
  const on = (sql: Sql): PostgresConnection => ({
    query: async ({ text, values = [] }) => ({ rows: await sql(text, values) }),
  });
  return {
    lock: (sql, key) => storage.lock(on(sql), key),
    write: (sql, key, mark) => storage.write(on(sql), key, mark),
    expired: (sql, now, limit) => storage.expired(on(sql), now, limit),
  };
}
