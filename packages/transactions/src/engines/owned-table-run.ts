import type { OwnedRun, RunListener, RunMessage, RunStatus } from '../ledger/run.ts';
import type { RunTable } from './run-table.ts';
import type { TableRun } from './table-run.ts';

/** A run of a table in one life of its worker. */
export class OwnedTableRun implements OwnedRun {
  readonly owned = true;
  readonly run: TableRun;
  readonly status: RunStatus;
  readonly held: readonly string[];
  readonly awaited: readonly string[];
  readonly #recordsAtFirst: number;
  /** All that it had when it ended. */
  #last: readonly Uint8Array[] | undefined = undefined;
  #listener: RunListener | undefined = undefined;
  /** What it has not been told yet: messages, and keys that it holds. */
  #untold: (RunMessage | string)[] | undefined;

  constructor(run: TableRun, table: RunTable) {
    this.run = run;
    this.status = run.status;
    const keys = run.claims?.map(({ key }) => key) ?? none;
    this.held = keys.length === 0 ? none : keys.filter((key) => table.holds(run, key));
    this.awaited = keys.length === 0 ? none : keys.filter((key) => !table.holds(run, key));
    this.#recordsAtFirst = run.records.length;
    this.#untold = run.messages === undefined ? undefined : [...run.messages];
  }

  get id(): string {
    return this.run.id;
  }

  get type(): string {
    return this.run.type;
  }

  get version(): number {
    return this.run.version;
  }

  get createdAt(): number {
    return this.run.createdAt;
  }

  get records(): readonly Uint8Array[] {
    return this.run.records.slice(0, this.#recordsAtFirst);
  }

  current(): readonly Uint8Array[] {
    return this.#last ?? this.run.records;
  }

  /** The run has ended: its worker wants its records once more. */
  end(records: readonly Uint8Array[]): void {
    this.#last = records;
  }

  get listener(): RunListener | undefined {
    return this.#listener;
  }

  set listener(listener: RunListener | undefined) {
    this.#listener = listener;
    if (this.#untold !== undefined) queueMicrotask(() => this.#tellAll());
  }

  /** Tells its listener of a message, or of a key that it holds now, after what came before. */
  tell(news: RunMessage | string): void {
    this.#untold ??= [];
    this.#untold.push(news);
    this.#tellAll();
  }

  #tellAll(): void {
    while (this.#listener !== undefined && this.#untold !== undefined && this.run.status !== 'ended') {
      const news = this.#untold.shift()!;
      if (this.#untold.length === 0) this.#untold = undefined;
      if (typeof news === 'string') this.#listener.granted(news);
      else this.#listener.message(news);
    }
  }
}

const none: readonly string[] = [];
