import { type Duration, invalidArgument, toPositiveMicros } from '@holdfast/core';
import type {
  EngineHost,
  JoinOptions,
  LedgerEngine,
  LedgerSession,
  LedgerVisit,
  MessageOptions,
  NewRun,
} from '@holdfast/transactions';
import { Announcements } from '../connection/announcements.ts';
import { checkPool } from '../connection/check-pool.ts';
import type { PostgresConnection, PostgresPool } from '../connection/postgres-pool.ts';
import { checkSchema, prepareSchema, quotedSchema } from '../connection/schema.ts';
import { readAnnouncement } from './announcement.ts';
import { checkNewRun } from './check-new-run.ts';
import { ledgerFailure } from './ledger-failure.ts';
import { channelOf, ledgerTables } from './ledger-tables.ts';
import { type LedgerPlace, PostgresVisit } from './postgres-visit.ts';
import { PostgresSession } from './worker/postgres-session.ts';

export interface PostgresLedgerOptions extends MessageOptions {
  /**
   * A `Pool` of `pg`. A worker keeps two of its connections, a visitor that waits one; everything else takes one for as
   * long as it lasts.
   */
  readonly pool: PostgresPool;
  /** Where the tables are, apart from the user's own. Made by the first worker. Default `holdfast`. */
  readonly schema?: string | undefined;
  /**
   * How long a worker that is not heard of keeps its runs. A worker that cannot reach the server for so long gives up.
   * Default '15s', at least 1 s.
   */
  readonly lease?: Duration | undefined;
  /** How long a run that has ended is kept, so that its id still means that run. Default '7d'. */
  readonly retention?: Duration | undefined;
  /** After how long a connection that gives no answer counts as lost. Default '5s'. */
  readonly answerTimeout?: Duration | undefined;
}

/** A ledger's engine on PostgreSQL. */
export interface PostgresLedger extends LedgerEngine {
  /**
   * Creates a run within a transaction of the user's own: it begins if that commits, at one of the workers. False when
   * there is a run of that id already.
   *
   * @throws what the driver throws.
   */
  createWithin(transaction: PostgresConnection, run: NewRun): Promise<boolean>;
}

const answerTimeoutDefault = '5s';
const leaseMin = 1_000_000;
/** Between questions of a visitor whether its connection still stands. */
const keepAlive = 5_000_000;

/**
 * Keeps runs in PostgreSQL (13 or newer), for any number of workers in any number of processes.
 *
 *     const ledger = await openLedger({ engine: postgresLedger({ pool: new Pool({ connectionString }) }), definitions });
 *
 * @throws HoldfastError INVALID_ARGUMENT for an option that cannot work.
 */
export function postgresLedger(options: PostgresLedgerOptions): PostgresLedger {
  const { pool, schema = 'holdfast', messagesMax = 1_000 } = options;
  checkPool(pool);
  if (!(Number.isSafeInteger(messagesMax) && messagesMax >= 1)) {
    throw invalidArgument('messagesMax', messagesMax, 'a whole number from 1');
  }
  const lease = toPositiveMicros(options.lease ?? '15s', 'lease');
  if (lease < leaseMin) throw invalidArgument('lease', options.lease, 'at least 1 s');
  const answerTimeout = toPositiveMicros(options.answerTimeout ?? answerTimeoutDefault, 'answerTimeout');
  const retention = toPositiveMicros(options.retention ?? '7d', 'retention');
  const place = { pool, schema: quotedSchema(schema), messagesMax, answerTimeout };
  return new Engine(place, schema, lease, retention);
}

class Engine implements PostgresLedger {
  readonly shared = true;
  readonly #place: LedgerPlace;
  readonly #schemaName: string;
  readonly #lease: number;
  readonly #retention: number;

  constructor(place: LedgerPlace, schemaName: string, lease: number, retention: number) {
    this.#place = place;
    this.#schemaName = schemaName;
    this.#lease = lease;
    this.#retention = retention;
  }

  async join(host: EngineHost, { types }: JoinOptions): Promise<LedgerSession> {
    await this.#schema(prepareSchema);
    return PostgresSession.join(
      { ...this.#place, schemaName: this.#schemaName, types, lease: this.#lease, retention: this.#retention },
      host,
    );
  }

  async visit(): Promise<LedgerVisit> {
    await this.#schema(checkSchema);
    const { pool, answerTimeout } = this.#place;
    const announcements = new Announcements(pool, {
      channel: channelOf(this.#schemaName),
      answerTimeout,
      keepAlive,
      heard: (payload) => {
        const { kind, id = '' } = readAnnouncement(payload) ?? {};
        if (kind === 'end') visit.wakeOne(id);
      },
      gap: () => visit.wakeAll(),
    });
    const visit = new PostgresVisit(this.#place, announcements);
    return visit;
  }

  async createWithin(transaction: PostgresConnection, run: NewRun): Promise<boolean> {
    checkNewRun(run);
    const { rows } = await transaction.query({
      text: `SELECT ${this.#place.schema}.create_unowned($1, $2, $3, $4) AS created`,
      values: [run.id, run.type, run.version, run.records.map((record) => Buffer.from(record))],
    });
    return rows[0].created;
  }

  async #schema(prepare: typeof prepareSchema): Promise<void> {
    try {
      await prepare(this.#place, this.#schemaName, ledgerTables);
    } catch (error) {
      throw ledgerFailure(error);
    }
  }
}
