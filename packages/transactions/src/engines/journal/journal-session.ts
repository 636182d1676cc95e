import type { HoldfastError } from '@holdfast/core';
import type {
  EngineHost,
  JoinOptions,
  LedgerEngineFigures,
  LedgerSession,
  NewRun,
} from '../../ledger/ledger-engine.ts';
import type { OwnedRun, RunChange, StoredRun } from '../../ledger/run.ts';
import type { OwnedTableRun } from '../owned-table-run.ts';
import type { TableRun } from '../table-run.ts';
import type { JournalLedger, JournalWorker } from './journal-ledger.ts';
import { JournalVisit } from './journal-visit.ts';
import { AppendChange, ClaimChange, CreateChange, ReleaseChange } from './pending-change.ts';

/** The worker of a ledger in a journal. */
export class JournalSession extends JournalVisit implements LedgerSession, JournalWorker {
  readonly ledgerId: string;
  readonly epoch: number;
  readonly types: ReadonlySet<string>;
  readonly #host: EngineHost;

  constructor(ledger: JournalLedger, host: EngineHost, { types }: JoinOptions, closed: () => Promise<void>) {
    super(ledger, closed);
    this.#host = host;
    this.types = new Set(types);
    this.ledgerId = ledger.ledgerId;
    this.epoch = ledger.epoch;
    ledger.worker = this;
    const runs = ledger.giveAll(this);
    if (runs.length > 0) queueMicrotask(() => host.adopt(runs));
  }

  get figures(): LedgerEngineFigures {
    return this.ledger.figures;
  }

  create(run: NewRun): Promise<OwnedRun | StoredRun> {
    const { over } = this;
    if (over !== undefined) return Promise.reject(over);
    const known = this.ledger.table.find(run.id);
    if (known !== undefined) return Promise.resolve(this.ledger.known(known));
    const change = new CreateChange(run);
    this.ledger.add(change);
    return change.promise;
  }

  append(run: OwnedRun, records: readonly Uint8Array[], change?: RunChange): Promise<void> {
    if (this.over !== undefined) return Promise.reject(this.over);
    const pending = new AppendChange(tableRun(run), records, change);
    this.ledger.add(pending);
    return pending.promise;
  }

  claim(run: OwnedRun, key: string): Promise<boolean> {
    if (this.over !== undefined) return Promise.reject(this.over);
    const change = new ClaimChange(tableRun(run), key);
    this.ledger.add(change);
    return change.promise;
  }

  release(run: OwnedRun, key: string): Promise<void> {
    if (this.over !== undefined) return Promise.reject(this.over);
    const change = new ReleaseChange(tableRun(run), key);
    this.ledger.add(change);
    return change.promise;
  }

  /** The journal has failed, or somebody else writes it. */
  lost(error: HoldfastError): void {
    queueMicrotask(() => this.#host.lost(error));
  }
}

function tableRun(run: OwnedRun): TableRun {
  return (run as OwnedTableRun).run;
}
