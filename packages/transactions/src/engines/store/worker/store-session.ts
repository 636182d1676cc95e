import type { Lease } from '@holdfast/coordination';
import type { HoldfastError } from '@holdfast/core';
import type {
  EngineHost,
  JoinOptions,
  LedgerEngineFigures,
  LedgerSession,
  NewRun,
} from '../../../ledger/ledger-engine.ts';
import { ledgerClosed, ledgerFenced } from '../../../ledger/ledger-errors.ts';
import type { OwnedRun, RunChange, StoredRun } from '../../../ledger/run.ts';
import type { Retention } from '../../retention.ts';
import { checkKeyPart, Places } from '../ledger-keys.ts';
import { carriedOf, type RunHead } from '../run-head.ts';
import { ledgerFailure } from '../store-failure.ts';
import { type StorePlace, StoreVisit } from '../store-visit.ts';
import { Change } from './change-batch.ts';
import { ChangeLanes } from './change-lanes.ts';
import { enterChange } from './change-scope.ts';
import { commitOverhead, FencedCommits } from './fenced-commits.ts';
import { forgetEnded } from './forget-ended.ts';
import { type JoinedWorker, laneCount } from './join-worker.ts';
import { KeyLines } from './key-lines.ts';
import { LedgerNews } from './ledger-news.ts';
import { OwnRuns } from './own-runs.ts';
import { PersistentWork } from './persistent-work.ts';
import { RunAdoption } from './run-adoption.ts';
import { RunMessages } from './run-messages.ts';
import { RunOperations } from './run-operations.ts';
import { StoreRun } from './store-run.ts';

export interface SessionPlace extends StorePlace {
  readonly retention: Retention;
  /** Microseconds between transactions. */
  readonly commitInterval: number;
}

/** Messages that one append consumes, and keys that a run gives up with it: the rest goes into transactions of its own. */
const keysAtOnce = 40;
/** Between looks for runs that ended so long ago that they are forgotten. */
const sweepMillis = 60_000;
const none: readonly never[] = [];

/** A worker on a store. What others do comes by one watch; what it may have missed is read. */
export class StoreSession extends StoreVisit implements LedgerSession {
  readonly ledgerId: string;
  epoch: number;
  readonly figures: { -readonly [name in keyof LedgerEngineFigures]: number } = {
    runsCreated: 0,
    recordsAppended: 0,
    commits: 0,
    runsAdopted: 0,
  };
  readonly #life: string;
  readonly #lease: Lease;
  readonly #host: EngineHost;
  readonly #retention: Retention;
  readonly #places: Places;
  readonly #runs = new OwnRuns();
  /** Those that are being created, by their ids. */
  readonly #creating = new Map<string, Promise<OwnedRun | StoredRun>>();
  readonly #operations: RunOperations;
  readonly #changes: ChangeLanes;
  readonly #work: PersistentWork;
  readonly #lines: KeyLines;
  readonly #messages: RunMessages;
  readonly #adoption: RunAdoption;
  readonly #news: LedgerNews;
  #sweeping: Promise<void> | undefined;
  #closing: Promise<void> | undefined;

