import {
  type Duration,
  type HoldfastError,
  invalidArgument,
  newId,
  platformWorld,
  sleep,
  Timer,
  throwIfAborted,
  toMicros,
  type World,
} from '@holdfast/core';
import { unlessAborted } from '../unless-aborted.ts';
import { checkRunFilter } from './check-run-filter.ts';
import { type AnyRunDefinition, DefinitionRegistry } from './definition-registry.ts';
import { DrivenRun, type RunKeeper } from './driven-run.ts';
import { LedgerInspector, ledgers } from './inspected-ledger.ts';
import type { Ledger, LedgerFigures, Run, StartOptions } from './ledger.ts';
import type { EngineHost, LedgerEngine, LedgerSession } from './ledger-engine.ts';
import { ledgerBusy, ledgerClosed, runConflict } from './ledger-errors.ts';
import { ledgerLost, runEnded, runRecovered, runStarted, runStuck } from './ledger-events.ts';
import type { OwnedRun, RunFilter, RunPage, RunStatus, StoredRun } from './run.ts';
import type { AttendedLedger, RunDefinition } from './run-definition.ts';
import { awayRun, endedRun, OwnRun } from './run-handle.ts';
import { sameBytes } from './same-bytes.ts';

export interface LedgerOptions {
  readonly engine: LedgerEngine;
  /** Of the runs that it drives. Several versions of one definition may be among them: each drives its own runs. */
  readonly definitions: readonly AnyRunDefinition[];
  /** What people see it by, on an admin endpoint for one. Default its id. */
  readonly name?: string | undefined;
  /** Default the platform's. */
  readonly world?: World | undefined;
  /**
   * As many runs may be under way at this worker; starts beyond that are refused with LEDGER_BUSY. Runs that it takes over
   * are not. Default 100,000.
   */
  readonly runsMax?: number | undefined;
  /**
   * `strict`: what a protocol has added is durable before it goes on. `pipelined`: only where the protocol says so; elsewhere
   * it goes on at once. After a crash a run then goes on from what was durable, and does again what it did since, with the
   * same keys. Default `strict`.
   */
  readonly durability?: 'strict' | 'pipelined' | undefined;
  /** How long closing waits for what its runs are doing. Default '10s'. */
  readonly closeTimeout?: Duration | undefined;
}

/**
 * Opens a ledger: from here on it drives the runs of its definitions, those that were left by others too.
 *
 * @throws HoldfastError INVALID_ARGUMENT, and what the engine throws: LEDGER_UNAVAILABLE, LEDGER_DAMAGED,
 * LEDGER_FORMAT_UNKNOWN, FOLDER_OWNED.
 */
export async function openLedger(options: LedgerOptions): Promise<Ledger> {
  const ledger = new OpenLedger(options);
  await ledger.join(options.engine);
  return ledger;
}

class OpenLedger implements Ledger, EngineHost, RunKeeper, AttendedLedger {
  readonly world: World;
  readonly pipelined: boolean;
  over: HoldfastError | undefined;
  #session: LedgerSession | undefined;
  readonly #registry: DefinitionRegistry;
  readonly #runsMax: number;
  readonly #closeTimeout: Duration;
  readonly #leaving = new AbortController();
  readonly #runs = new Map<string, DrivenRun>();
  /** Taken over, and not driven yet. */
  #adopted: OwnedRun[] = [];
  readonly #adopting: AdoptionTimer = new AdoptionTimer(() => this.#driveAdopted());
  /** Those whose protocols are at work. */
  readonly #driving = new Set<DrivenRun>();
  /** What protocols do beside their runs. */
  #attending: readonly Promise<void>[] = [];
  #starting = 0;
  #stuck = 0;
  readonly #counts = { started: 0, recovered: 0, ended: 0 };
  readonly #name: string | undefined;
  #inspector: LedgerInspector | undefined;
  #closing: Promise<void> | undefined;

  constructor({
    definitions,
    name,
    world = platformWorld(),
    runsMax = 100_000,
    durability = 'strict',
    closeTimeout = '10s',
  }: LedgerOptions) {
    if (!(Number.isSafeInteger(runsMax) && runsMax >= 1)) {
      throw invalidArgument('runsMax', runsMax, 'a whole number from 1');
    }
    if (durability !== 'strict' && durability !== 'pipelined') {
      throw invalidArgument('durability', durability, "'strict' or 'pipelined'");
    }
    this.#registry = new DefinitionRegistry(definitions);
    this.#name = name;
    this.world = world;
    this.pipelined = durability === 'pipelined';
    this.#runsMax = runsMax;
    toMicros(closeTimeout, 'closeTimeout');
    this.#closeTimeout = closeTimeout;
  }

