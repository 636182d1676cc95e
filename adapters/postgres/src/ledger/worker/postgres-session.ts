import { assert, type HoldfastError, platformWorld, throwIfAborted } from '@holdfast/core';
import {
  type EngineHost,
  type LedgerEngineFigures,
  type LedgerSession,
  type NewRun,
  type OwnedRun,
  type RunChange,
  type StoredRun,
  transactionErrors,
} from '@holdfast/transactions';
import { ledgerClosed } from '@holdfast/transactions/engine';
import { Announcements } from '../../connection/announcements.ts';
import { checkText } from '../../connection/check-text.ts';
import { commitSettings } from '../../connection/commit-settings.ts';
import { StandingConnection } from '../../connection/standing-connection.ts';
import { readAnnouncement } from '../announcement.ts';
import { checkNewRun, checkRecords } from '../check-new-run.ts';
import { ledgerFailure } from '../ledger-failure.ts';
import { channelOf } from '../ledger-tables.ts';
import { type LedgerPlace, PostgresVisit } from '../postgres-visit.ts';
import { AttachedRecords, type AttachedWork } from './attached-records.ts';
import { BatchNumbers } from './batch-numbers.ts';
import type { Change, ChangeBatch } from './change-batch.ts';
import { ChangeWriter } from './change-writer.ts';
import { LeaseKeeping } from './lease-keeping.ts';
import { OwnRuns } from './own-runs.ts';
import { PostgresRun, RunClaim } from './postgres-run.ts';
import { RunAdoption } from './run-adoption.ts';
import { RunNews } from './run-news.ts';
import { WorkerLife } from './worker-life.ts';

export interface SessionOptions extends LedgerPlace {
  /** Unquoted. */
  readonly schemaName: string;
  readonly types: readonly string[];
  /** Microseconds. */
  readonly lease: number;
  /** Microseconds that a run is kept after it has ended. */
  readonly retention: number;
}

/** What the ledger says to a worker that joins it. */
interface JoinedRow {
  readonly worker: number;
  readonly epoch: number;
  readonly ledger_id: string;
}

const writerSettings: readonly string[] = [
  ...commitSettings,
  'SET default_transaction_read_only = off',
  'SET statement_timeout = 0',
];

/**
 * A worker on PostgreSQL. It has two connections of its own: one on which it commits, batch after batch, each with one
 * call; and one on which it hears what is announced and renews its lease.
 */
export class PostgresSession extends PostgresVisit implements LedgerSession {
  readonly ledgerId: string;
  readonly worker: number;
  epoch: number;
  readonly #schema: string;
  readonly #host: EngineHost;
  readonly #announcements: Announcements;
  readonly #connection: StandingConnection;
  readonly #life: WorkerLife;
  readonly #runs = new OwnRuns();
  readonly #writer: ChangeWriter;
  readonly #attached: AttachedRecords;
  readonly #adoption: RunAdoption;
  readonly #news: RunNews;
  readonly #lease: LeaseKeeping;
  readonly #figures = { runsCreated: 0, recordsAppended: 0, commits: 0, runsAdopted: 0 };

  static async join(options: SessionOptions, host: EngineHost): Promise<PostgresSession> {
    const hears: { session?: PostgresSession } = {};
    const announcements = new Announcements(options.pool, {
      channel: channelOf(options.schemaName),
      answerTimeout: options.answerTimeout,
      heard: (payload) => hears.session?.hear(payload),
      gap: () => hears.session?.hearAnew(),
    });
    try {
      await announcements.open();
      const askedAt = platformWorld().clock.now();
      const [row] = await announcements.query({
        text: `SELECT worker::float8, epoch::float8, (SELECT id FROM ${options.schema}.ledger) AS ledger_id
          FROM ${options.schema}.join_ledger($1)`,
        values: [options.lease / 1_000],
      });
      const session = new PostgresSession(options, host, announcements, row);
      hears.session = session;
      session.#lease.begin(askedAt);
      session.#adoption.look();
      return session;
    } catch (error) {
      announcements.close();
      throw ledgerFailure(error);
    }
  }

