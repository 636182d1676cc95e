import {
  assert,
  type HoldfastError,
  isHoldfastError,
  platformWorld,
  sleep,
  throwIfAborted,
} from '@holdfast/core';
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
import { unlessAborted } from '@holdfast/transactions/engine';
import { Announcements } from '../connection/announcements.ts';
import { connect, giveBack, rollBack } from '../connection/ask.ts';
import { checkText } from '../connection/check-text.ts';
import { postgresFailure, sqlState } from '../connection/postgres-failure.ts';
import type { PooledConnection, PostgresStatement } from '../connection/postgres-pool.ts';
import { StandingConnection } from '../connection/standing-connection.ts';
import { readAnnouncement } from './announcement.ts';
import { type Change, ChangeBatch } from './change-batch.ts';
import { checkNewRun, checkRecords } from './check-new-run.ts';
import { LeaseEnd } from './lease-end.ts';
import { ledgerFailure } from './ledger-failure.ts';
import { channelOf } from './ledger-tables.ts';
import { PostgresRun, RunClaim } from './postgres-run.ts';
import { type LedgerPlace, ledgerClosed, PostgresVisit } from './postgres-visit.ts';
import { adoptedRun, ownRuns, readAdopted, readNews } from './read-runs.ts';

export interface SessionOptions extends LedgerPlace {
  /** Unquoted. */
  readonly schemaName: string;
  readonly types: readonly string[];
  /** Microseconds. */
  readonly lease: number;
  /** Microseconds that a run is kept after it has ended. */
  readonly retention: number;
}

/** Of one batch at most. */
const batchChangesMax = 4_096;
const batchBytesMax = 4 * 1_048_576;
/** Changes that may wait before new runs are refused. Those of runs under way are bounded by these. */
const waitingMax = 100_000;
/** Runs that are adopted at once. */
const adoptedMax = 1_000;
/** Runs that are forgotten at once. */
const forgottenMax = 1_000;
const forgetEveryMicros = 60_000_000;
const pauseFirst = 10;
const pauseMax = 500;
/** Of the lease: where the clocks of the server and of this machine differ in speed, the lease still ends here first. */
const leaseShare = 0.98;

