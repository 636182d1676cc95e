import {
  AbortableWait,
  asHoldfastError,
  type HoldfastError,
  isHoldfastError,
  type World,
} from '@holdfast/core';
import type { AnyRunDefinition } from './definition-registry.ts';
import type { LedgerSession } from './ledger-engine.ts';
import { capabilityMissing } from './ledger-errors.ts';
import type { OwnedRun, RunChange, RunListener, RunMessage, RunStatus, RunSummary } from './run.ts';
import type { RunContext } from './run-definition.ts';
import { RunOutcome } from './run-outcome.ts';

/** What a run needs of the ledger that drives it. */
export interface RunKeeper {
  readonly session: LedgerSession;
  readonly world: World;
  readonly signal: AbortSignal;
  /** Whether `order` is enough where a protocol says so. */
  readonly pipelined: boolean;
  /** Why it drives nothing any more. */
  readonly over: HoldfastError | undefined;
  statusChanged(run: DrivenRun, before: RunStatus): void;
  /** Its protocol does nothing at the moment but wait to be told. */
  rests(run: DrivenRun): void;
}

/** A run in one life of its worker: what its protocol sees, and who the engine tells. */
export class DrivenRun implements RunContext, RunListener {
  readonly definition: AnyRunDefinition;
  readonly outcome: RunOutcome;
  /** Settles when its protocol has nothing to do. */
  driving: Promise<void> = done;
  status: RunStatus;
  /** Monotonic microseconds. */
  readonly begunAt: number;
  readonly recovered: boolean;
  /** In this life of it always the same, also when its worker's grows. */
  readonly epoch: number;
  readonly #keeper: RunKeeper;
  readonly #owned: OwnedRun;
  #added: Uint8Array[] | undefined = undefined;
  #note: string | undefined = undefined;
  #onMessage: ((message: RunMessage) => void) | undefined = undefined;
  /** Those that came while nobody was told. */
  #untold: RunMessage[] | undefined = undefined;
  #claims: Map<string, KeyWait[]> | undefined = undefined;

  constructor(keeper: RunKeeper, owned: OwnedRun, definition: AnyRunDefinition, recovered: boolean) {
    this.#keeper = keeper;
    this.#owned = owned;
    this.definition = definition;
    this.recovered = recovered;
    this.epoch = keeper.session.epoch;
    this.status = owned.status;
    this.begunAt = keeper.world.clock.coarseNow();
    this.outcome = new RunOutcome(definition);
  }

  get id(): string {
    return this.#owned.id;
  }

  get type(): string {
    return this.#owned.type;
  }

  get ledgerId(): string {
    return this.#keeper.session.ledgerId;
  }

  get createdAt(): number {
    return this.#owned.createdAt;
  }

  get version(): number {
    return this.#owned.version;
  }

  get world(): World {
    return this.#keeper.world;
  }

  get records(): readonly Uint8Array[] {
    return this.#owned.records;
  }

  get held(): readonly string[] {
    return this.#owned.held;
  }

  get signal(): AbortSignal {
    return this.#keeper.signal;
  }

  get note(): string | undefined {
    return this.#note;
  }

  get onMessage(): ((message: RunMessage) => void) | undefined {
    return this.#onMessage;
  }

