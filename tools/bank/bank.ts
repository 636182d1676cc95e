import { createPool, type Pool as MariadbPool } from 'mysql2/promise';
import { Pool as PostgresPool } from 'pg';

/** Runs one statement, with `?` for each value. */
export type Sql = (text: string, values?: readonly unknown[]) => Promise<SqlRow[]>;
export type SqlRow = Readonly<Record<string, string | number>>;

/** The banks, by the names of their resources. Cards are on MariaDB, the others on PostgreSQL. */
export const bankNames = ['savings', 'loans', 'cards'] as const;
export type BankName = (typeof bankNames)[number];
export type BankUrls = Readonly<Record<BankName, string>>;

export const accountsPerBank = 8;
export const moneyPerAccount = 1_000;

/** A bank in a database of its own. */
export interface Bank {
  readonly name: BankName;
  /** Runs `work` in a transaction: all of it happens, or nothing when it throws. */
  transact<Result>(work: (sql: Sql) => Promise<Result>): Promise<Result>;
  /** The names of all branches in doubt on its server. */
  inDoubt(): Promise<string[]>;
  close(): Promise<void>;
}

interface PostgresQueries {
  query(text: string, values?: unknown[]): Promise<{ rows: SqlRow[] }>;
}

interface MariadbQueries {
  query(text: string, values?: unknown[]): Promise<[unknown, unknown]>;
}

export function postgresPool(url: string): PostgresPool {
  const pool = new PostgresPool({ connectionString: url, max: 16, options: '-c lock_timeout=2000' });
  pool.on('error', () => {});
  pool.on('connect', (client) => client.on('error', () => {}));
  return pool;
}

export function mariadbPool(url: string): MariadbPool {
  return createPool({ uri: url, connectionLimit: 16 });
}

export function postgresSql(client: PostgresQueries): Sql {
  return async (text, values = []) => {
    let place = 0;
    return (
      await client.query(
        text.replaceAll('?', () => `$${++place}`),
        [...values],
      )
    ).rows;
  };
}

export function mariadbSql(connection: MariadbQueries): Sql {
  return async (text, values = []) => (await connection.query(text, [...values]))[0] as SqlRow[];
}

export function openBank(name: BankName, url: string): Bank {
  return name === 'cards' ? mariadbBank(name, mariadbPool(url)) : postgresBank(name, postgresPool(url));
}

function postgresBank(name: BankName, pool: PostgresPool): Bank {
  return {
    name,
    transact: async (work) => {
      const client = await pool.connect();
      return within(postgresSql(client), work, (broken) => client.release(broken));
    },
    inDoubt: async () => (await pool.query('SELECT gid FROM pg_prepared_xacts')).rows.map(({ gid }) => gid),
    close: () => pool.end(),
  };
}

function mariadbBank(name: BankName, pool: MariadbPool): Bank {
  return {
    name,
    transact: async (work) => {
      const connection = await pool.getConnection();
      return within(mariadbSql(connection), work, (broken) =>
        broken ? connection.destroy() : connection.release(),
      );
    },
    inDoubt: async () => (await mariadbSql(pool)('XA RECOVER')).map((row) => String(row['data'])),
    close: () => pool.end(),
  };
}

async function within<Result>(
  sql: Sql,
  work: (sql: Sql) => Promise<Result>,
  leave: (broken: boolean) => void,
): Promise<Result> {
  let broken = true;
  try {
    await sql('BEGIN');
    const result = await work(sql);
    await sql('COMMIT');
    broken = false;
    return result;
  } finally {
    // A connection that is closed in the middle of a transaction takes that with it.
    leave(broken);
  }
}

/** What makes a bank of a database. */
export async function foundBank(sql: Sql): Promise<void> {
  await sql('CREATE TABLE accounts (id INT PRIMARY KEY, balance INT NOT NULL, reserved INT NOT NULL)');
  await sql(
    'CREATE TABLE entries (id VARCHAR(120) PRIMARY KEY, run VARCHAR(40) NOT NULL, amount INT NOT NULL)',
  );
  for (let id = 1; id <= accountsPerBank; id++) {
    await sql('INSERT INTO accounts VALUES (?, ?, 0)', [id, moneyPerAccount]);
  }
}

export interface Booking {
  /** Names the entry: nobody can make it twice. */
  readonly entry: string;
  readonly run: string;
  readonly account: number;
  /** Below 0 it is taken out. */
  readonly amount: number;
}

/** Moves money into an account or out of it, and leaves an entry. Fails when that entry is there. */
export async function book(sql: Sql, { entry, run, account, amount }: Booking): Promise<void> {
  const rows = await sql('SELECT balance FROM accounts WHERE id = ? FOR UPDATE', [account]);
  if (Number(rows[0]?.['balance']) + amount < 0) throw new Error('not enough money');
  await sql('INSERT INTO entries VALUES (?, ?, ?)', [entry, run, amount]);
  await sql('UPDATE accounts SET balance = balance + ? WHERE id = ?', [amount, account]);
}

/** Books what is not booked yet. Entries of one account are made one after another: its row is locked first. */
export async function bookOnce(sql: Sql, booking: Booking): Promise<void> {
  await sql('SELECT id FROM accounts WHERE id = ? FOR UPDATE', [booking.account]);
  if (!(await isBooked(sql, booking.entry))) await book(sql, booking);
}

/** Takes back what is booked as `taken`, once; where that is not booked yet, it never will be. */
export async function takeBack(sql: Sql, taken: string, booking: Booking): Promise<void> {
  await sql('SELECT id FROM accounts WHERE id = ? FOR UPDATE', [booking.account]);
  if (await isBooked(sql, booking.entry)) return;
  if (await isBooked(sql, taken)) return book(sql, booking);
  for (const entry of [taken, booking.entry]) {
    await sql('INSERT INTO entries VALUES (?, ?, 0)', [entry, booking.run]);
  }
}

async function isBooked(sql: Sql, entry: string): Promise<boolean> {
  return (await sql('SELECT id FROM entries WHERE id = ?', [entry])).length > 0;
}
