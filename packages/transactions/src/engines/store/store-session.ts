import type { Lease, Operation } from '@holdfast/coordination';
import {
  enterOperation,
  type HoldfastError,
  type OperationScope,
  operationsObserved,
  runWithoutDeadline,
  sleep,
} from '@holdfast/core';
import type {
  EngineHost,
  JoinOptions,
  LedgerEngineFigures,
  LedgerSession,
  NewRun,
} from '../../ledger/ledger-engine.ts';
import { ledgerClosed, ledgerFenced } from '../../ledger/ledger-errors.ts';
import type { OwnedRun, RunChange, StoredRun } from '../../ledger/run.ts';
import type { Retention } from '../retention.ts';
import { adoptRuns } from './adopt-runs.ts';
import { Change } from './change-batch.ts';
import { ChangeLanes } from './change-lanes.ts';
import { commitOverhead, FencedCommits } from './fenced-commits.ts';
import { forgetEnded } from './forget-ended.ts';
import { type JoinedWorker, laneCount } from './join-worker.ts';
import { firstInLine, turnBytes } from './key-line.ts';
import { after, checkKeyPart, Places } from './ledger-keys.ts';
import { LedgerNews, type NewsListener } from './ledger-news.ts';
import { RepeatedWork } from './repeated-work.ts';
import { carriedOf, headBytes, type RunHead, recordsBytes } from './run-head.ts';
import { isPassing, ledgerFailure } from './store-failure.ts';
import { StoreClaim, StoreRun } from './store-run.ts';
import { type StorePlace, StoreVisit } from './store-visit.ts';
import { entriesOf, messageOf, readAll, readAtOnce, readData } from './stored-data.ts';

export interface SessionPlace extends StorePlace {
  readonly retention: Retention;
  /** Microseconds between transactions. */
  readonly commitInterval: number;
}

/** A worker on a store. What others do comes by one watch; what it may have missed is read. */
export class StoreSession extends StoreVisit implements LedgerSession, NewsListener {
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
  readonly #changes: ChangeLanes;
  /** Its takeovers have a lane of their own. */
  readonly #takeovers: FencedCommits;
  readonly #types: ReadonlySet<string>;
  /** Those that are driven here, by their places. */
  readonly #runs = new Map<string, StoreRun>();
  readonly #byId = new Map<string, StoreRun>();
  /** Those that are being created, by their ids. */
  readonly #creating = new Map<string, Promise<OwnedRun | StoredRun>>();
  /** Own runs in the line of a key that they do not hold yet. */
  readonly #awaiting = new Map<string, Set<StoreRun>>();
  readonly #news: LedgerNews;
  readonly #looks = new RepeatedWork();
  #turn = 0;
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
    this.#news = new LedgerNews(at.keys, this);
    this.#places = new Places(epoch);
    const { signal } = this.leaving;
    const { store, world, keys } = at;
    const lanes = Array.from({ length: laneCount }, (_, lane) => {
      const ofLane = { worker: keys.worker(life), lane: keys.lane(life, lane) };
      return new FencedCommits(store, world, ofLane, { lease, epoch, signal });
    });
    const [takeovers, ...others] = lanes as [FencedCommits, ...FencedCommits[]];
    this.#takeovers = takeovers;
    const { transactionOperationsMax } = store.capabilities;
    const limits = { operations: transactionOperationsMax - commitOverhead, bytes: at.valueBytesMax };
    this.#changes = new ChangeLanes(
      { done: (batch) => this.#count(batch), failed: (error) => this.#lose(error) },
      { keys, world, lanes: others, limits, interval: at.commitInterval, epoch, signal },
    );
    this.#types = new Set(types);
    lease.lost.addEventListener('abort', () => this.#lose(ledgerFenced(this.epoch)), { once: true });
  }

  /** Hears of what happens from here on, and takes the runs that nobody drives. */
  async begin(): Promise<void> {
    await this.#news.open(this.at.store);
    this.#adopt();
    this.#sweeping = this.#sweep();
  }