  set onMessage(onMessage: ((message: RunMessage) => void) | undefined) {
    this.#onMessage = onMessage;
    if (this.#untold !== undefined) queueMicrotask(() => this.#tellAll());
  }

  /** Runs its protocol until that has nothing to do, or throws. */
  drive(): void {
    this.driving = this.#drive();
    // Only now: messages that wait are for who has been told where to listen.
    this.#owned.listener = this;
  }

  append(
    records: readonly Uint8Array[],
    wait: 'durable' | 'order' = 'durable',
    change?: RunChange,
  ): Promise<void> {
    const keeper = this.#keeper;
    if (keeper.over !== undefined) return Promise.reject(keeper.over);
    if (records.length > 0 && this.#owned.current === undefined) {
      if (this.#added === undefined) this.#added = [...records];
      else for (const record of records) this.#added.push(record);
    }
    let appended = keeper.session.append(this.#owned, records, change);
    if (change?.status !== undefined) appended = this.#become(appended, change.status, change.note);
    if (wait === 'durable' || !keeper.pipelined) return appended;
    // It fails only when the worker's time is over, and of that the ledger is told.
    appended.catch(ignore);
    return done;
  }

  async claim(key: string, signal?: AbortSignal): Promise<void> {
    const wait = new KeyWait(key, signal);
    this.#claims ??= new Map();
    const waits = this.#claims.get(key);
    if (waits === undefined) this.#claims.set(key, [wait]);
    else waits.push(wait);
    this.#keeper.session.claim(this.#owned, key).then(
      (held) => {
        if (held) this.granted(key);
      },
      (error: unknown) => wait.reject(error),
    );
    try {
      await wait.promise;
    } catch (error) {
      await this.#leaveLine(key, wait);
      throw error;
    }
  }

  release(key: string): Promise<void> {
    return this.#keeper.session.release(this.#owned, key);
  }

  get attachable(): boolean {
    return this.#keeper.session.attach !== undefined;
  }

  async attach(
    work: (transaction: unknown) => Promise<readonly Uint8Array[]>,
    signal?: AbortSignal,
  ): Promise<void> {
    const { session } = this.#keeper;
    if (session.attach === undefined) throw capabilityMissing('attach');
    let attached: readonly Uint8Array[] = [];
    const watched = async (transaction: unknown): Promise<readonly Uint8Array[]> => {
      attached = await work(transaction);
      return attached;
    };
    await session.attach(this.#owned, watched, signal);
    if (this.#owned.current === undefined) this.#added = [...(this.#added ?? []), ...attached];
  }

  message(message: RunMessage): void {
    this.#untold ??= [];
    this.#untold.push(message);
    this.#tellAll();
  }

  granted(key: string): void {
    const waits = this.#claims?.get(key);
    // Those that have given up, and are about to leave the line, give the key back as they do.
    if (waits === undefined || waits.every(({ givenUp }) => givenUp)) return;
    this.#claims!.delete(key);
    for (const wait of waits) wait.resolve();
  }

  /** Nothing more is done in its name here; it goes on elsewhere, or later. */
  abandon(error: HoldfastError): void {
    for (const waits of this.#claims?.values() ?? []) for (const wait of waits) wait.reject(error);
    this.outcome.fail(error);
  }

  /** Those of earlier lives, and those of this one. */
  get allRecords(): readonly Uint8Array[] {
    const owned = this.#owned;
    if (owned.current !== undefined) return owned.current();
    const { records } = owned;
    return this.#added === undefined ? records : [...records, ...this.#added];
  }

  summary(): RunSummary {
    const { id, type, version, createdAt } = this.#owned;
    const changedAt = this.#keeper.world.clock.wall();
    return { id, type, version, status: this.status, note: this.#note, createdAt, changedAt };
  }

  async #drive(): Promise<void> {
    try {
      await this.definition.drive(this);
    } catch (error) {
      await this.#park(error);
    }
    this.#keeper.rests(this);
  }

  #tellAll(): void {
    while (this.#onMessage !== undefined && this.#untold !== undefined) {
      const message = this.#untold.shift()!;
      if (this.#untold.length === 0) this.#untold = undefined;
      try {
        this.#onMessage(message);
      } catch (error) {
        void this.#park(error);
      }
    }
  }

  /** Its protocol has thrown: it waits for an operator, unless that is because the worker's time is over. */
  async #park(thrown: unknown): Promise<void> {
    const { over, signal } = this.#keeper;
    const ending = isHoldfastError(thrown) && endings.has(thrown.code);
    if (over !== undefined || signal.aborted || ending || this.status === 'ended') return;
    const note = asHoldfastError(thrown).message.slice(0, noteMax);
    await this.append([], 'durable', { status: 'stuck', note }).catch(ignore);
  }

  async #become(appended: Promise<void>, status: RunStatus, note: string | undefined): Promise<void> {
    await appended;
    const before = this.status;
    this.status = status;
    this.#note = note;
    if (status === 'ended') this.outcome.end(this.allRecords);
    this.#keeper.statusChanged(this, before);
  }

  async #leaveLine(key: string, wait: KeyWait): Promise<void> {
    const waits = this.#claims?.get(key);
    if (waits === undefined) return;
    waits.splice(waits.indexOf(wait), 1);
    if (waits.length > 0) return;
    this.#claims!.delete(key);
    if (this.#keeper.over === undefined) await this.release(key);
  }
}

/** Of a run, for a key. */
class KeyWait extends AbortableWait {
  readonly #signal: AbortSignal | undefined;

  constructor(key: string, signal: AbortSignal | undefined) {
    super(`claim of '${key}'`, signal);
    this.#signal = signal;
  }

  get givenUp(): boolean {
    return this.#signal?.aborted === true;
  }
}

/** What ends a worker's time. */
const endings: ReadonlySet<string> = new Set(['LEDGER_CLOSED', 'LEDGER_FENCED', 'LEDGER_FAILED']);
const noteMax = 500;
const done: Promise<void> = Promise.resolve();

function ignore(): void {}