  private constructor(
    options: SessionOptions,
    host: EngineHost,
    announcements: Announcements,
    { worker, epoch, ledger_id }: JoinedRow,
  ) {
    super(options, announcements);
    const { pool, schema, answerTimeout, types, lease, retention } = options;
    this.#schema = schema;
    this.#host = host;
    this.#announcements = announcements;
    this.ledgerId = ledger_id;
    this.worker = worker;
    this.epoch = epoch;
    const connection = new StandingConnection(pool, { answerTimeout, settings: writerSettings });
    const life = new WorkerLife((error) => this.#lost(error));
    const numbers = new BatchNumbers();
    this.#connection = connection;
    this.#life = life;
    this.#writer = new ChangeWriter({
      connection,
      schema,
      worker,
      numbers,
      life,
      committed: (batch) => this.#committed(batch),
      refused: (run) => this.#forget(run),
    });
    this.#attached = new AttachedRecords({
      server: options,
      schema,
      worker,
      numbers,
      life,
      asks: connection,
    });
    this.#adoption = new RunAdoption({
      announcements,
      writing: connection,
      schema,
      worker,
      types,
      runs: this.#runs,
      life,
      epochIs: (current) => {
        this.epoch = current;
      },
      adopted: (runs) => {
        this.#figures.runsAdopted += runs.length;
        host.adopt(runs);
      },
    });
    this.#news = new RunNews(announcements, schema, this.#runs, life);
    this.#lease = new LeaseKeeping({
      connection: announcements,
      schema,
      worker,
      types,
      lease,
      retention,
      numbers,
      life,
      workFound: () => this.#adoption.look(),
      over: () => life.lose(leaseOver(this.epoch)),
    });
  }

  get figures(): LedgerEngineFigures {
    return { ...this.#figures };
  }

  async create(run: NewRun): Promise<OwnedRun | StoredRun> {
    this.checkOpen();
    checkNewRun(run);
    const known = this.#runs.get(run.id);
    if (known?.given === true) return known;
    this.#writer.checkRoom();
    const own = new PostgresRun({ ...run, status: 'running', note: undefined, createdAt: 0 });
    // What is announced for it is heard of from the beginning.
    if (known === undefined) this.#runs.add(own);
    const created = await this.#changed<boolean>((done, failed) => ({
      kind: 'create',
      run: own,
      done,
      failed,
    }));
    if (created) return own;
    const there = this.#runs.get(run.id);
    // There may be none any more, in this moment.
    return there?.given === true ? there : ((await this.read(run.id)) ?? this.create(run));
  }

  append(run: OwnedRun, records: readonly Uint8Array[], change?: RunChange): Promise<void> {
    const own = ownOf(run);
    if (own.ending !== undefined) return own.ending;
    const appended = this.#changed<void>((done, failed) => {
      checkRecords(records);
      return { kind: 'append', run: own, records, change, done, failed };
    });
    if (change?.status === 'ended') own.ending = appended;
    return appended;
  }

  async claim(run: OwnedRun, key: string): Promise<boolean> {
    checkText('key', key);
    const own = ownOf(run);
    let claim = own.claims.get(key);
    if (claim?.place !== undefined) return claim.held;
    claim ??= new RunClaim();
    own.claims.set(key, claim);
    return this.#changed<boolean>((done, failed) => ({ kind: 'claim', run: own, key, claim, done, failed }));
  }

  async release(run: OwnedRun, key: string): Promise<void> {
    checkText('key', key);
    const own = ownOf(run);
    own.claims.delete(key);
    return this.#changed<void>((done, failed) => ({ kind: 'release', run: own, key, done, failed }));
  }

  async attach(run: OwnedRun, work: AttachedWork, signal?: AbortSignal): Promise<void> {
    throwIfAborted(signal, 'attach');
    this.checkOpen();
    const count = await this.#attached.attach(ownOf(run), work, signal);
    this.#figures.commits++;
    this.#figures.recordsAppended += count;
  }

  override async close(): Promise<void> {
    if (this.#life.closing) return;
    this.#life.closing = true;
    await Promise.all([this.#writer.settled(), this.#attached.settled()]);
    this.#life.end();
    await Promise.all([this.#lease.settled(), this.#adoption.settled(), this.#news.settled()]);
    // Where this does not arrive, the lease runs out.
    if (this.#life.lost === undefined) {
      const text = `SELECT ${this.#schema}.leave_ledger($1)`;
      await this.#announcements.query({ text, values: [this.worker] }).catch(() => {});
    }
    this.#leave(ledgerClosed());
  }

  hear(payload: string): void {
    const { kind, id = '' } = readAnnouncement(payload) ?? {};
    if (kind === 'end') this.wakeOne(id);
    else if (kind === 'work') this.#adoption.look();
    else if (kind !== undefined) {
      const run = this.#runs.get(id);
      if (run !== undefined) this.#news.announced(run);
    }
  }

  /** What was announced meanwhile was missed. */
  hearAnew(): void {
    this.wakeAll();
    for (const run of this.#runs) this.#news.announced(run);
    this.#adoption.look();
  }

  protected override checkOpen(): void {
    super.checkOpen();
    if (this.#life.closing) throw ledgerClosed();
  }

  /** What became of a change, which is committed with the next batch. */
  #changed<Result>(
    make: (done: (result: Result) => void, failed: (error: unknown) => void) => Change,
  ): Promise<Result> {
    return new Promise((resolve, reject) => {
      this.checkOpen();
      this.#writer.add(make(resolve, reject));
    });
  }

  #committed({ changes, recordCount }: ChangeBatch): void {
    this.#figures.commits++;
    this.#figures.recordsAppended += recordCount;
    for (const { kind, run } of changes) {
      if (kind === 'create' && run.number !== 0) this.#figures.runsCreated++;
      if (run.statusNow === 'ended' || run.number === 0) this.#forget(run);
      else if (run.announced) this.#news.announced(run);
    }
  }

  #forget(run: PostgresRun): void {
    this.#runs.forget(run);
    if (run.hidesAdopted) this.#adoption.lookForHidden();
  }

  #lost(error: HoldfastError): void {
    this.#leave(error);
    if (!this.#life.closing) setImmediate(() => this.#host.lost(error));
  }

  /** Ends everything of it that is under way here. */
  #leave(error: HoldfastError): void {
    this.#life.end();
    this.#lease.end();
    this.#writer.end(error);
    this.#connection.close();
    this.end(error);
  }
}

function ownOf(run: OwnedRun): PostgresRun {
  assert(run instanceof PostgresRun, 'the run was not made by this engine');
  return run;
}

function leaseOver(epoch: number): HoldfastError {
  return transactionErrors.create('LEDGER_FENCED', {
    message: `the lease of epoch ${epoch} could not be renewed in time: others may take its runs; open the ledger anew`,
    context: { epoch },
  });
}