  async create(run: NewRun): Promise<OwnedRun | StoredRun> {
    this.checkOpen();
    checkKeyPart('id', run.id);
    const known = this.#creating.get(run.id) ?? this.#byId.get(run.id);
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
    const wall = this.at.world.clock.wall();
    const { carried, rest } = status === 'ended' ? carriedOf(records) : { carried: none, rest: records };
    const then = this.#recordOperations(run, rest, wall);
    if (status === 'ended') this.#leaveManyLines(run);
    then.push(...this.#consumeOperations(run, consumed.slice(0, keysAtOnce)));
    if (status !== undefined || note !== undefined) {
      // What it said of an earlier status is no longer so, unless it has ended by that.
      if (note !== undefined || status !== 'ended') run.note = note;
      run.statusNow = status ?? run.statusNow;
      then.push(...this.#headOperations(run, Math.floor(wall), carried));
    }
    const kind = status === 'ended' ? 'end' : 'append';
    const lines = status === 'ended' ? this.#linesOf(run) : none;
    const scope = enter('ledger append', run);
    const appending = new Change(kind, run, { then, lines, recordCount: records.length, scope });
    const appended = this.#changes.add(appending).then(noValue);
    if (scope !== undefined) endWith(scope, appended);
    if (status === 'ended') {
      run.ending = appended;
      for (const key of run.claims.keys()) this.#leaveLine(run, key);
    }
    for (let done = keysAtOnce; done < consumed.length; done += keysAtOnce) {
      const rest = this.#consumeOperations(run, consumed.slice(done, done + keysAtOnce));
      this.#changes.add(new Change('append', run, { then: rest })).catch(() => {});
    }
    return appended;
  }

  async claim(owned: OwnedRun, key: string): Promise<boolean> {
    const run = owned as StoreRun;
    this.checkOpen();
    checkKeyPart('key', key);
    if (run.ending !== undefined) return false;
    let claim = run.claims.get(key);
    if (claim === undefined) {
      claim = new StoreClaim();
      run.claims.set(key, claim);
      this.#awaitKey(run, key);
      claim.answer = this.#claim(run, key, claim);
    }
    return claim.answered ? claim.held : claim.answer!;
  }

  async release(owned: OwnedRun, key: string): Promise<void> {
    const run = owned as StoreRun;
    this.checkOpen();
    if (run.ending !== undefined) return run.ending;
    if (!run.claims.delete(key)) return;
    this.#leaveLine(run, key);
    const then = this.#leaveOperations(run, key);
    await this.#changes.add(new Change('release', run, { then, lines: [this.at.keys.line(key)] }));
  }

  override close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  message(place: string, sequence: number, bytes: Uint8Array): void {
    const run = this.#runs.get(place);
    if (run === undefined) return;
    if (!run.ready) run.missed = true;
    else if (sequence === run.lastSequence + 1) run.deliver({ sequence, bytes });
    else this.#lookForMessages(run);
  }

  left(key: string): void {
    if (this.#awaiting.has(key)) this.#look(key);
  }

  workerGone(): void {
    this.#adopt();
  }

  gap(): void {
    for (const run of this.#runs.values()) {
      if (run.ready) this.#lookForMessages(run);
      else run.missed = true;
    }
    for (const key of this.#awaiting.keys()) this.#look(key);
    this.#adopt();
  }

  failed(error: unknown): void {
    this.#lose(ledgerFailure(error, this.epoch));
  }

  protected override checkOpen(): void {
    super.checkOpen();
    if (this.#closing !== undefined) throw ledgerClosed();
  }

  async #create(run: NewRun): Promise<OwnedRun | StoredRun> {
    for (;;) {
      const found = (await this.#createNew(run)) ?? (await this.read(run.id));
      // It may have been forgotten in between.
      if (found !== undefined) return this.#byId.get(run.id) ?? found;
    }
  }

  /** Undefined when there is a run of that id. */
  async #createNew({ id, type, version, records }: NewRun): Promise<StoreRun | undefined> {
    const { keys, world } = this.at;
    const wall = Math.floor(world.clock.wall());
    const head: RunHead = {
      id,
      type,
      version,
      status: 'running',
      createdAt: wall,
      changedAt: wall,
      worker: this.#life,
    };
    const { carried, rest } = carriedOf(records);
    const run = new StoreRun(this.#places.next(wall), head, carried);
    run.records = records;
    run.nextPosition = carried.length;
    run.begin();
    const key = keys.run(id);
    const change = new Change('create', run, {
      compare: [{ key, target: 'createRevision', is: '=', value: 0 }],
      then: [
        { do: 'put', key, value: encoder.encode(run.place) },
        { do: 'put', key: keys.open + run.place, value: headBytes(head, run) },
        ...this.#recordOperations(run, rest, wall),
      ],
      else: [{ do: 'get', key }],
      recordCount: records.length,
      scope: enter('ledger create', run),
    });
    // What is left for it is heard of from the beginning.
    this.#runs.set(run.place, run);
    let created = false;
    try {
      const adding = this.#changes.add(change);
      if (change.scope !== undefined) endWith(change.scope, adding);
      created = (await adding) === 'done';
    } finally {
      if (!created) this.#forgetRun(run);
    }
    if (!created) return undefined;
    this.#byId.set(id, run);
    this.figures.runsCreated++;
    return run;
  }

  async #claim(run: StoreRun, key: string, claim: StoreClaim): Promise<boolean> {
    const { keys } = this.at;
    const line = keys.line(key);
    const change = new Change('claim', run, {
      then: [
        { do: 'put', key: line + run.place, value: turnBytes(this.#turn++) },
        { do: 'put', key: keys.claim(run.place, key), value: nothing },
        { do: 'range', prefix: line },
      ],
      lines: [line],
    });
    await this.#changes.add(change);
    claim.revision = change.revision;
    const first = change.results && firstInLine(entriesOf(change.results[2]!));
    if (first?.key === line + run.place) claim.held = true;
    else if (first === undefined || claim.missed) await this.#look(key);
    if (this.over !== undefined) throw this.over;
    if (claim.held) this.#leaveLine(run, key);
    claim.answered = true;
    return claim.held;
  }

  #recordOperations(run: StoreRun, records: readonly Uint8Array[], wall: number): Operation[] {
    if (records.length === 0) return [];
    const value = recordsBytes(records, wall);
    this.checkSize('records', value);
    const key = this.at.keys.record(run.place, run.nextPosition);
    run.nextPosition += records.length;
    return [{ do: 'put', key, value }];
  }

  #consumeOperations({ place }: StoreRun, sequences: readonly number[]): Operation[] {
    return sequences.map((sequence) => ({ do: 'delete', key: this.at.keys.message(place, sequence) }));
  }

  #headOperations(run: StoreRun, wall: number, last: readonly Uint8Array[]): Operation[] {
    const { keys } = this.at;
    const { place, id } = run;
    const value = headBytes(run.head(this.#life, wall), { first: run.first, last });
    if (run.statusNow !== 'ended') return [{ do: 'put', key: keys.open + place, value }];
    return [
      { do: 'delete', key: keys.open + place },
      { do: 'put', key: keys.ended + place, value },
      { do: 'put', key: keys.end(wall, place), value: encoder.encode(id) },
      ...[...run.claims.keys()].flatMap((key) => this.#leaveOperations(run, key)),
    ];
  }

  #linesOf(run: StoreRun): string[] {
    return [...run.claims.keys()].map((key) => this.at.keys.line(key));
  }

  #leaveOperations({ place }: StoreRun, key: string): Operation[] {
    const { keys } = this.at;
    return [keys.line(key) + place, keys.claim(place, key)].map((each) => ({ do: 'delete', key: each }));
  }

  /** A run that ends leaves all lines. Those that have no room in its last transaction it leaves just before. */
  #leaveManyLines(run: StoreRun): void {
    for (const key of [...run.claims.keys()].slice(keysAtOnce)) this.release(run, key).catch(() => {});
  }

  #count(batch: readonly Change[]): void {
    this.figures.commits++;
    for (const { kind, run, recordCount } of batch) {
      this.figures.recordsAppended += recordCount;
      if (kind === 'end') this.#forgetRun(run);
    }
  }

  #forgetRun(run: StoreRun): void {
    this.#runs.delete(run.place);
    if (this.#byId.get(run.id) === run) this.#byId.delete(run.id);
  }

  #awaitKey(run: StoreRun, key: string): void {
    const runs = this.#awaiting.get(key);
    if (runs === undefined) this.#awaiting.set(key, new Set([run]));
    else runs.add(run);
  }

  /** It holds the key, or does not want it any more. */
  #leaveLine(run: StoreRun, key: string): void {
    const runs = this.#awaiting.get(key);
    runs?.delete(run);
    if (runs?.size === 0) this.#awaiting.delete(key);
  }