/** What a batch must be able to rely on, whatever the defaults of the database are. */
const writerSettings: readonly string[] = [
  `SET default_transaction_isolation = 'read committed'`,
  'SET default_transaction_read_only = off',
  `SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'`,
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
  readonly #options: SessionOptions;
  readonly #host: EngineHost;
  readonly #announcements: Announcements;
  readonly #writer: StandingConnection;
  readonly #leaseEnd: LeaseEnd;
  readonly #leaving = new AbortController();
  /** Those that are driven here, and those that are being created, by their ids. */
  readonly #runs = new Map<string, PostgresRun>();
  readonly #figures = { runsCreated: 0, recordsAppended: 0, commits: 0, runsAdopted: 0 };
  #queue: Change[] = [];
  #writing: Promise<void> | undefined;
  #nextBatch = 1;
  /** Batches whose fate is open. */
  readonly #openBatches = new Set<number>();
  #looking: Promise<void> | undefined;
  #adopting: Promise<void> | undefined;
  #adoptAgain = false;
  /**
   * Runs may be this worker's without its having heard of it. They are looked for on the writing connection, between
   * batches: so what is seen there is not older than what is known here.
   */
  #adoptedUnheard = false;
  /** The same, because a run was being created under the id of one that was adopted. */
  #adoptedHidden = false;
  #keeping: Promise<void> | undefined;
  /** Calls of {@link attach}. */
  readonly #attaching = new Set<Promise<void>>();
  #over: HoldfastError | undefined;
  #closed = false;

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
      session.#leaseEnd.renew(askedAt);
      session.#keeping = session.#keepLease();
      session.#adopt();
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
    { worker, epoch, ledger_id }: { worker: number; epoch: number; ledger_id: string },
  ) {
    super(options, announcements);
    this.#options = options;
    this.#host = host;
    this.#announcements = announcements;
    this.ledgerId = ledger_id;
    this.worker = worker;
    this.epoch = epoch;
    this.#leaseEnd = new LeaseEnd(options.lease * leaseShare, () => this.#lose(leaseOver(this.epoch)));
    this.#writer = new StandingConnection(options.pool, {
      answerTimeout: options.answerTimeout,
      settings: writerSettings,
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
    if (this.#queue.length >= waitingMax) throw busy(this.#queue.length);
    const own = new PostgresRun({ ...run, status: 'running', note: undefined, createdAt: 0 });
    // What is announced for it is heard of from the beginning.
    if (known === undefined) this.#runs.set(run.id, own);
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
    const own = this.#own(run);
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
    const own = this.#own(run);
    let claim = own.claims.get(key);
    if (claim?.place !== undefined) return claim.held;
    claim ??= new RunClaim();
    own.claims.set(key, claim);
    return this.#changed<boolean>((done, failed) => ({ kind: 'claim', run: own, key, claim, done, failed }));
  }

  async release(run: OwnedRun, key: string): Promise<void> {
    checkText('key', key);
    const own = this.#own(run);
    own.claims.delete(key);
    return this.#changed<void>((done, failed) => ({ kind: 'release', run: own, key, done, failed }));
  }

  async attach(
    run: OwnedRun,
    work: (transaction: unknown) => Promise<readonly Uint8Array[]>,
    signal?: AbortSignal,
  ): Promise<void> {
    throwIfAborted(signal, 'attach');
    this.checkOpen();
    const attaching = this.#attach(this.#own(run), work, signal);
    this.#attaching.add(attaching);
    try {
      await attaching;
    } finally {
      this.#attaching.delete(attaching);
    }
  }

  override async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await Promise.allSettled([this.#writing, ...this.#attaching]);
    this.#leaving.abort();
    await Promise.all([this.#keeping, this.#adopting, this.#looking]);
    if (this.#over === undefined) {
      // Where this does not arrive, the lease runs out.
      await this.#announcements.query(this.#call('leave_ledger($1)', [this.worker])).catch(() => {});
    }
    this.#leave(ledgerClosed());
  }

  hear(payload: string): void {
    const { kind, id = '' } = readAnnouncement(payload) ?? {};
    if (kind === 'end') this.wakeOne(id);
    else if (kind === 'work') this.#adopt();
    else if (kind !== undefined) {
      const run = this.#runs.get(id);
      if (run !== undefined) this.#look(run);
    }
  }

  /** What was announced meanwhile was missed. */
  hearAnew(): void {
    this.wakeAll();
    for (const run of this.#runs.values()) this.#look(run);
    this.#adopt();
  }

  protected override checkOpen(): void {
    super.checkOpen();
    if (this.#closed) throw ledgerClosed();
  }

  #own(run: OwnedRun): PostgresRun {
    assert(run instanceof PostgresRun, 'the run was not made by this engine');
    return run;
  }

  /** Puts a change in line for the next batch. */
  #changed<Result>(
    make: (done: (result: Result) => void, failed: (error: unknown) => void) => Change,
  ): Promise<Result> {
    return new Promise((resolve, reject) => {
      this.checkOpen();
      this.#queue.push(make(resolve, reject));
      this.#writing ??= this.#write();
    });
  }

  /** Commits what waits, batch after batch. What is asked for in one turn goes into one batch. */
  async #write(): Promise<void> {
    await turnEnded();
    while (this.#queue.length > 0) {
      const batch = this.#takeBatch();
      const number = this.#nextBatch++;
      this.#openBatches.add(number);
      const answer = await this.#commit(batch, number);
      this.#openBatches.delete(number);
      if (answer === 'full') await this.#makeRoom(batch);
      else if (answer === 'over') for (const { failed } of batch.changes) failed(this.#over);
      else this.#settle(batch, answer.text);
      await turnEnded();
    }
    this.#writing = undefined;
  }

  #takeBatch(): ChangeBatch {
    let bytes = 0;
    let count = 0;
    while (count < this.#queue.length && count < batchChangesMax && bytes < batchBytesMax) {
      bytes += sizeOf(this.#queue[count++]!);
    }
    return new ChangeBatch(this.#queue.splice(0, count));
  }

  /** A batch's answer. It is repeated until there is one, and taken once. */
  async #commit(batch: ChangeBatch, number: number): Promise<{ readonly text: string } | 'full' | 'over'> {
    const { schema } = this.#options;
    const statement: PostgresStatement = {
      name: `${schema} commit`,
      text: `SELECT ${schema}.commit_batch(
        $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18
      ) AS text`,
      values: batch.values(this.worker, number),
    };
    for (let attempt = 1; this.#over === undefined; attempt++) {
      try {
        return (await this.#writer.query(statement))[0];
      } catch (error) {
        // After a lost answer, a conflict says that it had been taken.
        const answer = attempt > 1 && sqlState(error) === '23505' ? await this.#answered(number) : undefined;
        if (answer !== undefined) return answer;
        const failure = ledgerFailure(error);
        if (failure.code === 'LEDGER_FULL' && attempt === 1) return 'full';
        if (!this.#isBearable(failure)) break;
        await sleep(Math.min(pauseFirst * 2 ** (attempt - 1), pauseMax));
      }
    }
    return 'over';
  }

  /** What was answered to a batch; undefined when that could not be found out now. */
  async #answered(number: number): Promise<{ readonly text: string } | undefined> {
    const text = `SELECT answer AS text FROM ${this.#options.schema}.batches WHERE worker = $1 AND batch = $2`;
    try {
      return (await this.#writer.query({ text, values: [this.worker, number] }))[0];
    } catch {
      return undefined;
    }
  }

  /** Refuses new runs. What is to be written of those under way goes to the head of the line, for later. */
  async #makeRoom({ changes }: ChangeBatch): Promise<void> {
    const full = ledgerFailure({ code: '53100', message: 'its disk is full' });
    for (const { kind, run, failed } of changes) {
      if (kind !== 'create') continue;
      this.#forgetRun(run);
      failed(full);
    }
    this.#queue.unshift(...changes.filter(({ kind }) => kind !== 'create'));
    await this.#pause(pauseMax);
  }

  #settle(batch: ChangeBatch, answer: string): void {
    this.#figures.commits++;
    this.#figures.recordsAppended += batch.recordCount;
    batch.settle(answer);
    for (const { kind, run } of batch.changes) {
      if (kind === 'create' && run.number !== 0) this.#figures.runsCreated++;
      if (run.statusNow === 'ended' || run.number === 0) this.#forgetRun(run);
      else if (run.announced) this.#look(run);
    }
  }

  #forgetRun(run: PostgresRun): void {
    run.claims.clear();
    if (this.#runs.get(run.id) === run) this.#runs.delete(run.id);
    if (!run.hidesAdopted) return;
    this.#adoptedHidden = true;
    this.#adopt();
  }

  async #attach(
    run: PostgresRun,
    work: (transaction: unknown) => Promise<readonly Uint8Array[]>,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    const connection = await connect(this.#options).catch((error) => {
      throw ledgerFailure(error);
    });
    let broken = false;
    try {
      await connection.query({ text: 'BEGIN' });
      const records = await unlessAborted(work(connection), 'attach', signal);
      throwIfAborted(signal, 'attach');
      await this.#commitAttached(connection, run, records);
    } catch (error) {
      // Work that does not heed its signal may still use the connection: closed, it rolls back and takes no more.
      broken = signal?.aborted === true || !(await rollBack(connection));
      throw error;
    } finally {
      giveBack(connection, broken);
    }
  }

  async #commitAttached(
    connection: PooledConnection,
    run: PostgresRun,
    records: readonly Uint8Array[],
  ): Promise<void> {
    const { schema } = this.#options;
    const position = run.nextPosition;
    run.nextPosition += records.length;
    const number = this.#nextBatch++;
    this.#openBatches.add(number);
    const bytes = records.map((record) => `'\\x${Buffer.from(record).toString('hex')}'::bytea`).join();
    const values = `${this.worker}, ${number}, ${run.number}, ${position}, ARRAY[${bytes}]::bytea[]`;
    try {
      // In one message: so no lock of the worker waits for this process.
      await connection.query({ text: `SELECT ${schema}.attach_records(${values}); COMMIT` });
    } catch (error) {
      if (postgresFailure(error) !== 'unknown') {
        throw sqlState(error)?.startsWith('HF') === true ? ledgerFailure(error) : error;
      }
      if (!(await this.#hasTaken(number))) throw ledgerFailure(error);
    } finally {
      this.#openBatches.delete(number);
    }
    this.#figures.commits++;
    this.#figures.recordsAppended += records.length;
  }

  /** Whether a batch was taken whose answer was lost. If not, it is not taken any more. */
  async #hasTaken(number: number): Promise<boolean> {
    const statement = this.#call('settle_batch($1, $2) AS taken', [this.worker, number]);
    for (;;) {
      if (this.#over !== undefined) throw this.#over;
      try {
        const [row] = await this.#writer.query(statement);
        return row.taken;
      } catch (error) {
        if (ledgerFailure(error).code !== 'LEDGER_UNAVAILABLE') throw ledgerFailure(error);
        await sleep(pauseMax);
      }
    }
  }

  /** There is something for the run. */
  #look(run: PostgresRun): void {
    run.announced = true;
    if (this.#over === undefined && !this.#closed) this.#looking ??= this.#lookAtAll();
  }

  /** Reads the messages and grants of the runs for which there is something. */
  async #lookAtAll(): Promise<void> {
    await turnEnded();
    for (;;) {
      // Those that are being created are looked at once they are there.
      const runs = [...this.#runs.values()].filter(({ announced, number }) => announced && number !== 0);
      if (runs.length === 0 || this.#leaving.signal.aborted) break;
      for (const run of runs) run.announced = false;
      try {
        await readNews(this.#announcements, this.#options.schema, runs);
      } catch (error) {
        for (const run of runs) run.announced = true;
        if (!this.#isBearable(error) || !(await this.#pause(pauseMax))) break;
      }
    }
    this.#looking = undefined;
  }

  /** Takes over runs whose workers are dead, and those that have had none. */
  #adopt(): void {
    this.#adoptAgain = true;
    if (this.#over === undefined && !this.#closed) this.#adopting ??= this.#adoptAll();
  }

  async #adoptAll(): Promise<void> {
    while (this.#adoptAgain && !this.#leaving.signal.aborted) {
      this.#adoptAgain = false;
      try {
        while (await this.#adoptSome());
      } catch (error) {
        this.#adoptAgain = true;
        if (!this.#isBearable(error) || !(await this.#pause(pauseMax))) break;
      }
    }
    this.#adopting = undefined;
  }

  /** Whether there may be more. */
  async #adoptSome(): Promise<boolean> {
    const { types } = this.#options;
    const unheard = this.#adoptedUnheard || this.#adoptedHidden;
    this.#adoptedUnheard = true;
    this.#adoptedHidden = false;
    const rows = unheard
      ? await this.#writer.query(ownRuns(this.#options.schema, this.worker))
      : await this.#announcements.query(
          this.#call('adopt_runs($1, $2, $3)', [this.worker, types, adoptedMax], '*'),
        );
    // Known before their messages and keys are read: what is announced from here on is looked at again.
    const adopted: PostgresRun[] = [];
    for (const row of rows) {
      const known = this.#runs.get(row.id);
      if (known === undefined) adopted.push(adoptedRun(row));
      // It is being started again: looked for anew when that has been answered.
      else if (known.number === 0) known.hidesAdopted = true;
    }
    for (const run of adopted) this.#runs.set(run.id, run);
    if (rows.length > 0) this.epoch = rows[0].own_epoch;
    try {
      await readAdopted(this.#announcements, this.#options.schema, adopted);
    } catch (error) {
      for (const run of adopted) this.#forgetRun(run);
      throw error;
    }
    this.#adoptedUnheard = false;
    if (adopted.length > 0 && this.#over === undefined && !this.#closed) {
      this.#figures.runsAdopted += adopted.length;
      for (const run of adopted) run.given = true;
      this.#host.adopt(adopted);
    }
    return unheard || rows.length > 0;
  }

  async #keepLease(): Promise<void> {
    const { schema, lease, types, retention } = this.#options;
    const { clock } = platformWorld();
    let forgotAt = clock.now() - forgetEveryMicros;
    while (await this.#pause(lease / 3_000)) {
      try {
        const askedAt = clock.now();
        const oldest = Math.min(this.#nextBatch, ...this.#openBatches);
        const statement = this.#call('renew_lease($1, $2, $3, $4) AS work', [
          this.worker,
          lease / 1_000,
          oldest,
          types,
        ]);
        const [row] = await this.#announcements.query(statement);
        this.#leaseEnd.renew(askedAt);
        if (row.work) this.#adopt();
        if (clock.now() - forgotAt < forgetEveryMicros) continue;
        forgotAt = clock.now();
        const text = `SELECT ${schema}.forget_runs($1, $2)`;
        await this.#announcements.query({ text, values: [retention / 1_000, forgottenMax] });
      } catch (error) {
        if (!this.#isBearable(error)) return;
      }
    }
  }

  /** False when the worker's time is over by that. */
  #isBearable(error: unknown): boolean {
    if (this.#over !== undefined || this.#leaving.signal.aborted) return false;
    const failure = ledgerFailure(error);
    if (failure.code === 'LEDGER_UNAVAILABLE' || failure.code === 'LEDGER_FULL') return true;
    this.#lose(failure);
    return false;
  }

  #lose(error: HoldfastError): void {
    if (this.#over !== undefined) return;
    this.#over = error;
    this.#leave(error);
    if (!this.#closed) setImmediate(() => this.#host.lost(error));
  }

  /** Ends everything of it that is under way here. */
  #leave(error: HoldfastError): void {
    this.#leaving.abort();
    this.#leaseEnd.cancel();
    for (const { failed } of this.#queue.splice(0)) failed(error);
    this.#writer.close();
    this.end(error);
  }

  async #pause(millis: number): Promise<boolean> {
    try {
      await sleep(millis, { signal: this.#leaving.signal });
      return true;
    } catch (error) {
      if (isHoldfastError(error) && error.code === 'ABORTED') return false;
      throw error;
    }
  }

  #call(call: string, values: unknown[], what = ''): PostgresStatement {
    const { schema } = this.#options;
    return {
      text: what === '' ? `SELECT ${schema}.${call}` : `SELECT ${what} FROM ${schema}.${call}`,
      values,
    };
  }
}

function sizeOf(change: Change): number {
  if (change.kind === 'claim' || change.kind === 'release') return change.key.length;
  const records = change.kind === 'append' ? change.records : change.run.records;
  return records.reduce((sum, { length }) => sum + length, 0);
}

/** Resolves when what the present turn has set going has been asked for. */
function turnEnded(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

function busy(waiting: number): HoldfastError {
  return transactionErrors.create('LEDGER_BUSY', {
    message: `${waiting} changes wait to be committed, and no more runs are taken until they are: start them slower`,
    context: { waiting },
  });
}

function leaseOver(epoch: number): HoldfastError {
  return transactionErrors.create('LEDGER_FENCED', {
    message: `the lease of epoch ${epoch} could not be renewed in time: others may take its runs; open the ledger anew`,
    context: { epoch },
  });
}
