import { type HoldfastError, Timer } from '@holdfast/core';
import type {
  EngineHost,
  JoinOptions,
  LedgerEngineFigures,
  LedgerSession,
  NewRun,
} from '../../ledger/ledger-engine.ts';
import { ledgerClosed, ledgerFenced } from '../../ledger/ledger-errors.ts';
import { newLedgerId } from '../../ledger/new-ledger-id.ts';
import type { OwnedRun, RunChange, StoredRun } from '../../ledger/run.ts';
import type { OwnedTableRun } from '../owned-table-run.ts';
import type { Grant } from '../run-table.ts';
import { storedRun, type TableRun } from '../table-run.ts';
import { MemoryVisit, type MemoryVisitParts } from './memory-visit.ts';

/** A worker of a ledger in memory. It shows that it lives by a number that it raises, and looks at those of the others. */
export class MemorySession extends MemoryVisit implements LedgerSession {
  readonly ledgerId: string;
  readonly epoch: number;
  readonly types: ReadonlySet<string>;
  readonly figures: { -readonly [name in keyof LedgerEngineFigures]: number } = {
    runsCreated: 0,
    recordsAppended: 0,
    commits: 0,
    runsAdopted: 0,
  };
  /** Raised while it lives. */
  beats = 0;
  readonly #host: EngineHost;
  /** Microseconds without a beat, by the clock of who looks, after which a worker counts as dead. */
  readonly #lease: number;
  readonly #seen = new Map<MemorySession, { beats: number; at: number }>();
  readonly #beat: BeatTimer;

  constructor(parts: MemoryVisitParts, host: EngineHost, { types }: JoinOptions, lease: number) {
    super(parts);
    this.#host = host;
    this.#lease = lease;
    this.types = new Set(types);
    this.state.ledgerId ??= newLedgerId(this.world.random);
    this.ledgerId = this.state.ledgerId;
    this.epoch = ++this.state.epoch;
    this.state.workers.add(this);
    this.#beat = new BeatTimer(() => this.#look());
    this.#rearm();
    this.#adopt(this, this.state.giveOrphans(this));
  }

  create(run: NewRun): Promise<OwnedRun | StoredRun> {
    return this.#change(() => {
      const { table } = this.state;
      const known = table.find(run.id);
      if (known === undefined) {
        this.figures.runsCreated++;
        this.figures.recordsAppended += run.records.length;
        return this.state.give(table.create(run, this.world.clock.wall()), this);
      }
      const owner = this.state.ownerOf(known);
      return owner?.worker === this ? owner.owned : storedRun(known);
    });
  }

  append(owned: OwnedRun, records: readonly Uint8Array[], change?: RunChange): Promise<void> {
    return this.#change(() => {
      const run = runOf(owned);
      const grants = this.state.table.append(run, records, change, this.world.clock.wall());
      this.figures.recordsAppended += records.length;
      this.#grant(grants);
      if (change?.status === 'ended') this.#ended(run);
    });
  }

  claim(owned: OwnedRun, key: string): Promise<boolean> {
    return this.#change(() => this.state.table.claim(runOf(owned), key));
  }

  release(owned: OwnedRun, key: string): Promise<void> {
    return this.#change(() => this.#grant(this.state.table.release(runOf(owned), key)));
  }

  override async close(): Promise<void> {
    if (this.over !== undefined) return;
    // What was asked for before is there by then.
    await this.passage.through();
    this.end(ledgerClosed());
  }

  override kill(): void {
    super.kill();
    this.world.timers.disarm(this.#beat);
  }

  protected override end(error: HoldfastError): void {
    super.end(error);
    this.world.timers.disarm(this.#beat);
    if (!this.state.workers.has(this)) return;
    this.state.retire(this);
    for (const worker of this.state.workers) worker.#adopt(this, this.state.giveOrphans(worker));
  }

  #change<Value>(work: () => Value): Promise<Value> {
    return this.call(() => {
      if (!this.state.workers.has(this)) throw this.#lose();
      this.figures.commits++;
      return work();
    });
  }

  #grant(grants: readonly Grant[]): void {
    for (const { run, key } of grants) {
      const owner = this.state.ownerOf(run);
      owner?.worker.told(this, () => owner.owned.tell(key));
    }
  }

  #ended(run: TableRun): void {
    this.state.letGo(run);
    for (const visitor of this.state.visitors) visitor.tellEnd(this, run);
    this.#forget();
  }

  #forget(): void {
    const { table } = this.state;
    const wall = this.world.clock.wall();
    for (;;) {
      const expired = this.retention.takeExpired(table, wall);
      if (expired === undefined) return;
      table.forget(expired);
    }
  }

  #adopt(origin: MemorySession, runs: readonly OwnedTableRun[]): void {
    if (runs.length === 0) return;
    this.figures.runsAdopted += runs.length;
    this.told(origin, () => this.#host.adopt(runs));
  }

  /** Shows that it lives, and takes the runs of those who do not. */
  #look(): void {
    if (!this.state.workers.has(this)) {
      this.#lose();
      return;
    }
    this.beats++;
    const now = this.world.clock.now();
    for (const worker of this.state.workers) {
      const seen = this.#seen.get(worker);
      if (worker === this) continue;
      if (seen === undefined || seen.beats !== worker.beats) {
        this.#seen.set(worker, { beats: worker.beats, at: now });
      } else if (now - seen.at >= this.#lease) {
        this.state.retire(worker);
      }
    }
    for (const worker of this.#seen.keys()) if (!this.state.workers.has(worker)) this.#seen.delete(worker);
    this.#adopt(this, this.state.giveOrphans(this));
    this.#forget();
    this.#rearm();
  }

  #rearm(): void {
    this.world.timers.arm(this.#beat, this.world.clock.now() + Math.ceil(this.#lease / 3));
  }

  /** Another worker has taken its runs. */
  #lose(): HoldfastError {
    if (this.over !== undefined) return this.over;
    const error = ledgerFenced(this.epoch);
    this.end(error);
    queueMicrotask(() => this.#host.lost(error));
    return error;
  }
}

class BeatTimer extends Timer {
  readonly #look: () => void;

  constructor(look: () => void) {
    super();
    this.#look = look;
  }

  override fire(): void {
    this.#look();
  }
}

function runOf(owned: OwnedRun): TableRun {
  return (owned as OwnedTableRun).run;
}
