import type {
  EngineHost,
  JoinOptions,
  LedgerEngine,
  LedgerSession,
  LedgerVisit,
  NewRun,
} from '../../ledger/ledger-engine.ts';
import type { OwnedRun, RunChange, RunFilter, RunPage, StoredRun } from '../../ledger/run.ts';
import type { CrashPoints } from './crash-points.ts';

/** An engine whose process may crash before and after each of its changes, and that has transactions of the test's own. */
export class CrashingEngine implements LedgerEngine {
  readonly shared: boolean;
  readonly #engine: LedgerEngine;
  readonly #points: CrashPoints;
  readonly #transaction: () => unknown;

  constructor(engine: LedgerEngine, points: CrashPoints, transaction: () => unknown) {
    this.shared = engine.shared;
    this.#engine = engine;
    this.#points = points;
    this.#transaction = transaction;
  }

  async join(host: EngineHost, options: JoinOptions): Promise<LedgerSession> {
    return new CrashingSession(await this.#engine.join(host, options), this.#points, this.#transaction);
  }

  visit(): Promise<LedgerVisit> {
    return this.#engine.visit();
  }
}

class CrashingSession implements LedgerSession {
  readonly #session: LedgerSession;
  readonly #points: CrashPoints;
  readonly #transaction: () => unknown;

  constructor(session: LedgerSession, points: CrashPoints, transaction: () => unknown) {
    this.#session = session;
    this.#points = points;
    this.#transaction = transaction;
  }

  get ledgerId(): string {
    return this.#session.ledgerId;
  }

  get epoch(): number {
    return this.#session.epoch;
  }

  get figures(): LedgerSession['figures'] {
    return this.#session.figures;
  }

  create(run: NewRun): Promise<OwnedRun | StoredRun> {
    return this.#points.around('the beginning is recorded', () => this.#session.create(run));
  }

  append(run: OwnedRun, records: readonly Uint8Array[], change?: RunChange): Promise<void> {
    return this.#points.around(`${this.#points.describe(records)} is recorded`, () =>
      this.#session.append(run, records, change),
    );
  }

  async attach(run: OwnedRun, work: (transaction: unknown) => Promise<readonly Uint8Array[]>): Promise<void> {
    const records = await work(this.#transaction());
    await this.#points.around('the transaction of an attached step commits', () =>
      this.#session.append(run, records),
    );
  }

  claim(run: OwnedRun, key: string): Promise<boolean> {
    return this.#session.claim(run, key);
  }

  release(run: OwnedRun, key: string): Promise<void> {
    return this.#session.release(run, key);
  }

  read(id: string, signal?: AbortSignal): Promise<StoredRun | undefined> {
    return this.#session.read(id, signal);
  }

  list(filter: RunFilter, signal?: AbortSignal): Promise<RunPage> {
    return this.#session.list(filter, signal);
  }

  post(id: string, message: Uint8Array, signal?: AbortSignal): ReturnType<LedgerSession['post']> {
    return this.#session.post(id, message, signal);
  }

  ended(id: string, signal?: AbortSignal): Promise<StoredRun | undefined> {
    return this.#session.ended(id, signal);
  }

  close(): Promise<void> {
    return this.#session.close();
  }
}
