import { OwnedTableRun } from '../owned-table-run.ts';
import { RunTable } from '../run-table.ts';
import type { TableRun } from '../table-run.ts';
import type { MemorySession } from './memory-session.ts';
import type { MemoryVisit } from './memory-visit.ts';

/**
 * What ledgers in memory share, and leave to the next one that is opened on it: what a database is to other engines. It
 * lasts as long as the process.
 */
export class LedgerMemory {
  /** @internal */
  readonly state: MemoryState = new MemoryState();

  /**
   * Ends all that have it open as a crash of their process does: nothing that they wait for ever comes, what they have
   * changed is there, and who opens it next gets their runs at once.
   */
  crash(): void {
    this.state.crash();
  }
}

/** The runs, and whose they are. */
export class MemoryState {
  readonly table: RunTable = new RunTable();
  /** Drawn by the first who joins. */
  ledgerId: string | undefined;
  epoch = 0;
  /** Those who may change something. */
  readonly workers: Set<MemorySession> = new Set();
  /** Everybody who looks in, workers among them. */
  readonly visitors: Set<MemoryVisit> = new Set();
  readonly #owners = new Map<TableRun, OwnedByWorker>();
  /** Nobody drives them. */
  readonly #orphans = new Set<TableRun>();

  ownerOf(run: TableRun): OwnedByWorker | undefined {
    return this.#owners.get(run);
  }

  /** `worker` drives a run from now on. */
  give(run: TableRun, worker: MemorySession): OwnedTableRun {
    this.#orphans.delete(run);
    const owned = new OwnedTableRun(run, this.table);
    this.#owners.set(run, { worker, owned });
    return owned;
  }

  /** All runs without a worker that `worker` can drive: they are its own from now on. */
  giveOrphans(worker: MemorySession): OwnedTableRun[] {
    const runs = [...this.#orphans].filter(({ type }) => worker.types.has(type));
    return runs.map((run) => this.give(run, worker));
  }

  /** The worker is no more. What it drove waits for another one. */
  retire(worker: MemorySession): void {
    this.workers.delete(worker);
    for (const [run, owner] of this.#owners) if (owner.worker === worker) this.#orphans.add(run);
    for (const run of this.#orphans) this.#owners.delete(run);
  }

  /** It has ended. */
  letGo(run: TableRun): void {
    this.#owners.delete(run);
  }

  crash(): void {
    for (const worker of [...this.workers]) this.retire(worker);
    for (const visitor of this.visitors) visitor.kill();
    this.visitors.clear();
  }
}

export interface OwnedByWorker {
  readonly worker: MemorySession;
  readonly owned: OwnedTableRun;
}