  /** Whether an own run holds the key now. */
  #look(key: string): Promise<void> {
    const { store, keys } = this.at;
    return this.#persist(`line ${key}`, async (signal) => {
      const first = firstInLine(await readAll(store, keys.line(key), signal));
      const run = first && this.#runs.get(after(keys.line(key), first.key));
      const claim = run?.claims.get(key);
      if (run === undefined || claim === undefined || claim.held) return;
      if (claim.revision === undefined) claim.missed = true;
      if (claim.revision !== first?.createRevision) return;
      this.#leaveLine(run, key);
      run.grant(key, claim);
    });
  }

  #lookForMessages(run: StoreRun): Promise<void> {
    const { store, keys } = this.at;
    return this.#persist(`messages ${run.place}`, async (signal) => {
      const entries = await readAll(store, keys.messagesOf(run.place), signal);
      for (const entry of entries) run.deliver(messageOf(keys, entry));
    });
  }

  #adopt(): void {
    this.#persist('adopt', async (signal) => {
      const worker = { life: this.#life, epoch: this.epoch, types: this.#types, signal };
      for await (const { revision, runs } of adoptRuns(this.at, this.#takeovers, worker)) {
        this.epoch = revision;
        for (const run of runs) this.#runs.set(run.place, run);
        for (let start = 0; start < runs.length; start += readAtOnce(this.at)) {
          await this.#give(runs.slice(start, start + readAtOnce(this.at)));
        }
      }
    });
  }

  /** Reads what these runs have, and gives them to the host. */
  async #give(runs: readonly StoreRun[]): Promise<void> {
    const [first] = runs;
    await this.#persist(`give ${first!.place}`, async (signal) => {
      const places = runs.map(({ place }) => place);
      for (const [index, data] of (await readData(this.at, places, signal)).entries()) {
        runs[index]!.restore(data);
      }
    });
    const keys = new Set<string>();
    for (const run of runs) {
      for (const key of run.claims.keys()) {
        this.#awaitKey(run, key);
        keys.add(key);
      }
    }
    await Promise.all([...keys].map((key) => this.#look(key)));
    if (this.over !== undefined || this.#closing !== undefined) return;
    for (const run of runs) {
      run.begin();
      this.#byId.set(run.id, run);
      if (run.missed) this.#lookForMessages(run);
    }
    this.figures.runsAdopted += runs.length;
    this.#host.adopt(runs);
  }

  /** Forgets what has ended long ago, now and then. */
  async #sweep(): Promise<void> {
    const { world } = this.at;
    while (await this.#pause(sweepMillis)) {
      await this.#persist('sweep', async (signal) => {
        await forgetEnded(this.at, { retention: this.#retention, wall: world.clock.wall() }, signal);
      });
    }
  }

  /** Does `work` as often as it takes to get an answer, unless the worker's time is over. */
  #persist(name: string, work: (signal: AbortSignal) => Promise<void>): Promise<void> {
    const { signal } = this.leaving;
    return this.#looks.run(name, async () => {
      while (!signal.aborted) {
        try {
          return await runWithoutDeadline(() => work(signal));
        } catch (error) {
          if (signal.aborted) return;
          if (!isPassing(error)) return this.#lose(ledgerFailure(error, this.epoch));
          await this.#pause(pauseMillis);
        }
      }
    });
  }

  /** False when the worker's time is over. */
  async #pause(millis: number): Promise<boolean> {
    const { signal } = this.leaving;
    try {
      await sleep(millis, { world: this.at.world, signal });
      return true;
    } catch (error) {
      if (signal.aborted) return false;
      throw error;
    }
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
    await Promise.all([this.#sweeping, this.#looks.settled(), this.#news.left()]);
    // Where this does not arrive, the lease runs out.
    if (!wasOver) await this.#lease.revoke().catch(() => {});
  }
}

const none: readonly never[] = [];
const nothing = new Uint8Array(0);
const encoder = new TextEncoder();
/** Messages that one append consumes, and keys that a run gives up with it: the rest goes into transactions of its own. */
const keysAtOnce = 40;
/** Before the store is asked again. */
const pauseMillis = 200;
const sweepMillis = 60_000;

function noValue(): void {}

/** A change that somebody waits for, as an operation in telemetry. */
function enter(name: string, { id, type }: StoreRun): OperationScope | undefined {
  if (!operationsObserved()) return undefined;
  return enterOperation(name, { 'holdfast.run.id': id, 'holdfast.run.type': type }, { partOnly: true });
}

function endWith(scope: OperationScope, work: Promise<unknown>): void {
  work.then(
    () => scope.exit(undefined),
    (error: unknown) => scope.exit(error),
  );
}