  constructor(at: SessionPlace, host: EngineHost, { types }: JoinOptions, worker: JoinedWorker) {
    super(at);
    const { ledgerId, life, lease, epoch } = worker;
    this.ledgerId = ledgerId;
    this.epoch = epoch;
    this.#life = life;
    this.#lease = lease;
    this.#host = host;
    this.#retention = at.retention;
    this.#places = new Places(epoch);
    this.#operations = new RunOperations(at, life);
    const { signal } = this.leaving;
    const { store, world, keys } = at;
    const failed = (error: unknown) => this.#lose(ledgerFailure(error, this.epoch));
    const lanes = Array.from({ length: laneCount }, (_, lane) => {
      const ofLane = { worker: keys.worker(life), lane: keys.lane(life, lane) };
      return new FencedCommits(store, world, ofLane, { lease, epoch, signal });
    });
    const [takeovers, ...others] = lanes as [FencedCommits, ...FencedCommits[]];
    const { transactionOperationsMax } = store.capabilities;
    const limits = { operations: transactionOperationsMax - commitOverhead, bytes: at.valueBytesMax };
    this.#changes = new ChangeLanes(
      { done: (batch) => this.#done(batch), failed: (error) => this.#lose(error) },
      { keys, world, lanes: others, limits, interval: at.commitInterval, epoch, signal },
    );
    this.#work = new PersistentWork({ world, signal, failed });
    this.#lines = new KeyLines({
      at,
      runs: this.#runs,
      operations: this.#operations,
      changes: this.#changes,
      work: this.#work,
      signal,
    });
    this.#messages = new RunMessages(at, this.#runs, this.#work);
    const typesDriven = new Set(types);
    this.#adoption = new RunAdoption({
      at,
      commits: takeovers,
      runs: this.#runs,
      lines: this.#lines,
      messages: this.#messages,
      work: this.#work,
      worker: () => ({ life, epoch: this.epoch, types: typesDriven }),
      epochIs: (current) => {
        this.epoch = current;
      },
      takesMore: () => this.over === undefined && this.#closing === undefined,
      adopted: (runs) => {
        this.figures.runsAdopted += runs.length;
        host.adopt(runs);
      },
    });
    this.#news = new LedgerNews(keys, {
      message: (place, sequence, bytes) => this.#messages.told(place, sequence, bytes),
      left: (key) => this.#lines.left(key),
      workerGone: () => this.#adoption.look(),
      gap: () => this.#lookAtAll(),
      failed,
    });
    lease.lost.addEventListener('abort', () => this.#lose(ledgerFenced(this.epoch)), { once: true });
  }

  /** Hears of what happens from here on, and takes the runs that nobody drives. */
  async begin(): Promise<void> {
    await this.#news.open(this.at.store);
    this.#adoption.look();
    this.#sweeping = this.#work.repeat('sweep', sweepMillis, (signal) =>
      forgetEnded(this.at, { retention: this.#retention, wall: this.at.world.clock.wall() }, signal),
    );
  }

  async create(run: NewRun): Promise<OwnedRun | StoredRun> {
    this.checkOpen();
    checkKeyPart('id', run.id);
    const known = this.#creating.get(run.id) ?? this.#runs.byId(run.id);
    if (known !== undefined) return known;
    const creating = this.#create(run);
    this.#creating.set(run.id, creating);
    try {
      return await creating;
    } finally {
      this.#creating.delete(run.id);
    }
  }

  async append(owned: OwnedRun, records: readonly Uint8Array[], change: RunChange = {}): Promise<void> {
    const run = owned as StoreRun;
    if (run.ending !== undefined) return run.ending;
    this.checkOpen();
    const { status, note, consumed = none } = change;
    const ends = status === 'ended';
    const wall = this.at.world.clock.wall();
    const { carried, rest } = ends ? carriedOf(records) : { carried: none, rest: records };
    const then = this.#operations.append(run, rest, wall);
    if (ends) this.#leaveManyLines(run);
    then.push(...this.#operations.consume(run, consumed.slice(0, keysAtOnce)));
    if (status !== undefined || note !== undefined) {
      // What it said of an earlier status is no longer so, unless it has ended by that.
      if (note !== undefined || !ends) run.note = note;
      run.statusNow = status ?? run.statusNow;
      then.push(...this.#operations.setHead(run, Math.floor(wall), carried));
    }
    const lines = ends ? this.#lines.subjectsOf(run) : none;
    const scope = enterChange('ledger append', run);
    const recordCount = records.length;
    const appended = this.#changes
      .add(new Change(ends ? 'end' : 'append', run, { then, lines, recordCount, scope }))
      .then(noValue);
    if (ends) {
      run.ending = appended;
      this.#lines.ended(run);
    }
    for (let done = keysAtOnce; done < consumed.length; done += keysAtOnce) {
      const more = this.#operations.consume(run, consumed.slice(done, done + keysAtOnce));
      this.#changes.add(new Change('append', run, { then: more })).catch(() => {});
    }
    return appended;
  }

  async claim(owned: OwnedRun, key: string): Promise<boolean> {
    const run = owned as StoreRun;
    this.checkOpen();
    checkKeyPart('key', key);
    return run.ending === undefined && this.#lines.claim(run, key);
  }

  async release(owned: OwnedRun, key: string): Promise<void> {
    const run = owned as StoreRun;
    this.checkOpen();
    await (run.ending ?? this.#lines.release(run, key));
  }

  override close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  protected override checkOpen(): void {
    super.checkOpen();
    if (this.#closing !== undefined) throw ledgerClosed();
  }

  async #create(run: NewRun): Promise<OwnedRun | StoredRun> {
    for (;;) {
      const found = (await this.#createNew(run)) ?? (await this.read(run.id));
      // It may have been forgotten in between.
      if (found !== undefined) return this.#runs.byId(run.id) ?? found;
    }
  }

  /** Undefined when there is a run of that id. */
  async #createNew({ id, type, version, records }: NewRun): Promise<StoreRun | undefined> {
    const { keys, world } = this.at;
    const wall = Math.floor(world.clock.wall());
    const times = { createdAt: wall, changedAt: wall };
    const head: RunHead = { id, type, version, status: 'running', ...times, worker: this.#life };
    const { carried, rest } = carriedOf(records);
    const run = new StoreRun(this.#places.next(wall), head, carried);
    run.records = records;
    run.nextPosition = carried.length;
    run.begin();
    const key = keys.run(id);
    const change = new Change('create', run, {
      compare: [{ key, target: 'createRevision', is: '=', value: 0 }],
      then: [...this.#operations.create(run, head), ...this.#operations.append(run, rest, wall)],
      else: [{ do: 'get', key }],
      recordCount: records.length,
      scope: enterChange('ledger create', run),
    });
    // What is left for it is heard of from the beginning.
    this.#runs.expect(run);
    let created = false;
    try {
      created = (await this.#changes.add(change)) === 'done';
    } finally {
      if (!created) this.#runs.forget(run);
    }
    if (!created) return undefined;
    this.#runs.add(run);
    this.figures.runsCreated++;
    return run;
  }

  /** A run that ends leaves all lines. Those that have no room in its last transaction it leaves just before. */
  #leaveManyLines(run: StoreRun): void {
    for (const key of [...run.claims.keys()].slice(keysAtOnce)) {
      this.#lines.release(run, key)?.catch(() => {});
    }
  }

  #done(batch: readonly Change[]): void {
    this.figures.commits++;
    for (const { kind, run, recordCount } of batch) {
      this.figures.recordsAppended += recordCount;
      if (kind === 'end') this.#runs.forget(run);
    }
  }

  /** Anything may have happened that was not told. */
  #lookAtAll(): void {
    this.#messages.lookForAll();
    this.#lines.lookAtAll();
    this.#adoption.look();
  }

  #lose(error: HoldfastError): void {
    if (this.over !== undefined) return;
    const told = this.#closing === undefined;
    this.#leave(error);
    this.#lease.revoke().catch(() => {});
    if (told) queueMicrotask(() => this.#host.lost(error));
  }

  /** Ends everything of it that is under way here. */
  #leave(error: HoldfastError): void {
    this.finish(error);
    this.#news.leave();
    this.#changes.leave(error);
  }

  async #close(): Promise<void> {
    await this.#changes.settled();
    const wasOver = this.over !== undefined;
    this.#leave(ledgerClosed());
    await Promise.all([this.#sweeping, this.#work.settled(), this.#news.left()]);
    // Where this does not arrive, the lease runs out.
    if (!wasOver) await this.#lease.revoke().catch(() => {});
  }
}

function noValue(): void {}