  async join(engine: LedgerEngine): Promise<void> {
    this.#session = await engine.join(this, { types: this.#registry.types });
    if (this.over !== undefined) throw this.over;
    this.#show(this.#session);
    if (this.#adopted.length > 0) this.#rearm();
    this.#attending = this.#registry.all.flatMap((definition) => definition.attend?.(this) ?? []);
  }

  get session(): LedgerSession {
    return this.#session!;
  }

  get signal(): AbortSignal {
    return this.#leaving.signal;
  }

  get ledgerId(): string {
    return this.session.ledgerId;
  }

  get epoch(): number {
    return this.session.epoch;
  }

  get figures(): LedgerFigures {
    const running = this.#runs.size - this.#stuck + this.#adopted.length;
    return { engine: this.session.figures, ...this.#counts, byStatus: { running, stuck: this.#stuck } };
  }

  async start<Input, Result>(
    definition: RunDefinition<Input, Result>,
    input: Input,
    { id = newId(this.world), signal }: StartOptions = {},
  ): Promise<Run<Result>> {
    this.#check();
    checkRunId(id);
    this.#registry.check(definition);
    definition.checkId?.(id);
    throwIfAborted(signal, 'start');
    if (this.#runs.size + this.#starting >= this.#runsMax && !this.#runs.has(id)) {
      throw ledgerBusy(this.#runsMax);
    }
    const begun = definition.begin(input);
    this.#starting++;
    const started = this.#start(definition, id, begun);
    return unlessAborted(started, 'start', signal);
  }

  async find<Result>(definition: RunDefinition<never, Result>, id: string): Promise<Run<Result> | undefined> {
    this.#check();
    checkRunId(id);
    const own = this.#runs.get(id);
    if (own !== undefined) {
      checkType(id, own.type, definition);
      return new OwnRun(own);
    }
    const stored = await this.session.read(id);
    if (stored === undefined) return undefined;
    checkType(id, stored.type, definition);
    return this.#handleOf(definition, stored);
  }

  async read(id: string, signal?: AbortSignal): Promise<StoredRun | undefined> {
    this.#check();
    checkRunId(id);
    return this.session.read(id, signal);
  }

  async list(filter: RunFilter = {}, signal?: AbortSignal): Promise<RunPage> {
    this.#check();
    checkRunFilter(filter);
    return this.session.list(filter, signal);
  }

  async post(id: string, message: Uint8Array, signal?: AbortSignal): Promise<'posted' | 'ended' | 'unknown'> {
    this.#check();
    checkRunId(id);
    return this.session.post(id, message, signal);
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  adopt(runs: readonly OwnedRun[]): void {
    if (this.over !== undefined) return;
    for (const run of runs) this.#adopted.push(run);
    if (this.#session !== undefined) this.#rearm();
  }

  lost(error: HoldfastError): void {
    if (this.over !== undefined) return;
    this.#end(error);
    if (ledgerLost.active) ledgerLost.publish({ epoch: this.#session?.epoch ?? 0, error });
  }

  statusChanged(run: DrivenRun, before: RunStatus): void {
    const { id, type, version, status, note } = run;
    if (before === 'stuck') this.#stuck--;
    if (status === 'stuck') {
      this.#stuck++;
      if (before !== 'stuck' && runStuck.active) runStuck.publish({ id, type, version, note });
    }
    if (status !== 'ended') return;
    this.#runs.delete(id);
    this.#counts.ended++;
    this.#inspector?.ended(run.summary());
    if (runEnded.active) {
      const elapsed = this.world.clock.now() - run.begunAt;
      runEnded.publish({ id, type, version, note, elapsed });
    }
  }

  rests(run: DrivenRun): void {
    this.#driving.delete(run);
  }

  async #start<Input, Result>(
    definition: RunDefinition<Input, Result>,
    id: string,
    begun: Uint8Array | Promise<Uint8Array>,
  ): Promise<Run<Result>> {
    try {
      const first = begun instanceof Uint8Array ? begun : await begun;
      const { type, version } = definition;
      const created = await this.session.create({ id, type, version, records: [first] });
      checkType(id, created.type, definition);
      const known = created.records[0];
      if (known === undefined || !(known === first || sameBytes(known, first)))
        throw runConflict(id, 'input', { type });
      return created.owned ? new OwnRun(this.#own(created, definition)) : this.#handleOf(definition, created);
    } finally {
      this.#starting--;
    }
  }

  /** The run as it is driven here: from now on, if it was not before. */
  #own(owned: OwnedRun, definition: AnyRunDefinition): DrivenRun {
    const known = this.#runs.get(owned.id);
    if (known !== undefined) return known;
    // It waits to be taken up from a life before.
    if (this.#adopted.length > 0 && this.#adopted.includes(owned)) return this.#recover(owned);
    const { id, type, version } = owned;
    this.#counts.started++;
    if (runStarted.active) runStarted.publish({ id, type, version });
    return this.#drive(owned, definition, false);
  }

  #recover(owned: OwnedRun): DrivenRun {
    const { id, type, version } = owned;
    this.#counts.recovered++;
    if (runRecovered.active) runRecovered.publish({ id, type, version });
    return this.#drive(owned, this.#registry.driverOf(type, version), true);
  }

  #drive(owned: OwnedRun, definition: AnyRunDefinition, recovered: boolean): DrivenRun {
    const run = new DrivenRun(this, owned, definition, recovered);
    if (this.over !== undefined) {
      run.abandon(this.over);
      return run;
    }
    if (run.status === 'stuck') this.#stuck++;
    this.#runs.set(owned.id, run);
    this.#driving.add(run);
    run.drive();
    return run;
  }

  /** Some at a time, so that others have their turns. */
  #driveAdopted(): void {
    const runs = this.#adopted.splice(0, adoptedPerTurn);
    if (this.#adopted.length > 0) this.#rearm();
    for (const owned of runs) {
      if (this.over !== undefined) return;
      if (!this.#runs.has(owned.id)) this.#recover(owned);
    }
  }

  #show(session: LedgerSession): void {
    this.#inspector = new LedgerInspector(this.#name ?? session.ledgerId, {
      visit: session,
      definitionOf: (type, version) => this.#registry.find(type, version),
      recordsOf: (id) => this.#runs.get(id)?.allRecords,
    });
    ledgers.add(this.#inspector);
  }

  #rearm(): void {
    this.world.timers.arm(this.#adopting, this.world.clock.now());
  }

  #handleOf<Result>(definition: RunDefinition<never, Result>, stored: StoredRun): Run<Result> {
    if (stored.status === 'ended') return endedRun(definition, stored);
    return awayRun(definition, stored, this.session);
  }

  async #close(): Promise<void> {
    if (this.over === undefined) {
      this.#end(ledgerClosed());
      const waiting = new AbortController();
      const driving = Promise.all([...this.#driving].map((run) => run.driving));
      const attending = Promise.allSettled(this.#attending);
      const late = sleep(this.#closeTimeout, { world: this.world, signal: waiting.signal }).catch(ignore);
      await Promise.race([Promise.all([driving, attending]), late]);
      waiting.abort();
    }
    await this.session.close();
  }

  /** Nothing more is done in the name of its runs. */
  #end(error: HoldfastError): void {
    this.over = error;
    if (this.#inspector !== undefined) ledgers.delete(this.#inspector);
    this.#leaving.abort(error);
    this.world.timers.disarm(this.#adopting);
    this.#adopted = [];
    for (const run of this.#runs.values()) run.abandon(error);
    this.#runs.clear();
  }

  #check(): void {
    if (this.over !== undefined) throw this.over;
  }
}

class AdoptionTimer extends Timer {
  readonly #adopt: () => void;

  constructor(adopt: () => void) {
    super();
    this.#adopt = adopt;
  }

  override fire(): void {
    this.#adopt();
  }
}

const adoptedPerTurn = 1_000;

function checkRunId(id: string): void {
  if (!(typeof id === 'string' && id.length >= 1 && id.length <= 200)) {
    throw invalidArgument('id', id, 'a text of 1 to 200 characters');
  }
}

function checkType(id: string, type: string, definition: AnyRunDefinition): void {
  if (type !== definition.type) throw runConflict(id, 'definition', { type, asked: definition.type });
}

function ignore(): void {}
